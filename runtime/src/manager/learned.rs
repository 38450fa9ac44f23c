//! What has been learned of a target: how many names one request may have, and whether it has ever answered.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, Ordering::Relaxed};

/// Requests of as many names as are allowed, answered in a row, before more are tried.
const PATIENCE: u8 = 16;

/// Requests do not get fewer names than this: if a few names are too many for a response, it is these that have long
/// values, and others are not to suffer for it.
const LEAST: u16 = 4;

const UNKNOWN: u16 = u16::MAX;

/// What has been learned of one target. Nothing is locked: two answers at a time may count as one. Small, as there is
/// one per target.
#[derive(Debug)]
pub(super) struct Learned {
    /// [`UNKNOWN`] as long as nothing was too big.
    most: AtomicU16,
    /// Full requests answered since the last change.
    answered: AtomicU8,
    /// Whether it has ever answered a request: then its credentials are right.
    ever: AtomicBool,
}

impl Learned {
    /// Nothing is known.
    pub(super) fn new() -> Self {
        Self { most: AtomicU16::new(UNKNOWN), answered: AtomicU8::new(0), ever: AtomicBool::new(false) }
    }

    /// A response came, whatever it says.
    pub(super) fn note_answer(&self) {
        if !self.has_answered() {
            self.ever.store(true, Relaxed);
        }
    }

    /// Whether a response has ever come.
    pub(super) fn has_answered(&self) -> bool {
        self.ever.load(Relaxed)
    }

    /// Most names that a request should have.
    pub(super) fn most(&self) -> usize {
        match self.most.load(Relaxed) {
            UNKNOWN => usize::MAX,
            most => most.into(),
        }
    }

    /// The response to so many names was too big.
    pub(super) fn too_big(&self, names: usize) {
        let half = u16::try_from(names / 2).unwrap_or(UNKNOWN);
        self.most.fetch_min(half.max(LEAST), Relaxed);
        self.answered.store(0, Relaxed);
    }

    /// So many names were answered in one response.
    pub(super) fn answered(&self, names: usize) {
        let most = self.most.load(Relaxed);
        if names != usize::from(most) {
            return; // fewer than allowed tell nothing, and nothing is learned before something was too big
        }
        if self.answered.fetch_add(1, Relaxed) + 1 >= PATIENCE {
            self.answered.store(0, Relaxed);
            // A quarter more: back from the least to where it was takes 240 requests.
            let _ = self.most.compare_exchange(most, most.saturating_add(most / 4), Relaxed, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3 row 7, for names: halves on failure, grows when it goes well for a time.
    #[test]
    fn growth_and_failure() {
        let learned = Learned::new();
        learned.answered(64);
        assert_eq!(learned.most(), usize::MAX);
        learned.too_big(64);
        learned.too_big(64); // under way at the same time
        assert_eq!(learned.most(), 32);
        for _ in 0..PATIENCE - 1 {
            learned.answered(32);
            learned.answered(5);
        }
        assert_eq!(learned.most(), 32);
        learned.answered(32);
        assert_eq!(learned.most(), 40);
        for names in [40, 20, 10, 5, 4, 2] {
            learned.too_big(names);
        }
        assert_eq!(learned.most(), usize::from(LEAST));
        let mut requests = 0;
        while learned.most() < 64 {
            learned.answered(learned.most());
            requests += 1;
        }
        assert_eq!(requests, 15 * u32::from(PATIENCE));
    }
}
