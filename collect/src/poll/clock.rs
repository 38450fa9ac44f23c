//! What time it is: never less than before.

use super::schedule::Millis;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// If the system's clock is ahead by more, its time counts from then on.
const AHEAD: u64 = 1_000;

/// The system's time. If somebody sets that back, this one goes on as before: a tick never comes twice.
#[derive(Debug)]
pub(super) struct Clock {
    since: Instant,
    millis: Millis,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), millis: wall() }
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&mut self) -> Millis {
        self.at(Instant::now(), wall())
    }

    fn at(&mut self, instant: Instant, wall: Millis) -> Millis {
        let elapsed = instant.saturating_duration_since(self.since).as_millis();
        let now = self.millis.saturating_add(u64::try_from(elapsed).unwrap_or(u64::MAX));
        if wall > now.saturating_add(AHEAD) {
            (self.since, self.millis) = (instant, wall);
            return wall;
        }
        now
    }

    /// When it will be so late.
    pub(super) fn instant(&self, at: Millis) -> Instant {
        self.since + Duration::from_millis(at.saturating_sub(self.millis))
    }
}

fn wall() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let since = Instant::now();
        let mut clock = Clock { since, millis: 1_000_000 };
        let later = |millis| since + Duration::from_millis(millis);
        assert_eq!(clock.at(later(10), 1_000_010), 1_000_010);
        // Set back by an hour, and corrected by little.
        assert_eq!(clock.at(later(20), 400_000), 1_000_020);
        assert_eq!(clock.at(later(30), 1_000_900), 1_000_030);
        // Set ahead.
        assert_eq!(clock.at(later(40), 5_000_000), 5_000_000);
        assert_eq!(clock.at(later(50), 5_000_010), 5_000_010);
        assert_eq!(clock.instant(5_000_100), later(140));
    }
}
