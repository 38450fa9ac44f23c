//! An OID as the numbers that encode it, of which the first stands for two sub-identifiers.
//!
//! Two OIDs have the same parent when all their octets but those of the last number are the same; this holds for
//! OIDs of two sub-identifiers too, whose parent has no octets.

#[cfg(feature = "agent")]
use std::cmp::Ordering;

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

    /// What follows the first `skip` octets, which end at the end of a number, as a number that orders as it does. Where
    /// two are the same, what follows orders them.
    #[inline]
    pub(crate) fn order_behind(self, skip: usize) -> u64 {
        let rest = self.as_ber().get(skip..).unwrap_or_default();
        let first = rest.first_chunk().map_or_else(|| padded(rest), |first| u64::from_be_bytes(*first));
        if first & 0x8080_8080_8080_8080 == 0 { first } else { order(rest) }
    }

    /// Orders both as [`Ord`] does, and says how many octets they begin with.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn compare(self, other: OidRef<'_>) -> (Ordering, usize) {
        let common = encoding::common_octets(self.as_ber(), other.as_ber());
        (encoding::compare_behind(self.as_ber(), other.as_ber(), common), common)
    }

    /// Where the number ends whose octet is at a position; further than the OID where it has no such octet.
    #[cfg(feature = "agent")]
    pub(crate) fn number_end(self, octet: usize) -> usize {
        let rest = self.as_ber().get(octet..).unwrap_or_default();
        octet + rest.iter().take_while(|octet| **octet >= 0x80).count() + 1
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

/// Fewer than eight octets, with zeros behind them.
fn padded(octets: &[u8]) -> u64 {
    octets.iter().rev().fold(0, |number, octet| number >> 8 | u64::from(*octet) << 56)
}

/// Numbers of one octet stand for themselves. In longer ones, the bits that say of each octet whether one follows come
/// first, so that more octets are more.
fn order(mut rest: &[u8]) -> u64 {
    let (mut order, mut room) = (0, u64::BITS as usize);
    while let Some((number, behind)) = encoding::take(rest) {
        let octets = rest.len() - behind.len();
        let ordered = ((1 << (octets - 1)) - 1) << (7 * octets + 1) | number;
        let Some(left) = room.checked_sub(8 * octets) else { return order | ordered >> (8 * octets - room) };
        order |= ordered << left;
        (rest, room) = (behind, left);
        if room == 0 {
            break;
        }
    }
    order
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
    fn the_order_of_what_follows() {
        let mut tails = Vec::new();
        let numbers = [
            0,
            1,
            2,
            0x7f,
            0x80,
            0x81,
            0x3fff,
            0x4000,
            0x1f_ffff,
            0x20_0000,
            0xfff_ffff,
            0x1000_0000,
            u32::MAX,
        ];
        for first in numbers {
            tails.push(vec![first]);
            for second in numbers {
                tails.extend([
                    vec![first, second],
                    vec![first, second, 0, 0x80, 3],
                    vec![first, 0, 0, 0, 0, 0, second],
                ]);
                tails.push([vec![first, second], vec![1; 9]].concat());
            }
        }
        let base = oid("1.3.6.1");
        let mut oids: Vec<Oid> = tails.into_iter().map(|tail| base.extend(tail).expect("an OID")).collect();
        oids.sort();
        let orders: Vec<u64> =
            oids.iter().map(|oid| oid.as_ref().order_behind(base.as_ber().len())).collect();
        assert!(orders.is_sorted());
        let distinct = orders.chunk_by(|a, b| a == b).count();
        assert!(distinct > oids.len() / 2, "{distinct} of {}", oids.len());
        assert_eq!(base.as_ref().order_behind(base.as_ber().len()), 0);
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
