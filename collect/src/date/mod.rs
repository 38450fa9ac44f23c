//! Dates as seconds since 1970.

mod pattern;

pub use pattern::{Pattern, PatternError};

/// Days from 1970-01-01 to a day of the Gregorian calendar. A month beyond 12 or a day beyond its month's runs on into
/// what follows.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The seconds of a date, `east` seconds east of Greenwich.
fn seconds(date: [i64; 3], time: [i64; 3], east: i64) -> i64 {
    let [year, month, day] = date;
    let [hour, minute, second] = time;
    days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - east
}

/// DateAndTime of RFC 2579, without its tenths of seconds; in UTC if it has no time zone.
pub(crate) fn date_and_time(octets: &[u8]) -> Option<i64> {
    let [high, low, month, day, hour, minute, second, _, zone @ ..] = octets else { return None };
    let east = match zone {
        [] => 0,
        [sign @ (b'+' | b'-'), hours @ 0..=24, minutes @ 0..=59] => {
            let east = i64::from(*hours) * 3_600 + i64::from(*minutes) * 60;
            if *sign == b'-' { -east } else { east }
        }
        _ => return None,
    };
    let year = i64::from(u16::from_be_bytes([*high, *low]));
    let date = [year, i64::from(*month), i64::from(*day)];
    Some(seconds(date, [i64::from(*hour), i64::from(*minute), i64::from(*second)], east))
}

/// A time stamp of NTP: seconds since 1900, fractions, and nothing that counts after them.
pub(crate) fn ntp(octets: &[u8]) -> Option<i64> {
    let (seconds, _) = octets.split_at_checked(4).filter(|_| octets.len() >= 8)?;
    Some(i64::from(u32::from_be_bytes(seconds.try_into().ok()?)) - 2_208_988_800)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
        assert_eq!(days(1969, 12, 31), -1);
        assert_eq!(days(2023, 13, 1), days(2024, 1, 1));
        assert_eq!(days(2024, 2, 30), days(2024, 3, 1));
    }

    #[test]
    fn dates_of_snmp() {
        // 1992-05-26, 13:30:15.0, four hours west: the example of RFC 2579.
        let octets = [7, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0];
        assert_eq!(date_and_time(&octets), Some(706_901_415));
        assert_eq!(date_and_time(&octets[..8]), Some(706_901_415 - 4 * 3_600));
        assert_eq!(date_and_time(&octets[..9]), None);
        assert_eq!(date_and_time(&[7, 0xc8, 5, 26, 13, 30, 15, 0, b'?', 4, 0]), None);
        assert_eq!(date_and_time(&[]), None);
    }

    #[test]
    fn time_stamps_of_ntp() {
        assert_eq!(ntp(&[0x83, 0xaa, 0x7e, 0x80, 0, 0, 0, 0]), Some(0));
        assert_eq!(ntp(&[0x83, 0xaa, 0x7e, 0x80, 0, 0, 0, 0, 9]), Some(0));
        assert_eq!(ntp(&[0x83, 0xaa, 0x7e, 0x80]), None);
    }
}
