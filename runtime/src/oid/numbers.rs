//! An OID as the numbers that encode it, of which the first stands for two sub-identifiers.
//!
//! Two OIDs have the same parent when all their octets but those of the last number are the same; this holds for
//! OIDs of two sub-identifiers too, whose parent has no octets.

use super::encoding::{self, MAX_FIRST};
use super::{Oid, OidRef};

impl<'a> OidRef<'a> {
    /// The octets before the last number, and that number.
    pub(crate) fn split_last(self) -> (&'a [u8], u64) {
        let octets = self.as_ber();
        let before = octets.get(..octets.len().saturating_sub(1)).unwrap_or_default();
        let start = before.iter().rposition(|octet| *octet < 0x80).map_or(0, |at| at + 1);
        let (parent, last) = octets.split_at_checked(start).unwrap_or_default();
        (parent, encoding::take(last).map_or(0, |(number, _)| number))
    }

    /// The number that begins behind the first `octets` octets.
    pub(crate) fn number_at(self, octets: usize) -> Option<u64> {
        encoding::take(self.as_ber().get(octets..)?).map(|(number, _)| number)
    }

    /// How many octets both begin with, up to the end of a number.
    pub(crate) fn common_numbers(self, other: OidRef<'_>) -> usize {
        let common = encoding::common_octets(self.as_ber(), other.as_ber());
        let same = self.as_ber().get(..common).unwrap_or_default();
        same.iter().rposition(|octet| *octet < 0x80).map_or(0, |last| last + 1)
    }

    /// Whether nothing but what begins with this OID lies between it and `end`, which comes after it.
    #[cfg(feature = "agent")]
    pub(crate) fn reaches(self, end: OidRef<'_>) -> bool {
        if end.starts_with(self) {
            return true;
        }
        let ((parent, last), (of_end, next)) = (self.split_last(), end.split_last());
        parent == of_end && last + 1 == next
    }

    /// The first OID after all that begin with this one; `None` if there is none.
    pub(crate) fn after_subtree(self) -> Option<Oid> {
        // Mostly the last octet has room. The first number, which has another limit, takes five octets at most.
        let octets = self.as_ber();
        let mut next = [0; super::INLINE_OCTETS];
        if let Some(next) = next.get_mut(..octets.len())
            && octets.len() > 5
        {
            next.copy_from_slice(octets);
            if let Some(last) = next.last_mut().filter(|last| **last < 0x7f) {
                *last += 1;
                return Some(Oid::trusted(next));
            }
        }
        let (mut parent, mut number) = self.split_last();
        loop {
            if let Some(next) = Oid::joined(parent, number + 1) {
                return Some(next);
            }
            if parent.is_empty() {
                return None;
            }
            (parent, number) = OidRef::trusted(parent).split_last();
        }
    }
}

impl Oid {
    /// The OID of a parent's octets, of which there may be none, and one more number; `None` if the number is too
    /// large to stand there.
    pub(crate) fn joined(parent: &[u8], number: u64) -> Option<Self> {
        let limit = if parent.is_empty() { MAX_FIRST } else { u64::from(u32::MAX) };
        if number > limit {
            return None;
        }
        let (octets, from) = encoding::octets(number);
        let last = octets.get(from..).unwrap_or_default();
        let end = parent.len() + last.len();
        // Most are short: no more than they need is cleared.
        let (mut short, mut long);
        let whole: &mut [u8] = if end <= super::INLINE_OCTETS {
            short = [0; super::INLINE_OCTETS];
            &mut short
        } else {
            long = [0; super::MAX_OCTETS];
            &mut long
        };
        whole.get_mut(..parent.len())?.copy_from_slice(parent);
        whole.get_mut(parent.len()..end)?.copy_from_slice(last);
        whole.get(..end).map(Self::trusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().expect("a valid OID")
    }

    #[test]
    fn the_end_of_a_subtree_is_its_next_sibling() {
        let end = |text| oid(text).as_ref().after_subtree();
        assert_eq!(end("1.3.6.1"), Some(oid("1.3.6.2")));
        assert_eq!(end("1.3.127"), Some(oid("1.3.128")));
        assert_eq!(end("1.3.6.1.4.1.127"), Some(oid("1.3.6.1.4.1.128")));
        assert_eq!(end("1.3.6.1.4.1.254"), Some(oid("1.3.6.1.4.1.255")));
        assert_eq!(end("1.3.6.1.4.1.4294967294"), Some(oid("1.3.6.1.4.1.4294967295")));
        assert_eq!(end("1.3.6.1.4.1.4294967295"), Some(oid("1.3.6.1.4.2")));
        assert_eq!(end("2.4294967294"), Some(oid("2.4294967295")));
        assert_eq!(end("1.3.4294967295"), Some(oid("1.4")));
        assert_eq!(end("1.39.4294967295"), Some(oid("2.0")));
        assert_eq!(end("0.39"), Some(oid("1.0")));
        assert_eq!(end("2.4294967295.4294967295"), None);
    }

    #[cfg(feature = "agent")]
    #[test]
    fn what_lies_between_an_oid_and_another() {
        let reaches = |from, to| oid(from).as_ref().reaches(oid(to).as_ref());
        assert!(reaches("1.3.6.5", "1.3.6.6") && reaches("1.3.6.5", "1.3.6.5.0"));
        assert!(
            !reaches("1.3.6.5", "1.3.6.7")
                && !reaches("1.3.6.5", "1.3.6.6.0")
                && !reaches("1.3.6.5", "1.3.7")
        );
    }

    #[test]
    fn a_number_joins_its_parent_again() {
        for text in ["1.3", "1.3.6.1.4.1.32473", "2.4294967295", "1.3.0"] {
            let (whole, ber) = (oid(text), oid(text));
            let (parent, number) = ber.as_ref().split_last();
            assert_eq!(Oid::joined(parent, number), Some(whole.clone()));
            assert_eq!(whole.as_ref().number_at(parent.len()), Some(number));
        }
        assert_eq!(Oid::joined(&[43], 1 << 32), None);
    }
}
