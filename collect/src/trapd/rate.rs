//! How many events are let through.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// Keys that are remembered for a rule at most. When there are more, all begin anew.
const MAX_KEYS: usize = 65_536;

/// So many events in so much time, of one key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub(super) events: u32,
    pub(super) period: Duration,
}

/// When an event is looked at again, later than the rate says: what is reckoned then must not fall short of it.
const MARGIN: Duration = Duration::from_millis(1);

/// What is left of a rate for each key. One that was not seen before has all of it.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// By a hash that nobody can foresee: keys can be long.
    buckets: HashMap<u64, Bucket>,
    hasher: RandomState,
    /// Events that were left out, and that nobody was told of.
    untold: u64,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
    suppressed: u64,
}

impl Buckets {
    /// Lets another event of a key through, and says how many were not since the last one that was.
    ///
    /// # Errors
    /// It is one too many: when there is room for it. If it comes `again` then, it is the same one.
    pub(super) fn take(&mut self, rate: Rate, key: &str, now: Instant, again: bool) -> Result<u64, Instant> {
        let most = f64::from(rate.events);
        let key = self.hasher.hash_one(key);
        if self.buckets.len() >= MAX_KEYS && !self.buckets.contains_key(&key) {
            self.buckets.clear();
        }
        let bucket = self.buckets.entry(key).or_insert(Bucket { left: most, at: now, suppressed: 0 });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * most / rate.period.as_secs_f64()).min(most);
        bucket.at = now;
        if bucket.left < 1.0 {
            bucket.suppressed += u64::from(!again);
            let missing = (1.0 - bucket.left) / most * rate.period.as_secs_f64();
            return Err(now + Duration::from_secs_f64(missing) + MARGIN);
        }
        bucket.left -= 1.0;
        Ok(std::mem::take(&mut bucket.suppressed).saturating_sub(u64::from(again)))
    }

    /// An event is left out.
    pub(super) fn leave_out(&mut self) {
        self.untold += 1;
    }

    /// How many were left out since this was asked before.
    pub(super) fn untold(&mut self) -> u64 {
        std::mem::take(&mut self.untold)
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, MAX_KEYS, Rate};
    use std::time::{Duration, Instant};

    #[test]
    fn what_is_let_through() {
        let rate = Rate { events: 2, period: Duration::from_secs(10) };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        let mut take =
            |key: &str, seconds: u64| buckets.take(rate, key, now + Duration::from_secs(seconds), false).ok();
        assert_eq!([take("a", 0), take("a", 0), take("a", 0), take("a", 1)], [Some(0), Some(0), None, None]);
        assert_eq!(
            [take("b", 1), take("a", 5), take("a", 6), take("a", 10)],
            [Some(0), Some(2), None, Some(1)]
        );
        assert_eq!([take("a", 100), take("a", 100), take("a", 100)], [Some(0), Some(0), None]);
    }

    #[test]
    fn one_that_comes_again() {
        let rate = Rate { events: 3, period: Duration::from_secs(1) };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        for _ in 0..3 {
            assert_eq!(buckets.take(rate, "a", now, false), Ok(0));
        }
        assert!(buckets.take(rate, "a", now, false).is_err());
        let when = buckets.take(rate, "a", now, false).expect_err("too many");
        assert!(when > now && when < now + Duration::from_millis(400), "{:?}", when - now);
        assert!(buckets.take(rate, "a", now, true).is_err_and(|again| again == when));
        // The other one was left out.
        assert_eq!(buckets.take(rate, "a", when, true), Ok(1));
        assert_eq!(buckets.take(rate, "new", now, true), Ok(0), "what was known of it is forgotten");
        buckets.leave_out();
        assert_eq!((buckets.untold(), buckets.untold()), (1, 0));
    }

    #[test]
    fn memory_is_bounded() {
        let rate = Rate { events: 1, period: Duration::from_secs(10) };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        for key in 0..MAX_KEYS + 10 {
            assert_eq!(buckets.take(rate, &key.to_string(), now, false), Ok(0));
        }
        assert!(buckets.buckets.len() <= MAX_KEYS);
    }
}
