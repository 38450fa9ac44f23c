//! Values of the file that have a form of their own.

use mibc_runtime::oid::Oid;
use regex_lite::Regex;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// A map that has no key twice.
pub(super) fn unique<'de, D, V>(deserializer: D) -> Result<BTreeMap<String, V>, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Unique<V>(PhantomData<V>);
    impl<'de, V: Deserialize<'de>> Visitor<'de> for Unique<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of names")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = BTreeMap::new();
            while let Some(name) = map.next_key_seed(New(&values))? {
                values.insert(name, map.next_value()?);
            }
            Ok(values)
        }
    }
    deserializer.deserialize_any(Unique(PhantomData))
}

/// A key that a map does not have yet.
struct New<'m, V>(&'m BTreeMap<String, V>);

impl<'de, V> DeserializeSeed<'de> for New<'_, V> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<V> Visitor<'_> for New<'_, V> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        if self.0.contains_key(name) {
            return Err(E::custom(format!("`{name}` is here twice")));
        }
        Ok(name.to_owned())
    }
}

/// What a scalar means. Errors are at its place, because they come from inside of it.
pub(super) fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    struct Parsed<P, T>(&'static str, P, PhantomData<T>);
    impl<T, P: FnOnce(&str) -> Result<T, String>> Visitor<'_> for Parsed<P, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Parsed(expected, parse, PhantomData))
}

/// What a map means. Errors are at its place, because they come from inside of it.
pub(super) fn converted<'de, D: Deserializer<'de>, R: Deserialize<'de>, T>(
    deserializer: D,
    convert: impl FnOnce(R) -> Result<T, String>,
) -> Result<T, D::Error> {
    struct Converted<R, C, T>(C, PhantomData<(R, T)>);
    impl<'de, R: Deserialize<'de>, T, C: FnOnce(R) -> Result<T, String>> Visitor<'de> for Converted<R, C, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            R::deserialize(MapAccessDeserializer::new(map))
                .and_then(|raw| (self.0)(raw).map_err(A::Error::custom))
        }
    }
    deserializer.deserialize_map(Converted(convert, PhantomData))
}

/// An OID in numbers.
#[derive(Clone, Debug)]
pub(super) struct YamlOid(pub(super) Oid);

impl<'de> Deserialize<'de> for YamlOid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "an OID in numbers, such as 1.3.6.1.2.1.2.2.1.10", |text| {
            text.parse().map(YamlOid).map_err(|error| {
                format!("`{text}` is not an OID in numbers, such as 1.3.6.1.2.1.2.2.1.10: {error}")
            })
        })
    }
}

/// A duration in the form of Go: `5s`, `1m30s`, `500ms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct GoDuration(pub(super) Duration);

impl<'de> Deserialize<'de> for GoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a duration such as 5s, 1m30s or 500ms";
        parsed(deserializer, expected, |text| {
            duration(text).map(GoDuration).ok_or_else(|| format!("found `{text}`, expected {expected}"))
        })
    }
}

fn duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit = after.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let factor = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        rest = after;
    }
    Some(seconds).filter(|_| !text.is_empty()).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// A regular expression that the whole text must match.
#[derive(Clone, Debug)]
pub(super) struct Whole(pub(super) Regex);

/// A regular expression that a part of the text must match.
#[derive(Clone, Debug)]
pub(super) struct Part(pub(super) Regex);

fn expression(text: &str, whole: bool) -> Result<Regex, String> {
    let written = if whole { format!("^(?:{text})$") } else { text.to_owned() };
    Regex::new(&written).map_err(|error| format!("`{text}` is not a regular expression: {error}"))
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a regular expression", |text| expression(text, true).map(Whole))
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a regular expression", |text| expression(text, false).map(Part))
    }
}

/// The name of a metric, or the end of one.
#[derive(Clone, Debug)]
pub(super) struct MetricName(pub(super) String);

impl<'de> Deserialize<'de> for MetricName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "the name of a metric", |text| {
            let good = is_name(text, true).then(|| MetricName(text.to_owned()));
            good.ok_or_else(|| {
                format!(
                    "found `{text}`, expected the name of a metric: letters, digits, `_` and `:`, not a digit first"
                )
            })
        })
    }
}

/// The name of a label.
#[derive(Clone, Debug)]
pub(super) struct LabelName(pub(super) String);

impl<'de> Deserialize<'de> for LabelName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "the name of a label", |text| {
            let good = is_name(text, false).then(|| LabelName(text.to_owned()));
            good.ok_or_else(|| {
                format!(
                    "found `{text}`, expected the name of a label: letters, digits and `_`, not a digit first"
                )
            })
        })
    }
}

/// Whether a label can have this name.
#[cfg(feature = "exporter")]
pub(crate) fn is_label(text: &str) -> bool {
    is_name(text, false)
}

fn is_name(text: &str, colons: bool) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || (colons && letter == ':');
    !text.is_empty() && text.chars().all(allowed) && !text.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, millis) in
            [("5s", 5_000), ("1m30s", 90_000), ("500ms", 500), ("1.5h", 5_400_000), ("0", 0)]
        {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "5", "s", "5x", "-5s", "1e400s", "5 s"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
