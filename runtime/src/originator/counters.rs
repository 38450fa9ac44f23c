//! What an originator has done so far.

use std::sync::atomic::{AtomicU64, Ordering};

use super::error::NotifyError;
use super::report::Delivered;

/// Counters of an originator, free to read at any time. A notification counts once for each of its receivers.
#[derive(Debug, Default)]
pub struct OriginatorCounters {
    sent: AtomicU64,
    acknowledged: AtomicU64,
    unacknowledged: AtomicU64,
    filtered: AtomicU64,
    hidden: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
}

impl OriginatorCounters {
    /// Traps that left.
    #[must_use]
    pub fn sent(&self) -> u64 {
        read(&self.sent)
    }

    /// Informs that were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        read(&self.acknowledged)
    }

    /// Informs that nobody acknowledged, or that were refused.
    #[must_use]
    pub fn unacknowledged(&self) -> u64 {
        read(&self.unacknowledged)
    }

    /// What filters did not let pass.
    #[must_use]
    pub fn filtered(&self) -> u64 {
        read(&self.filtered)
    }

    /// What receivers may not see.
    #[must_use]
    pub fn hidden(&self) -> u64 {
        read(&self.hidden)
    }

    /// What was dropped because too much waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        read(&self.dropped)
    }

    /// What could not be written or sent.
    #[must_use]
    pub fn failed(&self) -> u64 {
        read(&self.failed)
    }

    pub(super) fn count(&self, result: &Result<Delivered, NotifyError>) {
        let counter = match result {
            Ok(Delivered::Sent) => &self.sent,
            Ok(Delivered::Acknowledged { .. }) => &self.acknowledged,
            Ok(Delivered::Filtered) => &self.filtered,
            Err(NotifyError::NoView { .. } | NotifyError::Hidden { .. }) => &self.hidden,
            Err(NotifyError::QueueFull { .. }) => &self.dropped,
            Err(
                NotifyError::Unacknowledged { .. }
                | NotifyError::Undiscovered { .. }
                | NotifyError::Report { .. }
                | NotifyError::Refused { .. },
            ) => &self.unacknowledged,
            Err(_) => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
