//! From the index part of a name to a place between two rows.
//!
//! Managers ask GETNEXT with names that no row has: cut short, too long, or with parts that are not octets. A table
//! knows only complete indexes, so we look for the smallest complete index that is not before the name. It is found
//! by reading indexes from arcs, without knowing what the index is made of.

use crate::index::{self, Index, IndexError};
use crate::oid::{Oid, OidError};

/// Where in a column a walk goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seek<I> {
    /// At the first row.
    First,
    /// At this row, or the next if it is not there.
    From(I),
    /// Behind this row.
    After(I),
    /// Behind all rows.
    End,
}

/// The place of `arcs`, which follow the OID of a column; `inclusive`: a row with exactly these arcs comes next.
pub(crate) fn seek<I: Index>(arcs: &[u32], inclusive: bool) -> Seek<I> {
    if arcs.is_empty() {
        return Seek::First;
    }
    match decode::<I>(arcs) {
        Ok(index) if inclusive => Seek::From(index),
        Ok(index) => Seek::After(index),
        Err(IndexError::Trailing { count }) => {
            let complete = arcs.get(..arcs.len().saturating_sub(count)).unwrap_or_default();
            // The name continues a complete index: no row lies between the two.
            decode(complete).map_or(Seek::First, Seek::After)
        }
        Err(_) => ceiling(arcs).map_or(Seek::End, Seek::From),
    }
}

/// The smallest index that is not before `arcs`, which are not an index themselves.
fn ceiling<I: Index>(arcs: &[u32]) -> Option<I> {
    if let Some((index, _)) = fill(arcs, arcs.len()) {
        return Some(index);
    }
    // Where arcs can be completed, all shorter beginnings can: bisect for the longest.
    let (mut good, mut bad, mut length) = (0, arcs.len(), arcs.len());
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match arcs.get(..middle).and_then(|head| fill::<I>(head, length)) {
            Some((_, complete)) => (good, length) = (middle, complete),
            None => bad = middle,
        }
    }
    // The arc behind it is impossible there, such as an octet above 255: the next index has a larger arc in its
    // place, or before it. Of small numbers a single one may be impossible: an OID cannot have length 1.
    let mut head = arcs.get(..=good).unwrap_or_default().to_vec();
    while let Some(last) = head.pop() {
        let steps = if last == 0 { 1..=2 } else { 1..=1 };
        for next in steps.filter_map(|step| last.checked_add(step)) {
            head.push(next);
            if let Some((index, _)) = fill(&head, length) {
                return Some(index);
            }
            head.pop();
        }
    }
    None
}

/// The smallest index that begins with `head`: with as few zeros as it takes; also the length of its arcs.
///
/// `likely` is a guess at this length: where arcs are impossible rather than missing, a good guess tells at once.
fn fill<I: Index>(head: &[u32], likely: usize) -> Option<(I, usize)> {
    let mut smallest = None;
    let (mut low, mut end) = (0, crate::oid::MAX_ARCS.saturating_sub(head.len()));
    let mut zeros = likely.saturating_sub(head.len()).min(end);
    let mut arcs = head.to_vec();
    while low < end {
        arcs.resize(head.len() + zeros, 0);
        match decode::<I>(&arcs) {
            // An IMPLIED part takes any number of zeros, so there may be a shorter one.
            Ok(index) => {
                smallest = Some((index, arcs.len()));
                end = zeros;
            }
            Err(
                IndexError::Missing { .. }
                | IndexError::EmptyImplied
                | IndexError::Oid(OidError::TooFewArcs { .. }),
            ) => low = zeros + 1,
            Err(IndexError::Trailing { .. } | IndexError::Oid(OidError::TooManyArcs)) => end = zeros,
            Err(_) => break,
        }
        zeros = low + end.saturating_sub(low) / 2;
    }
    smallest
}

fn decode<I: Index>(arcs: &[u32]) -> Result<I, IndexError> {
    // Behind an OID, because arcs on their own are not one.
    let oid = Oid::ZERO.extend(arcs.iter().copied())?;
    match oid.strip_prefix(&Oid::ZERO) {
        Some(arcs) => index::decode(arcs),
        None => Err(IndexError::Missing { expected: "an index" }),
    }
}
