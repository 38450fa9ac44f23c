//! How long to wait before the next try.

use std::time::Duration;

/// Twice as long each time, up to a limit, and not exactly: others may be about to try as well.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    least: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(least: Duration, most: Duration) -> Self {
        let least = least.max(Duration::from_millis(1));
        Self { least, most: most.max(least), next: least }
    }

    /// It has worked.
    pub(crate) fn reset(&mut self) {
        self.next = self.least;
    }

    /// How long to wait now: between three and five quarters of what it says.
    pub(crate) fn wait(&mut self, random: u32) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(self.most);
        now.mul_f64(0.75 + 0.5 * f64::from(random) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_as_long_up_to_a_limit() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        let middle = u32::MAX / 2;
        let waits: Vec<u128> = (0..6).map(|_| (backoff.wait(middle).as_millis() + 5) / 100).collect();
        assert_eq!(waits, [1, 2, 4, 8, 10, 10]);
        backoff.reset();
        assert_eq!(backoff.wait(0), Duration::from_millis(75));
        assert_eq!(backoff.wait(u32::MAX), Duration::from_millis(250));
        // A limit of nothing would be a loop.
        assert!(Backoff::new(Duration::ZERO, Duration::ZERO).wait(0) > Duration::ZERO);
    }
}
