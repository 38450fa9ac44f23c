//! When an operation must have ended.

use super::request::now;
use std::time::{Duration, Instant};

/// Longest deadline, whatever is set: instants end somewhere.
const MAX_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The time that one operation has, all its requests together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    begun: Instant,
    budget: Option<Duration>,
}

impl Deadline {
    /// For an operation that begins now.
    pub(super) fn new(budget: Option<Duration>) -> Self {
        Self { begun: now(), budget: budget.map(|budget| budget.min(MAX_DEADLINE)) }
    }

    pub(super) fn end(&self) -> Option<Instant> {
        self.budget.map(|budget| self.begun + budget)
    }

    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begun)
    }
}
