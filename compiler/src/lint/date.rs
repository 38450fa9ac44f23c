//! Dates of LAST-UPDATED and REVISION: `YYMMDDHHMMZ` or `YYYYMMDDHHMMZ` (RFC 2578 §2, ExtUTCTime).

/// A point in time, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
}

impl Date {
    /// Reads a date.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub(crate) fn parse(text: &str) -> Result<Date, &'static str> {
        let Some(digits) = text.strip_suffix('Z') else { return Err("it ends in `Z`") };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("only digits go before the `Z`");
        }
        let (year, rest) = match digits.len() {
            10 => (1900 + number(digits, 0, 2), digits.get(2..).unwrap_or("")),
            12 => (number(digits, 0, 4), digits.get(4..).unwrap_or("")),
            _ => return Err("it has 12 digits, or 10 for the 1900s"),
        };
        let [month, day, hour, minute] = [0, 2, 4, 6].map(|at| number(rest, at, at + 2) as u8);
        let date = Date { year, month, day, hour, minute };
        if !(1..=12).contains(&month) {
            return Err("the month goes from 01 to 12");
        }
        if !(1..=days(year, month)).contains(&day) {
            return Err("that month has no such day");
        }
        if hour > 23 {
            return Err("the hour goes from 00 to 23");
        }
        if minute > 59 {
            return Err("the minute goes from 00 to 59");
        }
        Ok(date)
    }

    /// The day that is so many days after the first of January 1970.
    pub(crate) fn of_days(mut days_left: u64) -> Date {
        let mut date = Date { year: 1970, month: 1, day: 1, hour: 0, minute: 0 };
        while date.year < u16::MAX {
            let here = u64::from(days(date.year, date.month));
            if days_left < here {
                break;
            }
            days_left -= here;
            date.month += 1;
            if date.month > 12 {
                date.month = 1;
                date.year += 1;
            }
        }
        date.day = 1 + u8::try_from(days_left.min(30)).unwrap_or(0);
        date
    }
}

fn number(digits: &str, from: usize, to: usize) -> u16 {
    digits.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0)
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn dates_of_both_lengths() {
        let date = Date::parse("9911231759Z").expect("a date");
        assert_eq!((date.year, date.month, date.day, date.hour, date.minute), (1999, 11, 23, 17, 59));
        assert!(Date::parse("200002290000Z").expect("a leap day") > date);
    }

    #[test]
    fn wrong_dates_say_why() {
        for (text, why) in [
            ("200001010000", "`Z`"),
            ("2000010100Z0Z", "digits"),
            ("20000101Z", "12 digits"),
            ("200013010000Z", "month"),
            ("190002290000Z", "day"),
            ("200001012400Z", "hour"),
            ("200001010060Z", "minute"),
        ] {
            let found = Date::parse(text).expect_err(text);
            assert!(found.contains(why), "{text}: {found}");
        }
    }

    #[test]
    fn days_since_1970() {
        assert_eq!((Date::of_days(0).year, Date::of_days(0).day), (1970, 1));
        let date = Date::of_days(11_016);
        assert_eq!((date.year, date.month, date.day), (2000, 2, 29));
    }
}
