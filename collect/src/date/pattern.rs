//! Dates in texts, by a pattern in the style of strptime.

use super::seconds;

/// How a date is written: `%Y-%m-%d %H:%M:%S` and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Field(Field),
    Blanks,
    Literal(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    DayName,
    Hour,
    Hour12,
    Half,
    Minute,
    Second,
    Fraction,
    Epoch,
    Zone,
    ZoneName,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`%{found}` is not a field of dates; expected one of %Y %y %m %b %B %d %e %j %a %A %H %k %I %l %p %M %S %f %s %z %Z %D %F %T %R %n %t %%"
)]
pub struct PatternError {
    /// What follows the percent sign.
    pub found: String,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A field that is not known.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut parts = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => Self::field(letters.next(), &mut parts)?,
                blank if blank.is_whitespace() => parts.push(Part::Blanks),
                other => parts.push(Part::Literal(other)),
            }
        }
        Ok(Self(parts))
    }

    fn field(letter: Option<char>, parts: &mut Vec<Part>) -> Result<(), PatternError> {
        let shorthand = |text, parts: &mut Vec<Part>| {
            parts.extend(Self::parse(text)?.0);
            Ok(())
        };
        let field = match letter {
            Some('Y') => Field::Year,
            Some('y') => Field::ShortYear,
            Some('m') => Field::Month,
            Some('b' | 'B' | 'h') => Field::MonthName,
            Some('d' | 'e') => Field::Day,
            Some('j') => Field::DayOfYear,
            Some('a' | 'A') => Field::DayName,
            Some('H' | 'k') => Field::Hour,
            Some('I' | 'l') => Field::Hour12,
            Some('p') => Field::Half,
            Some('M') => Field::Minute,
            Some('S') => Field::Second,
            Some('f') => Field::Fraction,
            Some('s') => Field::Epoch,
            Some('z') => Field::Zone,
            Some('Z') => Field::ZoneName,
            Some('D') => return shorthand("%m/%d/%y", parts),
            Some('F') => return shorthand("%Y-%m-%d", parts),
            Some('T') => return shorthand("%H:%M:%S", parts),
            Some('R') => return shorthand("%H:%M", parts),
            Some('n' | 't') => {
                parts.push(Part::Blanks);
                return Ok(());
            }
            Some('%') => {
                parts.push(Part::Literal('%'));
                return Ok(());
            }
            other => return Err(PatternError { found: other.map(String::from).unwrap_or_default() }),
        };
        parts.push(Part::Field(field));
        Ok(())
    }

    /// The seconds since 1970 of a date that is written like this; in UTC unless it has a zone.
    pub fn seconds(&self, text: &str) -> Option<i64> {
        let mut read = Read { date: [1900, 1, 1], ..Read::default() };
        let mut rest = text;
        for part in &self.0 {
            match part {
                Part::Blanks => rest = rest.trim_start(),
                Part::Literal(letter) => rest = rest.strip_prefix(*letter)?,
                Part::Field(field) => read.field(*field, &mut rest)?,
            }
        }
        rest.trim().is_empty().then(|| read.finish())
    }
}

#[derive(Default)]
struct Read {
    date: [i64; 3],
    day_of_year: Option<i64>,
    hour: i64,
    afternoon: Option<bool>,
    minute: i64,
    second: i64,
    east: i64,
    epoch: Option<i64>,
}

