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
    /// The name of that worker.
    pub(super) worker: String,
    /// Ticks without a result in the last minutes: the number of the minute since 1970, and how many.
    pub(super) lately: Vec<(u64, u64)>,
    /// When the last tick was that has no result, in seconds since 1970; 0 if there was none.
    pub(super) last_missed: u64,
}

/// Minutes that missed ticks are counted for.
pub(super) const LATELY: u64 = 10;

impl Saved {
    /// So many ticks just before this one have no result.
    fn missed(&mut self, tick: u64, missed: u64) {
        if missed == 0 {
            return;
        }
        let minute = tick / 60;
        self.last_missed = self.last_missed.max(tick);
        match self.lately.iter_mut().find(|(at, _)| *at == minute) {
            Some((_, count)) => *count = count.saturating_add(missed),
            None => self.lately.push((minute, missed)),
        }
        let newest = self.last_missed / 60;
        self.lately.retain(|(at, _)| at.saturating_add(LATELY) > newest);
    }

    /// The stream of results was removed and made again: nothing that is in it is counted.
    fn numbers_begin_anew(&mut self) {
        self.through = 0;
        self.ahead.clear();
    }

    /// How many ticks have no result in the minutes before a second of 1970.
    pub(super) fn missed_lately(&self, now: u64) -> u64 {
        let counts = self.lately.iter().filter(|(at, _)| at.saturating_add(LATELY) > now / 60);
        counts.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
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
    /// What was counted before is known. What this run of the worker has written itself is nothing new. `newest` is the number
    /// of the newest message of the stream now. Returns whether all results must be looked up.
    pub(super) fn begin(&mut self, mut found: Saved, run: &str, newest: u64) -> bool {
        if self.saved.is_none() || (found.run != run && !found.run.is_empty()) {
            self.unsaved = true;
            self.complete = false;
            if found.through > newest {
                found.numbers_begin_anew();
            }
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
        // While it was being stored, `through` stayed below its number.
        if counted.fresh && counted.sequence <= saved.through {
            saved.numbers_begin_anew();
        }
        if counted.sequence > saved.through && saved.ahead.insert(counted.sequence) {
            saved.totals += counted.totals;
            saved.missed(counted.tick, counted.totals.missed);
            self.ours += counted.totals;
            self.unsaved = true;
        }
    }

    /// What we have counted.
    pub(super) fn ours(&self) -> Totals {
        self.ours
    }

    /// What is to be kept, if anything is new. `newest` is the newest number in the stream that is known.
    pub(super) fn save(&mut self, newest: u64, run: &str, worker: &str) -> Option<Saved> {
        let saved = self.saved.as_mut().filter(|_| std::mem::take(&mut self.unsaved))?;
        if self.complete {
            // Those that are being stored may have begun when another stream was there, with greater numbers.
            let through = self.storing.keys().next().map_or(newest, |begun| newest.min(*begun));
            saved.through = saved.through.max(through);
            saved.ahead = saved.ahead.split_off(&saved.through.saturating_add(1));
        }
        run.clone_into(&mut saved.run);
        worker.clone_into(&mut saved.worker);
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
        let totals = Totals { stored: 1, ..Totals::default() };
        Counted { sequence, fresh: false, tick: sequence, totals }
    }

    fn stored(saved: &Saved) -> u64 {
        saved.totals.stored
    }

    #[test]
    fn a_result_is_counted_once_whoever_finds_it() {
        let mut first = Ledger::default();
        assert!(first.begin(Saved::default(), "first", 0));
        first.complete();
        // The one with number 5 is on its way while later ones are counted.
        let slow = first.store(4);
        for sequence in [6, 7] {
            let begun = first.store(sequence - 1);
            first.count(result(sequence));
            first.end(begun);
        }
        let saved = first.save(7, "first", "first").expect("two results");
        assert_eq!((stored(&saved), saved.through), (2, 4));
        assert!(first.save(7, "first", "first").is_none());
        // It is killed. Who comes next finds all three, and one of them twice.
        let mut second = Ledger::default();
        second.count(result(8));
        assert!(second.begin(saved.clone(), "second", 8));
        for sequence in [5, 6, 7, 8] {
            second.count(result(sequence));
        }
        second.complete();
        let kept = second.save(8, "second", "second").expect("new ones");
        assert_eq!((stored(&kept), kept.through, kept.ahead.len()), (4, 8, 0));
        assert_eq!(second.ours().stored, 2);
        // If it was not killed, all is counted once as well.
        first.count(result(5));
        first.end(slow);
        let saved = first.save(7, "first", "first").expect("one result");
        assert_eq!((stored(&saved), saved.through, saved.ahead.len()), (3, 7, 0));
    }

    #[test]
    fn what_another_worker_has_counted_meanwhile_counts() {
        let mut ledger = Ledger::default();
        ledger.begin(Saved::default(), "me", 0);
        ledger.complete();
        ledger.count(result(1));
        let mine = ledger.save(1, "me", "me").expect("a result");
        assert!(!ledger.begin(mine, "me", 1), "nothing is new");
        let other = Saved { through: 9, run: "other".to_owned(), ..Saved::default() };
        assert!(ledger.begin(other, "me", 9), "all must be looked up");
        ledger.count(result(8));
        ledger.count(result(10));
        assert_eq!(stored(&ledger.save(10, "me", "me").expect("a result")), 1);
    }

    #[test]
    fn a_stream_that_was_made_again_is_counted_from_its_beginning() {
        let mut ledger = Ledger::default();
        ledger.begin(Saved::default(), "first", 0);
        ledger.complete();
        let fresh = |sequence: u64| Counted { fresh: true, ..result(sequence) };
        for sequence in [1_000, 1_001] {
            let begun = ledger.store(sequence - 1);
            ledger.count(fresh(sequence));
            ledger.end(begun);
        }
        let before = ledger.save(1_001, "first", "first").expect("two results");
        assert_eq!((stored(&before), before.through), (2, 1_001));
        // Two are on their way to the old stream when the new one is made.
        let begun = [ledger.store(1_001), ledger.store(1_001)];
        ledger.count(fresh(1));
        ledger.end(begun[0]);
        let saved = ledger.save(1, "first", "first").expect("one result");
        assert_eq!((stored(&saved), saved.through), (3, 1));
        ledger.count(fresh(2));
        ledger.end(begun[1]);
        // One that was stored before is found again, and no news.
        ledger.count(result(1));
        let saved = ledger.save(2, "first", "first").expect("one result");
        assert_eq!((stored(&saved), saved.through, saved.ahead.len()), (4, 2, 0));
        // Who comes next may be the first to see the new stream.
        for (newest, more) in [(3, 2), (5_000, 0)] {
            let mut next = Ledger::default();
            assert!(next.begin(before.clone(), "next", newest));
            for sequence in [1, 3] {
                next.count(result(sequence));
            }
            next.complete();
            assert_eq!(stored(&next.save(newest, "next", "next").expect("it is another run")), 2 + more);
        }
    }

    #[test]
    fn missed_ticks_are_counted_for_some_minutes() {
        let mut ledger = Ledger::default();
        ledger.begin(Saved::default(), "me", 0);
        ledger.complete();
        for (sequence, tick, missed) in
            [(1, 600, 1), (2, 660, 0), (3, 1_199, 2), (4, 1_198, 3), (5, 1_260, 1)]
        {
            let totals = Totals { stored: 1, missed, ..Totals::default() };
            ledger.count(Counted { sequence, fresh: true, tick, totals });
        }
        let saved = ledger.save(5, "me", "me").expect("news");
        assert_eq!((saved.totals.missed, saved.last_missed), (7, 1_260));
        let lately = [1_260, 1_799, 1_800, 1_859, 1_860, 5_000].map(|now| saved.missed_lately(now));
        assert_eq!(lately, [6, 1, 1, 1, 0, 0], "the first one was longer ago");
        let text = serde_json::to_vec(&saved).expect("JSON");
        assert_eq!(serde_json::from_slice::<Saved>(&text).expect("the same"), saved);
    }
}
