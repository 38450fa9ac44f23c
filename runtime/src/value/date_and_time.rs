//! DateAndTime of SNMPv2-TC.

use super::OctetString;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

/// A date and time of day, with the difference from UTC if it is known (RFC 2579 §2, with its errata).
///
/// It is 8 octets, or 11 with the difference. Month and day may be zero: a value that is not known. Second 60 is a leap
/// second.
///
/// ```
/// use mibc_runtime::value::DateAndTime;
///
/// let time: DateAndTime = "1992-05-26T13:30:15.0-04:00".parse()?;
/// assert_eq!(time.to_octets().as_ref(), [0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0]);
/// assert_eq!(time.to_string(), "1992-5-26,13:30:15.0,-4:0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateAndTime {
    /// 0..65535.
    pub year: u16,
    /// 1..12, or 0.
    pub month: u8,
    /// 1..31, or 0.
    pub day: u8,
    /// 0..23.
    pub hour: u8,
    /// 0..59.
    pub minute: u8,
    /// 0..60.
    pub second: u8,
    /// 0..9: tenths of a second.
    pub decisecond: u8,
    /// How far local time is ahead of UTC, in minutes; negative in the west. Within 13 hours and 59 minutes.
    pub offset: Option<i16>,
}

/// Why octets or a text are not a DateAndTime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// Neither 8 nor 11 octets.
    #[error("a DateAndTime has 8 or 11 octets, not {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A field outside of its range.
    #[error("the {field} is {found}, outside of {expected}")]
    Field {
        /// Which.
        field: &'static str,
        /// Its value.
        found: u32,
        /// Its range.
        expected: &'static str,
    },
    /// Not a text of this form.
    #[error(
        "`{found}` is not a date and time such as 1992-5-26,13:30:15.0,-4:0 or 1992-05-26T13:30:15-04:00"
    )]
    Text {
        /// The text.
        found: String,
    },
}

impl DateAndTime {
    /// From what the wire carries.
    ///
    /// # Errors
    /// Another number of octets than 8 or 11, or a field outside of its range.
    pub fn from_octets(octets: &[u8]) -> Result<Self, DateError> {
        let (octets, zone) = match octets {
            [y1, y2, rest @ ..] if octets.len() == 8 => ((y1, y2, rest), None),
            [y1, y2, rest @ .., sign, hours, minutes] if octets.len() == 11 => {
                ((y1, y2, rest), Some((*sign, *hours, *minutes)))
            }
            _ => return Err(DateError::Length { found: octets.len() }),
        };
        let (y1, y2, &[month, day, hour, minute, second, decisecond]) = octets else {
            return Err(DateError::Length { found: 0 });
        };
        let offset =
            zone.map(|(sign, hours, minutes)| offset(sign, hours.into(), minutes.into())).transpose()?;
        Self { year: u16::from_be_bytes([*y1, *y2]), month, day, hour, minute, second, decisecond, offset }
            .checked()
    }

    /// What the wire carries: 8 octets, or 11 with the difference from UTC.
    pub fn to_octets(&self) -> OctetString {
        let [y1, y2] = self.year.to_be_bytes();
        let mut octets =
            vec![y1, y2, self.month, self.day, self.hour, self.minute, self.second, self.decisecond];
        if let Some(offset) = self.offset {
            let minutes = offset.unsigned_abs();
            let sign = if offset < 0 { b'-' } else { b'+' };
            octets.extend([sign, (minutes / 60) as u8, (minutes % 60) as u8]);
        }
        octets.into()
    }

    fn checked(self) -> Result<Self, DateError> {
        let fields = [
            ("month", self.month, 12, "0..12"),
            ("day", self.day, 31, "0..31"),
            ("hour", self.hour, 23, "0..23"),
            ("minute", self.minute, 59, "0..59"),
            ("second", self.second, 60, "0..60"),
            ("tenth of a second", self.decisecond, 9, "0..9"),
        ];
        match fields.into_iter().find(|(_, value, most, _)| value > most) {
            Some((field, found, _, expected)) => {
                Err(DateError::Field { field, found: found.into(), expected })
            }
            None => Ok(self),
        }
    }
}

