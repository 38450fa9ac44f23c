//! An OID borrowed from somewhere else, such as a datagram.

use std::{cmp::Ordering, fmt, hash};

use super::{Arcs, Oid, OidError, encoding};

/// Most digits of a sub-identifier.
const DIGITS: usize = 10;

/// A borrowed OBJECT IDENTIFIER: checked, canonical BER content octets.
///
/// Compares, orders and hashes as [`Oid`].
#[derive(Clone, Copy)]
pub struct OidRef<'a>(&'a [u8]);

impl<'a> OidRef<'a> {
    /// Checks BER content octets, without tag and length.
    ///
    /// # Errors
    /// Empty content, more than 128 arcs, an arc of 2^32 or more, an arc padded with 0x80 or cut short.
    pub fn from_ber(content: &'a [u8]) -> Result<Self, OidError> {
        encoding::check(content)?;
        Ok(Self(content))
    }

    /// Content that this crate made or has checked.
    pub(crate) const fn trusted(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The BER content octets.
    pub const fn as_ber(self) -> &'a [u8] {
        self.0
    }

    /// The sub-identifiers, first to last.
    pub fn arcs(self) -> Arcs<'a> {
        Arcs::whole(self.0)
    }

    /// How many sub-identifiers there are: at least 2, at most 128.
    #[expect(clippy::len_without_is_empty, reason = "an OID is never empty")]
    pub fn len(self) -> usize {
        encoding::count(self.0)
    }

    /// The last sub-identifier.
    pub fn last(self) -> u32 {
        let (number, _) =
            encoding::take(self.0.get(self.last_start()..).unwrap_or_default()).unwrap_or_default();
        if self.last_start() == 0 {
            encoding::split(number).1
        } else {
            u32::try_from(number).unwrap_or(u32::MAX)
        }
    }

    /// The OID without its last sub-identifier; `None` if that would leave fewer than two.
    pub fn parent(self) -> Option<OidRef<'a>> {
        match self.last_start() {
            0 => None,
            at => self.0.get(..at).map(OidRef),
        }
    }

    /// Where the encoding of the last number begins.
    fn last_start(self) -> usize {
        let before = self.0.get(..self.0.len().saturating_sub(1)).unwrap_or_default();
        before.iter().rposition(|octet| *octet < 0x80).map_or(0, |at| at + 1)
    }

    /// Whether `prefix` is this OID or one above it.
    pub fn starts_with<'b>(self, prefix: impl Into<OidRef<'b>>) -> bool {
        // Canonical content ends at the end of a number, so octets are enough.
        self.0.starts_with(prefix.into().0)
    }

    /// The sub-identifiers after `prefix`; `None` if the OID is not under it. The OID itself leaves none.
    pub fn strip_prefix<'b>(self, prefix: impl Into<OidRef<'b>>) -> Option<Arcs<'a>> {
        self.0.strip_prefix(prefix.into().0).map(Arcs::suffix)
    }

    /// The sub-identifiers behind the first `octets` octets, which end at the end of a number.
    pub(crate) fn strip_octets(self, octets: usize) -> Option<Arcs<'a>> {
        self.0.get(octets..).map(Arcs::suffix)
    }

    /// As [`OidRef::strip_prefix`], with the prefix as a list of arcs, which generated code holds. The list may
    /// be shorter than an OID.
    pub fn strip_prefix_arcs(self, prefix: &[u32]) -> Option<Arcs<'a>> {
        let mut arcs = self.arcs();
        prefix.iter().all(|arc| arcs.next() == Some(*arc)).then_some(arcs)
    }

    /// The part that two OIDs share from the front; `None` if it has fewer than two sub-identifiers.
    pub fn common_prefix(self, other: OidRef<'_>) -> Option<OidRef<'a>> {
        let octets = self.0.iter().zip(other.0).take_while(|(a, b)| a == b).count();
        let same = self.0.get(..octets)?;
        let end = same.iter().rposition(|octet| *octet < 0x80)? + 1;
        same.get(..end).map(OidRef)
    }

    /// A copy that owns its octets.
    pub fn to_oid(self) -> Oid {
        Oid::from(self)
    }
}

impl<'a> From<&'a Oid> for OidRef<'a> {
    fn from(oid: &'a Oid) -> Self {
        oid.as_ref()
    }
}

impl PartialEq for OidRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for OidRef<'_> {}

impl PartialOrd for OidRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OidRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        encoding::compare(self.0, other.0)
    }
}

impl hash::Hash for OidRef<'_> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq<Oid> for OidRef<'_> {
    fn eq(&self, other: &Oid) -> bool {
        *self == other.as_ref()
    }
}

impl PartialEq<OidRef<'_>> for Oid {
    fn eq(&self, other: &OidRef<'_>) -> bool {
        self.as_ref() == *other
    }
}

impl PartialOrd<Oid> for OidRef<'_> {
    fn partial_cmp(&self, other: &Oid) -> Option<Ordering> {
        Some(self.cmp(&other.as_ref()))
    }
}

impl PartialOrd<OidRef<'_>> for Oid {
    fn partial_cmp(&self, other: &OidRef<'_>) -> Option<Ordering> {
        Some(self.as_ref().cmp(other))
    }
}

impl fmt::Display for OidRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: a line of a log or a table has several of them.
        let mut buffer = [0; DIGITS + 1];
        for (place, arc) in self.arcs().enumerate() {
            let (mut at, mut rest) = (buffer.len(), arc);
            let mut put = |octet: u8| {
                at -= 1;
                if let Some(place) = buffer.get_mut(at) {
                    *place = octet;
                }
            };
            loop {
                put(b'0' + (rest % 10) as u8);
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
            if place > 0 {
                put(b'.');
            }
            let text = buffer.get(at..).and_then(|octets| std::str::from_utf8(octets).ok());
            f.write_str(text.unwrap_or_default())?;
        }
        Ok(())
    }
}

impl fmt::Debug for OidRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
