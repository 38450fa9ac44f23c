//! Lengths of time in a file: `60s`, `1.5m`, `500ms`, or a number of seconds.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::time::Duration;

/// Longest time: a day is long enough, and no sum of such times overflows.
const MOST: f64 = 86_400.0;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    fn of_seconds(seconds: f64) -> Option<Self> {
        (0.0..=MOST).contains(&seconds).then(|| Duration::try_from_secs_f64(seconds).ok().map(Self))?
    }

    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|letter: char| letter.is_ascii_alphabetic())?;
        let (number, unit) = text.split_at_checked(end)?;
        let unit = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        Self::of_seconds(number.trim().parse::<f64>().ok()? * unit)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time of at most a day such as \"60s\", \"5m\" or \"500ms\", or a number of seconds")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
        Span::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Span, E> {
        Span::of_seconds(number).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Span, E> {
        let span = u32::try_from(number).ok().and_then(|number| Span::of_seconds(number.into()));
        span.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Span, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, milliseconds) in
            [("60s", 60_000), ("1.5m", 90_000), ("500ms", 500), ("2 h", 7_200_000), ("1d", 86_400_000)]
        {
            assert_eq!(Span::parse(text), Some(Span(Duration::from_millis(milliseconds))), "{text}");
        }
        for text in ["", "60", "s", "-1s", "25h", "1w", "NaNs", "1s2"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