/// The difference from UTC in minutes.
fn offset(sign: u8, hours: u32, minutes: u32) -> Result<i16, DateError> {
    if !matches!(sign, b'+' | b'-') {
        let field = "direction from UTC";
        return Err(DateError::Field { field, found: sign.into(), expected: "43 (+) and 45 (-)" });
    }
    if hours > 13 {
        return Err(DateError::Field { field: "hours from UTC", found: hours, expected: "0..13" });
    }
    if minutes > 59 {
        return Err(DateError::Field { field: "minutes from UTC", found: minutes, expected: "0..59" });
    }
    let size = (hours * 60 + minutes) as i16;
    Ok(if sign == b'-' { -size } else { size })
}

/// As the DISPLAY-HINT of DateAndTime shows it, `1992-5-26,13:30:15.0,-4:0`; without the last part where the
/// difference from UTC is not known.
impl fmt::Display for DateAndTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, decisecond, offset } = self;
        write!(f, "{year}-{month}-{day},{hour}:{minute}:{second}.{decisecond}")?;
        if let Some(offset) = offset {
            let (sign, minutes) = (if *offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
            write!(f, ",{sign}{}:{}", minutes / 60, minutes % 60)?;
        }
        Ok(())
    }
}

/// From the form of `Display`, or that of ISO 8601: `1992-05-26T13:30:15.0-04:00`, with `Z` for UTC. Seconds, tenths
/// and the difference from UTC may be left out.
impl FromStr for DateAndTime {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError::Text { found: text.to_owned() };
        let number = |part: &str| match part.bytes().all(|octet| octet.is_ascii_digit()) {
            true => part.parse::<u32>().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        let small = |field, found| {
            u8::try_from(found).map_err(|_| DateError::Field { field, found, expected: "0..255" })
        };
        let (date, rest) = text.split_once([',', 'T', ' ']).ok_or_else(wrong)?;
        let (time, zone) = match rest.find(['+', '-', 'Z', ',']) {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..).unwrap_or_default()),
            None => (rest, ""),
        };
        let mut date = date.split('-').map(number);
        let mut next = || date.next().unwrap_or_else(|| Err(wrong()));
        let (year, month, day) = (next()?, next()?, next()?);
        let (time, tenths) = time.split_once('.').unwrap_or((time, "0"));
        let mut clock = time.split(':').map(number);
        let (hour, minute) = match (clock.next(), clock.next()) {
            (Some(hour), Some(minute)) => (hour?, minute?),
            _ => return Err(wrong()),
        };
        let second = clock.next().unwrap_or(Ok(0))?;
        if date.next().is_some() || clock.next().is_some() {
            return Err(wrong());
        }
        let zone = zone.strip_prefix(',').unwrap_or(zone);
        let offset = match zone.as_bytes().first() {
            None => None,
            Some(b'Z') if zone == "Z" => Some(0),
            Some(sign) => {
                let (hours, minutes) =
                    zone.get(1..).and_then(|rest| rest.split_once(':')).ok_or_else(wrong)?;
                Some(offset(*sign, number(hours)?, number(minutes)?)?)
            }
        };
        Self {
            year: u16::try_from(year).map_err(|_| wrong())?,
            month: small("month", month)?,
            day: small("day", day)?,
            hour: small("hour", hour)?,
            minute: small("minute", minute)?,
            second: small("second", second)?,
            decisecond: small("tenth of a second", number(tenths)?)?,
            offset,
        }
        .checked()
    }
}

/// In UTC, cut to tenths of a second; the years 0 to 65535 at most.
impl From<SystemTime> for DateAndTime {
    fn from(time: SystemTime) -> Self {
        let (before, since) = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => (false, since),
            Err(error) => (true, error.duration()),
        };
        let tenths = i64::try_from(since.as_millis() / 100).unwrap_or(i64::MAX);
        let tenths = if before { -tenths } else { tenths };
        let (days, tenths) = (tenths.div_euclid(864_000), tenths.rem_euclid(864_000));
        // Days since 1 March of year 0, in eras of 400 years: so the leap day ends a year.
        let days = days + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let small = |number: i64| u8::try_from(number).unwrap_or(0);
        Self {
            year: u16::try_from(era * 400 + year + next).unwrap_or(if before { 0 } else { u16::MAX }),
            month: small(month),
            day: small(day),
            hour: small(tenths / 36_000),
            minute: small(tenths / 600 % 60),
            second: small(tenths / 10 % 60),
            decisecond: small(tenths % 10),
            offset: Some(0),
        }
    }
}

