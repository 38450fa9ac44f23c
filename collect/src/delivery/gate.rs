//! The limits of a queue.

use super::settings::Limits;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Counts what waits, and lets in what there is room for.
#[derive(Debug)]
pub(super) struct Gate {
    held: Mutex<Held>,
    /// Told when something has left, or the gate is closed.
    room: Notify,
}

#[derive(Debug)]
struct Held {
    limits: Limits,
    waiting: Waiting,
    closed: bool,
}

/// What waits, what is being sent included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) records: usize,
    pub(super) octets: usize,
}

/// Whether a record is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    In,
    Full,
    Closed,
}

impl Gate {
    /// With what waits from the time before.
    pub(super) fn new(limits: Limits, records: usize, octets: usize) -> Self {
        let held = Held { limits, waiting: Waiting { records, octets }, closed: false };
        Self { held: Mutex::new(held), room: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on these limits count. What is in already stays.
    pub(super) fn limit(&self, limits: Limits) {
        self.lock().limits = limits;
        self.room.notify_waiters();
    }

    /// Lets a record in if there is room.
    pub(super) fn enter(&self, octets: usize) -> Entry {
        let mut held = self.lock();
        if held.closed {
            return Entry::Closed;
        }
        let Held { limits, waiting, .. } = &mut *held;
        let fits = waiting.records < limits.records && waiting.octets.saturating_add(octets) <= limits.octets;
        if waiting.records > 0 && !fits {
            return Entry::Full;
        }
        waiting.records += 1;
        waiting.octets += octets;
        Entry::In
    }

    /// Waits until there is room.
    pub(super) async fn enter_later(&self, octets: usize) -> Entry {
        loop {
            let mut told = std::pin::pin!(self.room.notified());
            told.as_mut().enable();
            match self.enter(octets) {
                Entry::Full => told.await,
                entry => return entry,
            }
        }
    }

    /// So much has left.
    pub(super) fn leave(&self, records: usize, octets: usize) {
        let mut held = self.lock();
        held.waiting.records = held.waiting.records.saturating_sub(records);
        held.waiting.octets = held.waiting.octets.saturating_sub(octets);
        drop(held);
        self.room.notify_waiters();
    }

    /// Nothing is let in any more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_waiters();
    }

    pub(super) fn waiting(&self) -> Waiting {
        self.lock().waiting
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Gate};
    use crate::delivery::Limits;

    #[test]
    fn limits() {
        let gate = Gate::new(Limits { records: 2, octets: 10 }, 0, 0);
        assert_eq!(gate.enter(11), Entry::In, "one that is too long is taken when no other waits");
        assert_eq!(gate.enter(1), Entry::Full);
        gate.leave(1, 11);
        assert_eq!([gate.enter(5), gate.enter(5), gate.enter(0)], [Entry::In, Entry::In, Entry::Full]);
        gate.leave(1, 5);
        assert_eq!([gate.enter(6), gate.enter(5)], [Entry::Full, Entry::In]);
        gate.limit(Limits { records: 3, octets: 15 });
        assert_eq!([gate.enter(5), gate.enter(0)], [Entry::In, Entry::Full]);
        gate.limit(Limits { records: 1, octets: 1 });
        gate.leave(2, 10);
        assert_eq!(gate.enter(0), Entry::Full, "more are in than may be");
        gate.close();
        gate.leave(1, 5);
        assert_eq!(gate.enter(1), Entry::Closed);
    }

    #[tokio::test]
    async fn who_waits_is_let_in() {
        let gate = Gate::new(Limits { records: 1, octets: 10 }, 1, 10);
        let leaving = async {
            tokio::task::yield_now().await;
            gate.leave(1, 10);
        };
        assert_eq!(tokio::join!(gate.enter_later(1), leaving).0, Entry::In);
        let closing = async {
            tokio::task::yield_now().await;
            gate.close();
        };
        assert_eq!(tokio::join!(gate.enter_later(1), closing).0, Entry::Closed);
    }
}
