//! BITS.

use std::{fmt, hash};

/// A set of bit positions. Position 0 is the high bit of the first octet (RFC 2578 §7.1.4).
///
/// The octets are kept as they came. Octets of zeros at the end make no difference to equality and order: a set
/// has the same members with or without them.
///
/// ```
/// use mibc_runtime::value::Bits;
///
/// let bits: Bits = [0, 9].into_iter().collect();
/// assert_eq!(bits.as_octets(), [0b1000_0000, 0b0100_0000]);
/// assert!(bits.contains(9) && !bits.contains(1));
/// ```
#[derive(Clone, Default)]
pub struct Bits(Vec<u8>);

impl Bits {
    /// The highest position there can be: that of the last bit of 65,535 octets.
    pub const MAX_POSITION: u32 = 65_535 * 8 - 1;

    /// Without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The set that these octets stand for.
    pub const fn from_octets(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    /// The octets that go on the wire.
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }

    /// Whether the bit at `position` is one. Beyond the octets all bits are zero.
    pub fn contains(&self, position: u32) -> bool {
        self.0.get(position as usize / 8).is_some_and(|octet| octet & mask(position) != 0)
    }

    /// Sets the bit at `position`; tells whether the set has changed. Beyond [`Bits::MAX_POSITION`] nothing does.
    pub fn insert(&mut self, position: u32) -> bool {
        if position > Self::MAX_POSITION || self.contains(position) {
            return false;
        }
        let at = position as usize / 8;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(octet) = self.0.get_mut(at) {
            *octet |= mask(position);
        }
        true
    }

    /// Clears the bit at `position`; tells whether the set has changed.
    pub fn remove(&mut self, position: u32) -> bool {
        let was = self.contains(position);
        if let Some(octet) = self.0.get_mut(position as usize / 8) {
            *octet &= !mask(position);
        }
        was
    }

    /// The same set with `position` in it: `Bits::new().with(0).with(3)`.
    #[must_use]
    pub fn with(mut self, position: u32) -> Self {
        self.insert(position);
        self
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// The positions of all members, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        (0_u32..).zip(&self.0).flat_map(|(at, octet)| {
            let octet = *octet;
            (at * 8..at * 8 + 8).filter(move |position| octet & mask(*position) != 0)
        })
    }

    /// Adds zeros at the end until there are `octets`, at most 65,535: RFC 3417 §8 sends all named bits, whether
    /// set or not.
    pub fn pad(&mut self, octets: usize) {
        let octets = octets.min(65_535);
        if self.0.len() < octets {
            self.0.resize(octets, 0);
        }
    }

    /// The octets up to the last one that has a member.
    fn members(&self) -> &[u8] {
        let end = self.0.iter().rposition(|octet| *octet != 0).map_or(0, |at| at + 1);
        self.0.get(..end).unwrap_or_default()
    }
}

/// The bit of a position within its octet.
fn mask(position: u32) -> u8 {
    0x80 >> (position % 8)
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(positions: I) -> Self {
        positions.into_iter().fold(Self::new(), Self::with)
    }
}

impl Extend<u32> for Bits {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, positions: I) {
        for position in positions {
            self.insert(position);
        }
    }
}

impl<const N: usize> From<[u32; N]> for Bits {
    fn from(positions: [u32; N]) -> Self {
        positions.into_iter().collect()
    }
}

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}

impl Eq for Bits {}

impl PartialOrd for Bits {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bits {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.members().cmp(other.members())
    }
}

impl hash::Hash for Bits {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.members().hash(state);
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, position) in self.iter().enumerate() {
            write!(f, "{}{position}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bits({self})")
    }
}
