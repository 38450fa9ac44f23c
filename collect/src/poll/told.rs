//! A poll as its line of JSON tells it.

use super::given::Given;
use super::polled::Made;
use super::schedule::Millis;
use crate::samples::{Number, Sample};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// A poll as its line of JSON tells it. What samples are for people is not in there.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    device: String,
    /// Lines of earlier versions do not have it.
    #[serde(default)]
    address: String,
    profile: String,
    tick: u64,
    /// Seconds since 1970.
    time: f64,
    up: bool,
    complete: bool,
    took: f64,
    reason: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    samples: Vec<TheSample>,
    #[serde(default)]
    metrics: Vec<Metric>,
}

#[derive(Debug, Deserialize)]
struct TheSample {
    name: String,
    #[serde(deserialize_with = "in_order")]
    labels: Vec<(String, String)>,
    value: Value,
}

/// What all samples of a name have.
#[derive(Debug, Deserialize)]
struct Metric {
    name: String,
    module: String,
    #[serde(default)]
    counter: bool,
}

/// Labels in the order in which they are written.
fn in_order<'de, D: serde::Deserializer<'de>>(labels: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Labels;

    impl<'de> serde::de::Visitor<'de> for Labels {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("labels")
        }

        fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut labels = Vec::new();
            while let Some(label) = map.next_entry()? {
                labels.push(label);
            }
            Ok(labels)
        }
    }

    labels.deserialize_map(Labels)
}

impl Told {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// In words, if it is something else.
    pub(crate) fn read(line: &[u8]) -> Result<Self, String> {
        let told: Self = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        if told.took.is_finite() && told.took >= 0.0 && told.took < 1e9 && told.time.is_finite() {
            Ok(told)
        } else {
            Err("`took` or `time` is not a time".to_owned())
        }
    }
}

fn number(value: &Value) -> Number {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Number::Signed(number),
            (None, Some(number)) => Number::Unsigned(number),
            (None, None) => Number::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        // What is not finite.
        _ => Number::Float(f64::NAN),
    }
}

impl Given for Told {
    fn device(&self) -> &str {
        &self.device
    }

    fn address(&self) -> &str {
        &self.address
    }

    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn profile(&self) -> &str {
        &self.profile
    }

    fn tick(&self) -> u64 {
        self.tick
    }

    fn time(&self) -> Millis {
        (self.time * 1e3).round() as Millis
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs_f64(self.took)
    }

    fn up(&self) -> bool {
        self.up
    }

    fn complete(&self) -> bool {
        self.complete
    }

    fn reason(&self) -> Option<Cow<'_, str>> {
        self.reason.as_deref().map(Cow::Borrowed)
    }

    fn size(&self) -> usize {
        self.samples.len()
    }

    fn each(&self, mut each: impl FnMut(&str, &Sample<'_>)) -> Made {
        let metrics: HashMap<&str, &Metric> =
            self.metrics.iter().map(|metric| (metric.name.as_str(), metric)).collect();
        for TheSample { name, labels, value } in &self.samples {
            let labels: Vec<_> = labels
                .iter()
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str())))
                .collect();
            let metric = metrics.get(name.as_str());
            let sample = Sample {
                name: Cow::Borrowed(name),
                help: Cow::Borrowed(""),
                counter: metric.is_some_and(|metric| metric.counter),
                labels: &labels,
                value: number(value),
            };
            each(metric.map_or("snmp", |metric| metric.module.as_str()), &sample);
        }
        Made { samples: self.samples.len(), duplicates: 0 }
    }
}