impl TryFrom<&OctetString> for DateAndTime {
    type Error = DateError;

    fn try_from(octets: &OctetString) -> Result<Self, DateError> {
        Self::from_octets(octets)
    }
}

impl From<DateAndTime> for OctetString {
    fn from(time: DateAndTime) -> Self {
        time.to_octets()
    }
}

#[cfg(test)]
mod tests {
    use super::{DateAndTime, DateError};
    use std::time::{Duration, SystemTime};

    const EASTERN: [u8; 11] = [0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0];

    /// S24: 8 or 11 octets only; the year big-endian; second 60 allowed.
    #[test]
    fn octets() {
        let time = DateAndTime::from_octets(&EASTERN).unwrap();
        assert_eq!((time.year, time.month, time.offset), (1992, 5, Some(-240)));
        assert_eq!(time.to_octets().as_ref(), EASTERN);
        let short = DateAndTime::from_octets(&EASTERN[..8]).unwrap();
        assert_eq!((short.offset, short.to_string().as_str()), (None, "1992-5-26,13:30:15.0"));
        for length in (0..=12).filter(|length| ![8, 11].contains(length)) {
            let octets = vec![1; length];
            assert_eq!(DateAndTime::from_octets(&octets), Err(DateError::Length { found: length }));
        }
        let leap = [0x07, 0xe0, 12, 31, 23, 59, 60, 9];
        assert_eq!(DateAndTime::from_octets(&leap).map(|time| time.second), Ok(60));
        assert!(DateAndTime::from_octets(&[0; 8]).is_ok(), "not known");
    }

    #[test]
    fn fields_out_of_range() {
        for (at, value) in
            [(2, 13), (3, 32), (4, 24), (5, 60), (6, 61), (7, 10), (8, b'*'), (9, 14), (10, 60)]
        {
            let mut octets = EASTERN;
            octets[at] = value;
            assert!(matches!(DateAndTime::from_octets(&octets), Err(DateError::Field { .. })), "octet {at}");
        }
    }

    #[test]
    fn of_the_clock() {
        let at = |seconds: u64| {
            DateAndTime::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
        };
        assert_eq!(at(0), "1970-1-1,0:0:0.0,+0:0");
        assert_eq!(at(951_782_400), "2000-2-29,0:0:0.0,+0:0");
        assert_eq!(at(1_704_067_199), "2023-12-31,23:59:59.0,+0:0");
        assert_eq!(at(4_107_542_400), "2100-3-1,0:0:0.0,+0:0");
        let before = DateAndTime::from(SystemTime::UNIX_EPOCH - Duration::from_millis(100));
        assert_eq!(before.to_string(), "1969-12-31,23:59:59.9,+0:0");
    }

    #[test]
    fn text_both_ways() {
        for text in ["1992-5-26,13:30:15.0,-4:0", "1992-05-26T13:30:15-04:00", "1992-05-26 13:30:15.0,-4:00"]
        {
            assert_eq!(text.parse::<DateAndTime>().unwrap().to_octets().as_ref(), EASTERN, "{text}");
        }
        let time: DateAndTime = "2016-12-31T23:59:60.9Z".parse().unwrap();
        assert_eq!((time.second, time.decisecond, time.offset), (60, 9, Some(0)));
        assert_eq!("2016-1-2,3:4".parse::<DateAndTime>().unwrap().offset, None);
        for text in [
            "",
            "x",
            "2016",
            "2016-1-2",
            "2016-1-2,",
            "2016-1-2,3",
            "2016-1-2-3,4:5",
            "2016-13-2,3:4",
            "65536-1-2,3:4",
            "2016-1-2,3:4:5:6",
            "2016-1-2,3:4é",
            "2016-1-2,3:4+é",
            "2016-1-2,3:4+14:0",
            "2016-1-2,3:4Zx",
            "2016-1-2,3:4:5.10",
            "+016-1-2,3:4",
            "2016-1-2,3:4-",
            "2016-300-2,3:4",
        ] {
            assert!(text.parse::<DateAndTime>().is_err(), "{text:?}");
        }
    }
}
