//! What time it is for simulated devices.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

/// The time since the start, and that of day.
pub(crate) enum Clock {
    Real {
        started: Instant,
        since_epoch: Duration,
    },
    /// A test's.
    Given(Box<dyn Fn() -> Duration + Send + Sync>),
}

impl Clock {
    pub(crate) fn real() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::Real { started: Instant::now(), since_epoch }
    }

    /// Since the start, and since 1970.
    pub(crate) fn now(&self) -> (Duration, Duration) {
        match self {
            Self::Real { started, since_epoch } => {
                let since = started.elapsed();
                (since, since.saturating_add(*since_epoch))
            }
            Self::Given(clock) => (clock(), clock()),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}
