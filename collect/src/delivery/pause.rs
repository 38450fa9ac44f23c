//! How long to wait after a failure.

use super::settings::Pauses;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A pause that grows from failure to failure: a random time below a bound, so that many who failed together do not come
/// back together.
#[derive(Debug)]
pub(super) struct Pause {
    pauses: Pauses,
    failures: u32,
}

impl Pause {
    pub(super) fn new(pauses: Pauses) -> Self {
        Self { pauses, failures: 0 }
    }

    /// It has worked.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// It has failed again: how long to wait, at least so long.
    pub(super) fn next(&mut self, least: Option<Duration>) -> Duration {
        let bound = self.bound();
        self.failures = self.failures.saturating_add(1);
        let least = least.unwrap_or_default().min(MOST);
        // Who has said when to come back is not asked by everybody at that moment.
        least.saturating_add(bound.mul_f64(random()))
    }

    fn bound(&self) -> Duration {
        let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.pauses.first.saturating_mul(factor).min(self.pauses.most)
    }
}

/// The longest time that a receiver can ask for.
const MOST: Duration = Duration::from_secs(600);

/// A number from 0 to 1.
fn random() -> f64 {
    // Hashers of the standard library have random keys.
    (RandomState::new().hash_one(0) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::{MOST, Pause, random};
    use crate::delivery::Pauses;
    use std::time::Duration;

    #[test]
    fn pauses_grow_and_are_bounded() {
        let pauses = Pauses { first: Duration::from_millis(100), most: Duration::from_secs(5) };
        let mut pause = Pause::new(pauses);
        let mut bounds = Vec::new();
        for _ in 0..40 {
            let bound = pause.bound();
            assert!(pause.next(None) <= bound);
            bounds.push(bound.as_millis());
        }
        assert!(bounds.starts_with(&[100, 200, 400, 800, 1600, 3200, 5000, 5000]), "{bounds:?}");
        assert_eq!(bounds.last(), Some(&5000));
        pause.reset();
        assert_eq!(pause.bound(), pauses.first);
        assert!(pause.next(Some(Duration::from_secs(7))) >= Duration::from_secs(7));
        assert!(pause.next(Some(Duration::MAX)) <= MOST + pauses.most);
    }

    #[test]
    fn numbers_differ() {
        let numbers: Vec<f64> = (0..64).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        let (low, high) = (numbers.iter().any(|n| *n < 0.5), numbers.iter().any(|n| *n >= 0.5));
        assert!(low && high, "{numbers:?}");
    }
}
