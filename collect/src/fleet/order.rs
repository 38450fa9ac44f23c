//! What a job says.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a job says: all that a worker needs besides the profile and the credentials, which it has by their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Order {
    /// The name of the device.
    pub device: String,
    /// Where it is.
    pub address: String,
    /// The name of its credentials.
    pub auth: String,
    /// The name of the profile.
    pub profile: String,
    /// Seconds between two ticks.
    pub interval: u64,
    /// Labels that all its samples have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// When the schedule was made or changed, in seconds since 1970: no tick was missed before.
    #[serde(default)]
    pub since: u64,
}

impl Order {
    /// Whether another order is the same, whenever it was made.
    pub(super) fn is_like(&self, other: &Order) -> bool {
        let Order { device, address, auth, profile, interval, labels, since: _ } = self;
        *device == other.device
            && *address == other.address
            && *auth == other.auth
            && *profile == other.profile
            && *interval == other.interval
            && *labels == other.labels
    }
}

/// When a job was due, in seconds since 1970, which is also the number of its tick: the server says when the next one is.
pub(super) fn due(next: &str, interval: u64) -> Option<u64> {
    seconds(next)?.checked_sub(interval)
}

/// The seconds since 1970 of a time such as `2026-01-31T23:59:59Z`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let whole = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = whole.split(':').map(str::parse::<i64>);
    let (Some(Ok(hour @ 0..=23)), Some(Ok(minute @ 0..=59)), Some(Ok(second @ 0..=60)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    if !(1970..=9999).contains(&year) {
        return None;
    }
    // Days since 1970, counted in years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
    u64::try_from(days * 86_400 + hour * 3_600 + minute * 60 + second).ok()
}

#[cfg(test)]
mod tests {
    use super::{due, seconds};

    #[test]
    fn times() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T12:00:01Z"), Some(951_825_601));
        assert_eq!(seconds("2026-11-27T23:33:26.123Z"), Some(1_795_822_406));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        for text in [
            "",
            "2026-11-27",
            "2026-13-27T23:33:26Z",
            "2026-11-27T23:33:26",
            "x-11-27T23:33:26Z",
            "2026-11-27T24:00:00Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_job_was_due_an_interval_before_the_next_one() {
        assert_eq!(due("2026-11-27T23:33:26Z", 60), Some(1_795_822_346));
        assert_eq!(due("1970-01-01T00:00:01Z", 60), None);
    }
}
