//! When an operation must have ended.

use super::request::now;
use std::time::{Duration, Instant};

/// Longest deadline, whatever is set: an `Instant` cannot hold every time.
const MAX_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The time that one operation has, all its requests together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Bounds>);

/// From when to when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) begun: Instant,
    pub(super) end: Instant,
}

impl Deadline {
    /// For an operation that begins now.
    pub(super) fn new(budget: Option<Duration>) -> Self {
        Self(budget.map(|budget| {
            let begun = now();
            Bounds { begun, end: begun + budget.min(MAX_DEADLINE) }
        }))
    }

    /// `None` without deadline.
    pub(super) fn bounds(self) -> Option<Bounds> {
        self.0
    }
}
