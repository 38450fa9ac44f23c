//! Which registrations cover a subtree: all of them, not only the one that wins.
//!
//! What is registered is kept below its parent, as stretches of siblings that are covered by the same registrations.
//! Of equally many sub-identifiers are only such that have the same parent, so that the next best registration of a
//! subtree is found beside it or at one of the OIDs above.

use std::collections::{BTreeMap, HashMap};

use super::registration::{Priority, RegistrationId};
use super::subtrees::Piece;
use crate::oid::OidRef;

/// A registration that covers a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claim {
    /// First, as claims are ordered by it. No stretch has two claims of one priority.
    pub(super) priority: Priority,
    pub(super) id: RegistrationId,
}

/// The claims of one context, by the octets of the parent.
#[derive(Debug, Default)]
pub(super) struct Claims {
    parents: HashMap<Box<[u8]>, Siblings>,
}

/// Disjoint stretches by their first number.
type Siblings = BTreeMap<u64, Stretch>;

#[derive(Clone, Debug)]
struct Stretch {
    /// The last number.
    end: u64,
    best: Claim,
    /// The others, ascending.
    others: Vec<Claim>,
}

impl Stretch {
    fn claims(&self) -> impl Iterator<Item = Claim> {
        std::iter::once(self.best).chain(self.others.iter().copied())
    }

    fn add(&mut self, mut claim: Claim) {
        if claim < self.best {
            std::mem::swap(&mut claim, &mut self.best);
        }
        let position = self.others.partition_point(|other| *other < claim);
        self.others.insert(position, claim);
    }

    /// Whether a claim is left.
    fn drop(&mut self, id: RegistrationId) -> bool {
        self.others.retain(|claim| claim.id != id);
        if self.best.id == id {
            if self.others.is_empty() {
                return false;
            }
            self.best = self.others.remove(0);
        }
        true
    }
}

impl Claims {
    pub(super) fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// The registration that covers a part of this with this priority, and the first number of that part.
    pub(super) fn duplicate(&self, piece: &Piece, priority: Priority) -> Option<(u64, RegistrationId)> {
        self.stretches(piece.parent(), piece.low, piece.high).find_map(|(start, stretch)| {
            let claim = stretch.claims().find(|claim| claim.priority == priority)?;
            Some((start.max(piece.low), claim.id))
        })
    }

    /// The best claim of each stretch between two numbers, both included, with its first and last number.
    pub(super) fn best(&self, parent: &[u8], low: u64, high: u64) -> impl Iterator<Item = (u64, u64, Claim)> {
        self.stretches(parent, low, high)
            .map(move |(start, stretch)| (start.max(low), stretch.end.min(high), stretch.best))
    }

    /// The best claim on all of what is below `parent`: of the longest OID at or above it. Also the octets of that OID's
    /// own parent.
    pub(super) fn above<'p>(&self, parent: &'p [u8]) -> Option<(&'p [u8], Claim)> {
        let mut rest = parent;
        while !rest.is_empty() {
            let (above, number) = OidRef::trusted(rest).split_last();
            let covering = self.stretches(above, number, number).next();
            if let Some((_, stretch)) = covering {
                return Some((above, stretch.best));
            }
            rest = above;
        }
        None
    }

    pub(super) fn add(&mut self, piece: &Piece, claim: Claim) {
        let siblings = match self.parents.get_mut(piece.parent()) {
            Some(siblings) => siblings,
            None => self.parents.entry(piece.parent().into()).or_default(),
        };
        cut(siblings, piece);
        let mut from = piece.low;
        let mut gaps = Vec::new();
        for (&start, stretch) in siblings.range_mut(piece.low..=piece.high) {
            if from < start {
                gaps.push((from, start - 1));
            }
            from = stretch.end + 1;
            stretch.add(claim);
        }
        if from <= piece.high {
            gaps.push((from, piece.high));
        }
        let alone = |end| Stretch { end, best: claim, others: Vec::new() };
        siblings.extend(gaps.into_iter().map(|(start, end)| (start, alone(end))));
    }

    pub(super) fn remove(&mut self, piece: &Piece, id: RegistrationId) {
        let Some(siblings) = self.parents.get_mut(piece.parent()) else { return };
        let mut free = Vec::new();
        for (&start, stretch) in siblings.range_mut(piece.low..=piece.high) {
            if !stretch.drop(id) {
                free.push(start);
            }
        }
        for start in free {
            siblings.remove(&start);
        }
        mend(siblings, piece);
        if siblings.is_empty() {
            self.parents.remove(piece.parent());
        }
    }

    fn stretches(&self, parent: &[u8], low: u64, high: u64) -> impl Iterator<Item = (u64, &Stretch)> {
        let siblings = self.parents.get(parent);
        siblings.into_iter().flat_map(move |siblings| {
            let before = siblings.range(..low).next_back().filter(|(_, stretch)| stretch.end >= low);
            before.into_iter().chain(siblings.range(low..=high)).map(|(start, stretch)| (*start, stretch))
        })
    }
}

/// Makes stretches begin and end where the piece does.
fn cut(siblings: &mut Siblings, piece: &Piece) {
    for border in [piece.low, piece.high + 1] {
        let Some((_, left)) = siblings.range_mut(..border).next_back() else { continue };
        if left.end >= border {
            let right = left.clone();
            left.end = border - 1;
            siblings.insert(border, right);
        }
    }
}

/// Joins stretches that are covered by the same registrations, at the borders of the piece and inside it. Otherwise
/// cuts that nobody needs any more would pile up.
fn mend(siblings: &mut Siblings, piece: &Piece) {
    let first = siblings.range(..piece.low).next_back().map_or(piece.low, |(start, _)| *start);
    let mut joined = Vec::new();
    let mut last: Option<(u64, u64, &Stretch)> = None;
    for (&start, stretch) in siblings.range(first..=piece.high + 1) {
        match &mut last {
            Some((_, end, left))
                if *end + 1 == start && left.best == stretch.best && left.others == stretch.others =>
            {
                *end = stretch.end;
                joined.push((start, None));
            }
            _ => {
                if let Some((start, end, _)) = last {
                    joined.push((start, Some(end)));
                }
                last = Some((start, stretch.end, stretch));
            }
        }
    }
    if let Some((start, end, _)) = last {
        joined.push((start, Some(end)));
    }
    for (start, end) in joined {
        match end {
            None => {
                siblings.remove(&start);
            }
            Some(end) => {
                if let Some(stretch) = siblings.get_mut(&start) {
                    stretch.end = end;
                }
            }
        }
    }
}
