//! An OID written out while the program is compiled.

use super::{INLINE_OCTETS, Oid, encoding};

/// Content octets of an OID that fits [`INLINE_OCTETS`], made in constants: the typed names hold their objects so,
/// that a request has to copy but not to encode them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShortOid {
    /// Octets in use.
    len: u8,
    octets: [u8; INLINE_OCTETS],
    /// Sub-identifiers, never more than `INLINE_OCTETS` + 1.
    arcs: u8,
}

impl ShortOid {
    /// The OID of these arcs, with one more where there is one. `None` if they are not an OID or take too many
    /// octets.
    pub(crate) const fn new(arcs: &[u32], more: Option<u32>) -> Option<Self> {
        let [first, second, rest @ ..] = arcs else { return None };
        if *first > 2 || *first < 2 && *second > 39 {
            return None;
        }
        let mut number = *first as u64 * 40 + *second as u64;
        let mut oid = Self { len: 0, octets: [0; INLINE_OCTETS], arcs: 2 };
        let mut next = 0;
        loop {
            let (encoded, mut from) = encoding::octets(number);
            while from < encoded.len() {
                if oid.len as usize == INLINE_OCTETS {
                    return None;
                }
                oid.octets[oid.len as usize] = encoded[from];
                oid.len += 1;
                from += 1;
            }
            number = if next < rest.len() {
                rest[next] as u64
            } else if let (true, Some(more)) = (next == rest.len(), more) {
                more as u64
            } else {
                return Some(oid);
            };
            next += 1;
            oid.arcs += 1;
        }
    }

    /// The octets with zeros behind them, and how many are in use.
    #[inline]
    pub(super) const fn content(self) -> ([u8; INLINE_OCTETS], usize) {
        (self.octets, self.len as usize)
    }

    /// How many sub-identifiers there are.
    #[inline]
    pub(super) const fn arcs(self) -> usize {
        self.arcs as usize
    }

    /// The OID itself.
    #[inline]
    pub(crate) const fn oid(self) -> Oid {
        Oid::inline(self.len as usize, self.octets)
    }
}
