//! Views without wildcards: what they show are runs of OIDs.

use super::family::Family;
use super::view::Run;
use crate::oid::{Oid, OidRef};

/// Disjoint runs in OID order, with something hidden between any two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    runs: Vec<Run>,
}

impl Ranges {
    /// Of families in OID order, no subtree twice. Inside of a subtree the longer one counts; what is in none is
    /// shown if `others` says so.
    pub(super) fn new<'f>(others: bool, families: impl Iterator<Item = &'f Family>) -> Self {
        let mut ranges = Self::default();
        // The subtrees around the present OID, innermost last: their ends, and whether they are shown.
        let mut around: Vec<(&Oid, Option<Oid>, bool)> = Vec::new();
        // `None` once a subtree has reached the end of all OIDs.
        let mut from = Some(Oid::ZERO);
        for family in families {
            let subtree = family.subtree();
            while let Some((_, end, shown)) = around.pop_if(|(outer, ..)| !subtree.starts_with(&**outer)) {
                ranges.close(&mut from, end, shown);
            }
            let shown = around.last().map_or(others, |(.., shown)| *shown);
            ranges.close(&mut from, Some(subtree.clone()), shown);
            around.push((subtree, subtree.as_ref().after_subtree(), family.is_included()));
        }
        while let Some((_, end, shown)) = around.pop() {
            ranges.close(&mut from, end, shown);
        }
        ranges.close(&mut from, None, others);
        ranges
    }

    /// Ends what began at `from`.
    fn close(&mut self, from: &mut Option<Oid>, end: Option<Oid>, shown: bool) {
        let Some(lower) = from.take() else { return };
        if end.as_ref().is_some_and(|end| *end <= lower) {
            *from = Some(lower);
            return;
        }
        from.clone_from(&end);
        if shown {
            match self.runs.last_mut() {
                Some(last) if last.upper.as_ref() == Some(&lower) => last.upper = end,
                _ => self.runs.push(Run { lower, upper: end }),
            }
        }
    }

    /// The first run that does not end before `name`; `hint` is where it was looked for the last time.
    pub(super) fn next(&self, name: OidRef<'_>, hint: &mut usize) -> Option<&Run> {
        // Walks stay where they are, or come to the run behind.
        match self.runs.get(*hint) {
            Some(run) if run.ends_before(name) => {
                *hint += 1;
                if self.runs.get(*hint).is_some_and(|run| run.ends_before(name)) {
                    let rest = self.runs.get(*hint..).unwrap_or_default();
                    *hint += rest.partition_point(|run| run.ends_before(name));
                }
            }
            Some(run) if run.lower <= name => {}
            _ => *hint = self.runs.partition_point(|run| run.ends_before(name)),
        }
        self.runs.get(*hint)
    }

    /// The run at a position.
    pub(super) fn run(&self, position: usize) -> Option<&Run> {
        self.runs.get(position)
    }

    /// Whether `name` is in a run; `hint` is where the last name was.
    pub(super) fn contains(&self, name: OidRef<'_>, hint: &mut usize) -> bool {
        if self.runs.get(*hint).is_some_and(|run| run.contains(name)) {
            return true;
        }
        *hint = self.runs.partition_point(|run| run.ends_before(name));
        self.runs.get(*hint).is_some_and(|run| run.lower <= name)
    }
}
