//! Lengths of time in a file or on a command line: `60s`, `1.5m`, `500ms`.

#[cfg(feature = "poll")]
use std::time::Duration;
#[cfg(any(feature = "poll", feature = "trapd"))]
use {
    serde::de::{Error, Unexpected, Visitor},
    serde::{Deserialize, Deserializer},
    std::fmt,
};

/// Longest time: a day is long enough, and no sum of such times overflows.
#[cfg(feature = "poll")]
const MOST: f64 = 86_400.0;

/// A number of seconds, of any size.
#[cfg(feature = "trapd")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seconds(pub(crate) f64);

/// The seconds of a time such as `500ms`, `60s`, `1.5m`, `2h` or `1d`. It is `None` for all else, such as a number without a unit.
pub fn seconds(text: &str) -> Option<f64> {
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
    Some(number.trim().parse::<f64>().ok()? * unit)
}

/// A length of time.
#[cfg(feature = "poll")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

#[cfg(feature = "poll")]
impl Span {
    fn of_seconds(seconds: f64) -> Option<Self> {
        (0.0..=MOST).contains(&seconds).then(|| Duration::try_from_secs_f64(seconds).ok().map(Self))?
    }
}

/// Reads what `made` makes of seconds.
#[cfg(any(feature = "poll", feature = "trapd"))]
struct Reader<M> {
    expected: &'static str,
    made: M,
}

#[cfg(any(feature = "poll", feature = "trapd"))]
impl<T, M: Fn(f64) -> Option<T>> Visitor<'_> for Reader<M> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let made = seconds(text).and_then(&self.made);
        made.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        (self.made)(number).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        let made = i32::try_from(number).ok().and_then(|number| (self.made)(number.into()));
        made.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

#[cfg(feature = "poll")]
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let expected = "a time of at most a day such as \"60s\", \"5m\" or \"500ms\", or a number of seconds";
        reader.deserialize_any(Reader { expected, made: Self::of_seconds })
    }
}

#[cfg(feature = "trapd")]
impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let expected = "a number of seconds, or a time such as \"60s\", \"5m\" or \"500ms\"";
        reader.deserialize_any(Reader { expected, made: |seconds| Some(Self(seconds)) })
    }
}

#[cfg(all(test, feature = "poll"))]
mod tests {
    use super::*;

    fn span(text: &str) -> Option<Span> {
        seconds(text).and_then(Span::of_seconds)
    }

    #[test]
    fn times() {
        for (text, milliseconds) in
            [("60s", 60_000), ("1.5m", 90_000), ("500ms", 500), ("2 h", 7_200_000), ("1d", 86_400_000)]
        {
            assert_eq!(span(text), Some(Span(Duration::from_millis(milliseconds))), "{text}");
        }
        for text in ["", "60", "s", "-1s", "25h", "1w", "NaNs", "1s2"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
