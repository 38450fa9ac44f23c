//! When the exchanges of an engine are due.

use super::ExchangeId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

/// How many forgotten entries are allowed, in addition to as many as there are exchanges.
const SLACK: usize = 64;

/// A queue by time. Most exchanges are answered long before they are due, so taking an entry out is to
/// cost nothing: it stays until it comes up or until forgotten ones are the greater part, and its owner
/// says whether it still holds.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    queue: BinaryHeap<Reverse<(Instant, ExchangeId)>>,
    /// Exchanges that wait.
    live: usize,
}

impl Deadlines {
    /// An exchange that begins to wait.
    pub(super) fn insert(&mut self, at: Instant, id: ExchangeId) {
        self.live += 1;
        self.queue.push(Reverse((at, id)));
    }

    /// Another deadline for an exchange that waits; the one before holds no more.
    pub(super) fn renew(&mut self, at: Instant, id: ExchangeId) {
        self.queue.push(Reverse((at, id)));
    }

    /// An exchange waits no more; `holds` says which entries still do.
    pub(super) fn forget(&mut self, holds: impl Fn(Instant, ExchangeId) -> bool) {
        self.live = self.live.saturating_sub(1);
        if self.live == 0 {
            self.queue.clear();
        } else if self.queue.len() > 2 * self.live + SLACK {
            self.queue.retain(|Reverse((at, id))| holds(*at, *id));
        }
    }

    /// No exchange is due before this; the entry may have been forgotten.
    pub(super) fn next(&self) -> Option<Instant> {
        self.queue.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes the first entry if its time has come. Whether it still holds is for the caller to see.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Instant, ExchangeId)> {
        let Reverse((at, _)) = self.queue.peek()?;
        if *at > now {
            return None;
        }
        self.queue.pop().map(|Reverse(entry)| entry)
    }
}

#[cfg(test)]
mod tests;
