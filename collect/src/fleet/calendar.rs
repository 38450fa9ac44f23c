//! Schedules in the server's words.
//!
//! Where an interval divides a minute, an hour or a day, the schedule names the seconds, minutes and hours of the day. The
//! phase is then a matter of the names and not of when the schedule was made, so devices stay spread over the interval when
//! the server has been away. Other intervals count from the schedule's making, and from the server's start.

use crate::poll::hash::hash;

/// The second of its interval at which a device is asked for a profile.
pub(super) fn phase(device: &str, profile: &str, interval: u64) -> u64 {
    hash(&[device, profile]) % interval.max(1)
}

/// The schedule that fires every `interval` seconds, `phase` seconds after the multiples of the interval.
pub(super) fn schedule(interval: u64, phase: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 3_600;
    const DAY: u64 = 86_400;
    let interval = interval.max(1);
    let phase = phase % interval;
    let (second, minute, hour) = (phase % MINUTE, phase / MINUTE % MINUTE, phase / HOUR);
    match interval {
        1 => "* * * * * *".to_owned(),
        2..MINUTE if MINUTE.is_multiple_of(interval) => {
            format!("{} * * * * *", list(phase, interval, MINUTE))
        }
        MINUTE => format!("{second} * * * * *"),
        MINUTE..HOUR if HOUR.is_multiple_of(interval) && interval.is_multiple_of(MINUTE) => {
            format!("{second} {} * * * *", list(phase / MINUTE, interval / MINUTE, MINUTE))
        }
        HOUR => format!("{second} {minute} * * * *"),
        HOUR..DAY if DAY.is_multiple_of(interval) && interval.is_multiple_of(HOUR) => {
            format!("{second} {minute} {} * * *", list(hour, interval / HOUR, 24))
        }
        DAY => format!("{second} {minute} {hour} * * *"),
        _ => format!("@every {interval}s"),
    }
}

/// The last tick of such a schedule that is not in the future, in seconds since 1970; `None` where it counts from its making.
pub(super) fn last(interval: u64, phase: u64, now: u64) -> Option<u64> {
    let interval = interval.max(1);
    if schedule(interval, phase).starts_with('@') {
        return None;
    }
    now.checked_sub((now + interval - phase % interval) % interval)
}

fn list(from: u64, step: u64, end: u64) -> String {
    let numbers: Vec<String> = (from..end).step_by(step as usize).map(|number| number.to_string()).collect();
    numbers.join(",")
}

#[cfg(test)]
mod tests {
    use super::{last, schedule};

    fn fits(field: &str, number: u64) -> bool {
        field == "*" || field.split(',').any(|each| each.parse() == Ok(number))
    }

    /// The seconds of a day at which it fires.
    fn fires(schedule: &str) -> Vec<u64> {
        let fields: Vec<&str> = schedule.split(' ').collect();
        assert_eq!((fields.len(), &fields[3..]), (6, &["*", "*", "*"][..]), "{schedule}");
        let at = |time: &u64| {
            fits(fields[0], time % 60) && fits(fields[1], time / 60 % 60) && fits(fields[2], time / 3_600)
        };
        (0..86_400).filter(at).collect()
    }

    #[test]
    fn a_day_has_all_ticks_at_their_phase() {
        for interval in [1, 2, 5, 15, 30, 60, 120, 300, 1_800, 3_600, 7_200, 43_200, 86_400] {
            for phase in [0, 1, 17, 59, 61, 3_599, 4_000, 50_000] {
                let expected: Vec<u64> =
                    (0..86_400).filter(|time| time % interval == phase % interval).collect();
                assert_eq!(fires(&schedule(interval, phase)), expected, "{interval} {phase}");
            }
        }
    }

    #[test]
    fn the_last_tick_is_one_at_which_it_fires() {
        for interval in [1, 2, 15, 60, 300, 3_600, 86_400] {
            for phase in [0, 1, 59, 61, 3_601] {
                let fires = fires(&schedule(interval, phase));
                for now in [86_400, 86_401, 90_059, 100_000, 172_799] {
                    let last = last(interval, phase, now).expect("a tick");
                    assert!(last <= now && now - last < interval, "{interval} {phase} {now}: {last}");
                    assert!(fires.contains(&(last % 86_400)), "{interval} {phase} {now}: {last}");
                }
            }
        }
        assert_eq!((last(45, 3, 1_000), last(60, 30, 20)), (None, None));
    }

    #[test]
    fn other_intervals_count_from_their_making() {
        for interval in [7, 45, 90, 420, 5_400, 100_000] {
            assert_eq!(schedule(interval, 3), format!("@every {interval}s"));
        }
    }
}
