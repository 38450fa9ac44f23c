//! The window, by the second.

use super::*;
use std::time::Duration;

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

/// U7: 150 seconds behind is in time, 151 is not; the clock only goes forward.
#[test]
fn the_window() {
    let start = Instant::now();
    let mut clock = RemoteClock::guess(0, 0, start);
    assert!(clock.accept(4, 1000, start), "the first authenticated message sets it");
    let now = after(start, 200);
    assert_eq!(clock.read(now), EngineClock { boots: 4, time: 1200 });
    assert!(clock.accept(4, 1050, now));
    assert!(!clock.accept(4, 1049, now));
    assert_eq!(clock.read(now), EngineClock { boots: 4, time: 1200 }, "old messages do not move it");
    assert!(clock.accept(4, 1300, now));
    assert_eq!(clock.read(after(start, 201)), EngineClock { boots: 4, time: 1301 });
}

/// U7: newer boots are taken over, older ones dropped, the last ones are never in time.
#[test]
fn boots() {
    let start = Instant::now();
    let mut clock = RemoteClock::guess(900_000, 5, start);
    assert!(clock.accept(4, 1000, start), "a guess does not count");
    assert!(clock.accept(5, 3, start));
    assert_eq!(clock.read(start), EngineClock { boots: 5, time: 3 });
    assert!(!clock.accept(4, 2000, start));
    assert!(!clock.accept(MAX_BOOTS, 3, start));
}

#[test]
fn time_stops_at_its_end() {
    let start = Instant::now();
    let mut clock = RemoteClock::guess(0, 0, start);
    clock.set(1, MAX_BOOTS - 1, start);
    assert_eq!(clock.read(after(start, 10)).time, MAX_BOOTS);
    assert!(clock.accept(1, MAX_BOOTS, after(start, 10)));
}
