//! What the usmStats, snmpMPDStats and context counters count (RFC 3414 §5, RFC 3412 §5, RFC 3413 §4).

use std::sync::atomic::{AtomicU32, Ordering};

use super::Report;

/// How often each thing was wrong with a message of SNMPv3. Each wraps at 2^32, as Counter32 does.
#[derive(Debug, Default)]
pub struct ReportCounters {
    counters: [AtomicU32; Report::Other as usize + 1],
}

impl ReportCounters {
    /// The value of one counter.
    #[must_use]
    pub fn get(&self, report: Report) -> u32 {
        self.counters.get(report as usize).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }

    /// Adds what others have counted.
    #[cfg(feature = "manager")]
    pub(super) fn add(&self, other: &Self) {
        for (own, other) in self.counters.iter().zip(&other.counters) {
            own.fetch_add(other.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// One more; gives the new value.
    #[cfg(any(feature = "usm", feature = "agent"))]
    pub(crate) fn count(&self, report: Report) -> u32 {
        let counter = self.counters.get(report as usize);
        counter.map_or(0, |counter| counter.fetch_add(1, Ordering::Relaxed).wrapping_add(1))
    }
}
