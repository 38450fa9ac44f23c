//! The clock of another engine, as far as its authenticated messages tell (RFC 3414 §2.3, §3.2 (7b)).

use crate::usm::{EngineClock, MAX_BOOTS, TIME_WINDOW};
use std::time::Instant;

/// What is known of an authoritative engine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RemoteClock {
    boots: u32,
    /// Its time at `at`.
    time: u32,
    at: Instant,
    /// False for what an unauthenticated Report says: good for a first try, and for nothing else.
    proven: bool,
}

impl RemoteClock {
    /// What the other engine says of itself before anything is authenticated.
    pub(crate) fn guess(boots: u32, time: u32, now: Instant) -> Self {
        Self { boots, time, at: now, proven: false }
    }

    /// What it shows now.
    pub(super) fn read(&self, now: Instant) -> EngineClock {
        let passed = now.saturating_duration_since(self.at).as_secs();
        let time = u64::from(self.time).saturating_add(passed).min(u64::from(MAX_BOOTS));
        EngineClock { boots: self.boots, time: time as u32 }
    }

    /// Whether an authenticated message has told it.
    pub(super) fn is_proven(&self) -> bool {
        self.proven
    }

    /// Takes over the clock of an authenticated message that answers a message of ours: its random msgID
    /// makes it fresh, so that the clock may also be set back, as after a reset to factory state.
    /// False if it is not in any time window any more.
    pub(super) fn set(&mut self, boots: u32, time: u32, now: Instant) -> bool {
        *self = Self { boots, time, at: now, proven: true };
        boots < MAX_BOOTS
    }

    /// Whether an authenticated message is timely. One from ahead moves the clock, which never goes back.
    pub(crate) fn accept(&mut self, boots: u32, time: u32, now: Instant) -> bool {
        if !self.proven {
            return self.set(boots, time, now);
        }
        let own = self.read(now);
        if boots > own.boots || (boots == own.boots && time > own.time) {
            self.set(boots, time, now);
        }
        boots < MAX_BOOTS
            && boots >= own.boots
            && (boots > own.boots || time.saturating_add(TIME_WINDOW) >= own.time)
    }
}

#[cfg(test)]
mod tests;