impl Read {
    fn field(&mut self, field: Field, rest: &mut &str) -> Option<()> {
        match field {
            Field::Year => self.date[0] = number(rest, 4, 0..=9999)?,
            Field::ShortYear => {
                let year = number(rest, 2, 0..=99)?;
                self.date[0] = if year < 69 { 2000 + year } else { 1900 + year };
            }
            Field::Month => self.date[1] = number(rest, 2, 1..=12)?,
            Field::MonthName => self.date[1] = name(rest, &MONTHS)? + 1,
            Field::Day => self.date[2] = number(rest, 2, 1..=31)?,
            Field::DayOfYear => self.day_of_year = Some(number(rest, 3, 1..=366)?),
            Field::DayName => drop(name(rest, &DAYS)?),
            Field::Hour => self.hour = number(rest, 2, 0..=24)?,
            Field::Hour12 => self.hour = number(rest, 2, 1..=12)?,
            Field::Half => self.afternoon = Some(name(rest, &["am", "pm"])? == 1),
            Field::Minute => self.minute = number(rest, 2, 0..=59)?,
            Field::Second => self.second = number(rest, 2, 0..=60)?,
            Field::Fraction => drop(number(rest, 9, 0..=999_999_999)?),
            Field::Epoch => self.epoch = Some(number(rest, 12, 0..=999_999_999_999)?),
            Field::Zone => self.east = zone(rest)?,
            Field::ZoneName => {
                let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                let (name, after) = rest.split_at(letters);
                // Other names mean several zones.
                if !matches!(name, "UTC" | "GMT" | "Z") {
                    return None;
                }
                *rest = after;
            }
        }
        Some(())
    }

    fn finish(self) -> i64 {
        if let Some(epoch) = self.epoch {
            return epoch;
        }
        let hour = match self.afternoon {
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let date = match self.day_of_year {
            Some(day) => [self.date[0], 1, day],
            None => self.date,
        };
        seconds(date, [hour, self.minute, self.second], self.east)
    }
}

/// A number of up to so many digits; blanks in front of it fill a field.
fn number(rest: &mut &str, digits: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let text = rest.trim_start_matches(' ');
    let length = text.bytes().take(digits).take_while(u8::is_ascii_digit).count();
    let (digits, after) = text.split_at(length);
    let number = digits.parse().ok().filter(|number| range.contains(number))?;
    *rest = after;
    Some(number)
}

/// The position of a name, written in full or by its first three letters, in any case.
fn name(rest: &mut &str, names: &[&str]) -> Option<i64> {
    for (at, name) in names.iter().enumerate() {
        for form in [*name, name.get(..3).unwrap_or(name)] {
            if let Some((head, after)) = rest.split_at_checked(form.len())
                && head.eq_ignore_ascii_case(form)
            {
                *rest = after;
                return i64::try_from(at).ok();
            }
        }
    }
    None
}

/// `+0100`, `+01:00`, `-05` or `Z`, in seconds east of Greenwich.
fn zone(rest: &mut &str) -> Option<i64> {
    if let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Some(0);
    }
    let (sign, after) = match rest.split_at_checked(1)? {
        ("+", after) => (1, after),
        ("-", after) => (-1, after),
        _ => return None,
    };
    let mut text = after;
    let hours = number(&mut text, 2, 0..=24)?;
    text = text.strip_prefix(':').unwrap_or(text);
    let minutes = number(&mut text, 2, 0..=59).unwrap_or(0);
    *rest = text;
    Some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<i64> {
        Pattern::parse(pattern).expect("a pattern").seconds(text)
    }

    #[test]
    fn dates() {
        for (pattern, text) in [
            ("%Y-%m-%d %H:%M:%S", "2009-02-13 23:31:30"),
            ("%FT%T%z", "2009-02-14T00:31:30+01:00"),
            ("%a %b %e %I:%M:%S %p %Y", "Fri Feb 13 11:31:30 PM 2009"),
            ("%d %B %y, %T %Z", "13 february 09, 23:31:30 UTC"),
            ("%Y/%j %R:%S", "2009/044 23:31:30"),
            ("%s", "1234567890"),
            ("%T.%f %D", "23:31:30.25 02/13/09"),
        ] {
            assert_eq!(read(pattern, text), Some(1_234_567_890), "{pattern} {text}");
        }
    }

    #[test]
    fn texts_that_are_no_dates() {
        for (pattern, text) in [
            ("%Y-%m-%d", "2009-13-01"),
            ("%Y-%m-%d", "2009-02"),
            ("%H:%M", "12:30 and more"),
            ("%d %b", "1 Foo"),
            ("%T %Z", "10:00:00 CET"),
            ("%z", "0100"),
            ("%b", "é"),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
    }

    #[test]
    fn unknown_fields() {
        assert_eq!(Pattern::parse("%Y %Q").expect_err("unknown").found, "Q");
        assert_eq!(Pattern::parse("100%").expect_err("cut off").found, "");
    }
}
