//! Which results of a partition are counted, by their numbers in the stream.

use super::report::Totals;
use super::results::Counted;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of a partition's counts. Who has it next counts what is not counted here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    #[serde(flatten)]
    pub(super) totals: Totals,
    /// All results up to this number are counted.
    pub(super) through: u64,
    /// Results with greater numbers that are counted.
    pub(super) ahead: BTreeSet<u64>,
    /// Which run of a worker has written it.
    pub(super) run: String,
}

/// Counts each result once, whoever finds it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// What was counted before, and by us since.
    saved: Option<Saved>,
    /// Counted before it is known what was counted earlier.
    early: Vec<Counted>,
    /// Results that are being stored, by the newest number in the stream when that began: their own numbers are greater.
    storing: BTreeMap<u64, usize>,
    /// Whether all results of those who had the partition before were looked up.
    complete: bool,
    /// What we have counted, in all partitions of this number that we have had.
    ours: Totals,
    unsaved: bool,
}

impl Ledger {
    /// What was counted before is known. What this run of the worker has written itself is nothing new. Returns whether all
    /// results must be looked up.
    pub(super) fn begin(&mut self, found: Saved, run: &str) -> bool {
        if self.saved.is_none() || (found.run != run && !found.run.is_empty()) {
            self.unsaved = true;
            self.complete = false;
            self.saved = Some(found);
            for counted in std::mem::take(&mut self.early) {
                self.count(counted);
            }
        }
        !self.complete
    }

    /// All results of those who had the partition before were looked up.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// A result is about to be stored, and this is the newest number in the stream that is known. It is given back to
    /// [`end`](Self::end).
    pub(super) fn store(&mut self, newest: u64) -> u64 {
        *self.storing.entry(newest).or_default() += 1;
        newest
    }

    /// A result is stored and counted, or will not be.
    pub(super) fn end(&mut self, begun: u64) {
        if let Some(count) = self.storing.get_mut(&begun) {
            *count -= 1;
            if *count == 0 {
                self.storing.remove(&begun);
            }
        }
    }

    /// A result is stored, by us or by somebody before us.
    pub(super) fn count(&mut self, counted: Counted) {
        let Some(saved) = &mut self.saved else {
            self.early.push(counted);
            return;
        };
        if counted.sequence > saved.through && saved.ahead.insert(counted.sequence) {
            saved.totals += counted.totals;
            self.ours += counted.totals;
            self.unsaved = true;
        }
    }

    /// What we have counted.
    pub(super) fn ours(&self) -> Totals {
        self.ours
    }

    /// What is to be kept, if anything is new. `newest` is the newest number in the stream that is known.
    pub(super) fn save(&mut self, newest: u64, run: &str) -> Option<Saved> {
        let saved = self.saved.as_mut().filter(|_| std::mem::take(&mut self.unsaved))?;
        if self.complete {
            let through = self.storing.keys().next().map_or(newest, |begun| *begun);
            saved.through = saved.through.max(through);
            saved.ahead = saved.ahead.split_off(&saved.through.saturating_add(1));
        }
        run.clone_into(&mut saved.run);
        Some(saved.clone())
    }

    /// It could not be kept.
    pub(super) fn not_saved(&mut self) {
        self.unsaved = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Ledger, Saved, Totals};

    fn result(sequence: u64) -> Counted {
        Counted { sequence, totals: Totals { stored: 1, ..Totals::default() } }
    }

    fn stored(saved: &Saved) -> u64 {
        saved.totals.stored
    }

    #[test]
    fn a_result_is_counted_once_whoever_finds_it() {
        let mut first = Ledger::default();
        assert!(first.begin(Saved::default(), "first"));
        first.complete();
        // The one with number 5 is on its way while later ones are counted.
        let slow = first.store(4);
        for sequence in [6, 7] {
            let begun = first.store(sequence - 1);
            first.count(result(sequence));
            first.end(begun);
        }
        let saved = first.save(7, "first").expect("two results");
        assert_eq!((stored(&saved), saved.through), (2, 4));
        assert!(first.save(7, "first").is_none());
        // It is killed. Who comes next finds all three, and one of them twice.
        let mut second = Ledger::default();
        second.count(result(8));
        assert!(second.begin(saved.clone(), "second"));
        for sequence in [5, 6, 7, 8] {
            second.count(result(sequence));
        }
        second.complete();
        let kept = second.save(8, "second").expect("new ones");
        assert_eq!((stored(&kept), kept.through, kept.ahead.len()), (4, 8, 0));
        assert_eq!(second.ours().stored, 2);
        // If it was not killed, all is counted once as well.
        first.count(result(5));
        first.end(slow);
        let saved = first.save(7, "first").expect("one result");
        assert_eq!((stored(&saved), saved.through, saved.ahead.len()), (3, 7, 0));
    }

    #[test]
    fn what_another_worker_has_counted_meanwhile_counts() {
        let mut ledger = Ledger::default();
        ledger.begin(Saved::default(), "me");
        ledger.complete();
        ledger.count(result(1));
        let mine = ledger.save(1, "me").expect("a result");
        assert!(!ledger.begin(mine, "me"), "nothing is new");
        let other = Saved { through: 9, run: "other".to_owned(), ..Saved::default() };
        assert!(ledger.begin(other, "me"), "all must be looked up");
        ledger.count(result(8));
        ledger.count(result(10));
        assert_eq!(stored(&ledger.save(10, "me").expect("a result")), 1);
    }
}
