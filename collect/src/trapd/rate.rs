//! How many events are let through.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Senders that are remembered for a rule at most. When there are more, all begin anew.
const MAX_SENDERS: usize = 65_536;

/// So many events in so much time, of one source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub(super) events: u32,
    pub(super) period: Duration,
}

/// What is left of a rate for each source.
#[derive(Debug, Default)]
pub(super) struct Buckets(HashMap<String, Bucket>);

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
    suppressed: u64,
}

impl Buckets {
    /// Whether another event of a source is let through, and how many were not since the last one that was.
    pub(super) fn take(&mut self, rate: Rate, source: &str, now: Instant) -> Option<u64> {
        let most = f64::from(rate.events);
        if self.0.len() >= MAX_SENDERS && !self.0.contains_key(source) {
            self.0.clear();
        }
        if !self.0.contains_key(source) {
            self.0.insert(source.to_owned(), Bucket { left: most, at: now, suppressed: 0 });
        }
        let bucket = self.0.get_mut(source)?;
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * most / rate.period.as_secs_f64()).min(most);
        bucket.at = now;
        if bucket.left < 1.0 {
            bucket.suppressed += 1;
            return None;
        }
        bucket.left -= 1.0;
        Some(std::mem::take(&mut bucket.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, MAX_SENDERS, Rate};
    use std::time::{Duration, Instant};

    #[test]
    fn what_is_let_through() {
        let rate = Rate { events: 2, period: Duration::from_secs(10) };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        let mut take =
            |source: &str, seconds: u64| buckets.take(rate, source, now + Duration::from_secs(seconds));
        assert_eq!([take("a", 0), take("a", 0), take("a", 0), take("a", 1)], [Some(0), Some(0), None, None]);
        assert_eq!(
            [take("b", 1), take("a", 5), take("a", 6), take("a", 10)],
            [Some(0), Some(2), None, Some(1)]
        );
        assert_eq!([take("a", 100), take("a", 100), take("a", 100)], [Some(0), Some(0), None]);
    }

    #[test]
    fn memory_is_bounded() {
        let rate = Rate { events: 1, period: Duration::from_secs(10) };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        for sender in 0..MAX_SENDERS + 10 {
            assert_eq!(buckets.take(rate, &sender.to_string(), now), Some(0));
        }
        assert!(buckets.0.len() <= MAX_SENDERS);
    }
}
