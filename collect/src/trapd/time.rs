//! Times as text.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Octets of a time of this age.
const LENGTH: usize = "2000-01-01T00:00:00.000000Z".len();

/// RFC 3339 in UTC, with microseconds.
pub(super) fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", since.subsec_micros())
}

/// Writes times that are near each other.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Seconds since 1970, and what is written for them up to the dot.
    last: (u64, String),
}

impl Clock {
    /// As [`rfc3339`].
    pub(super) fn rfc3339(&mut self, time: SystemTime) -> String {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        if self.last.0 != since.as_secs() || self.last.1.is_empty() {
            let mut text = rfc3339(time);
            text.truncate(text.find('.').map_or(0, |dot| dot + 1));
            self.last = (since.as_secs(), text);
        }
        let mut text = String::with_capacity(LENGTH);
        text.push_str(&self.last.1);
        let mut micros = since.subsec_micros();
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit += (micros % 10) as u8;
            micros /= 10;
        }
        text.extend(digits.iter().map(|digit| char::from(*digit)));
        text.push('Z');
        text
    }
}

/// Nanoseconds since 1970.
pub(super) fn nanoseconds(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos()
}

/// Year, month and day of so many days after 1970-01-01, by the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    // Years begin in March here, so that a leap day is the last day of its year.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Clock, rfc3339};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000005Z"),
            (951_782_399, "2000-02-28T23:59:59.000005Z"),
            (951_782_400, "2000-02-29T00:00:00.000005Z"),
            (951_868_800, "2000-03-01T00:00:00.000005Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000005Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000005Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000005Z"),
        ] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(5)), text);
        }
    }

    #[test]
    fn a_clock_writes_the_same() {
        let mut clock = Clock::default();
        for micros in [0, 999_999, 1_000_000, 1_000_001, 59_123_456, 60_000_000, 3_599_999_999, 7] {
            let time = UNIX_EPOCH + Duration::from_micros(micros);
            assert_eq!(clock.rfc3339(time), rfc3339(time));
        }
        assert_eq!(clock.rfc3339(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00.000000Z");
    }
}
