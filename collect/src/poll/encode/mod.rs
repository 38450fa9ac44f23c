//! Results as octets. Each poll is encoded without the others; a batch is the pieces one after the other, with what its
//! form wants before, between and behind them.

mod influx;
mod json;
mod labels;
mod otlp;
mod remote_write;
#[cfg(feature = "parquet")]
mod rows;

#[cfg(feature = "parquet")]
pub(super) use rows::{Poll, Row, decode};

use super::given::Given;
use super::polled::Made;
use crate::delivery::Framing;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// A line of JSON for each poll.
    JsonLines,
    /// InfluxDB's line protocol.
    Influx,
    /// Prometheus' remote-write (1.0).
    RemoteWrite,
    /// OpenTelemetry's metrics over HTTP, in JSON.
    Otlp,
    /// The lines of JSON as records of Kafka, in programs with the feature `kafka`.
    Kafka,
    /// Files of Parquet, in programs with the feature `parquet`.
    Parquet,
}

/// Writes results in a form.
#[derive(Clone, Debug)]
pub struct Encoder {
    format: Format,
    /// Labels that all samples have.
    labels: Vec<(String, String)>,
}

impl Format {
    /// What it is called in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "json-lines",
            Self::Influx => "influx",
            Self::RemoteWrite => "remote-write",
            Self::Otlp => "otlp",
            Self::Kafka => "kafka",
            Self::Parquet => "parquet",
        }
    }

    /// Whether it is text in lines, which can be in a file.
    pub fn is_lines(self) -> bool {
        matches!(self, Self::JsonLines | Self::Influx)
    }

    /// How pieces become the body of a request.
    pub fn framing(self) -> Framing {
        match self {
            Self::JsonLines | Self::Kafka => Framing::lines("application/x-ndjson"),
            Self::Parquet => Framing::new("application/vnd.apache.parquet"),
            Self::Influx => Framing::lines("text/plain; charset=utf-8"),
            Self::RemoteWrite => remote_write::framing(),
            Self::Otlp => Framing::array("{\"resourceMetrics\":", "}"),
        }
    }

    /// Headers that requests in this form have.
    pub fn headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::RemoteWrite => &[("X-Prometheus-Remote-Write-Version", "0.1.0")],
            _ => &[],
        }
    }
}

impl Encoder {
    /// Writes in a form, with further labels for all samples.
    pub fn new(format: Format, labels: &BTreeMap<String, String>) -> Self {
        let labels = labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { format, labels }
    }

    /// What results are kept in order by, where their receiver has several places: in Kafka the device.
    pub(super) fn key(&self, polled: &impl Given) -> String {
        match self.format {
            Format::Kafka => polled.device().to_owned(),
            _ => String::new(),
        }
    }

    /// A result as a piece of a batch, and how many samples it has.
    pub fn encode(&self, polled: &impl Given) -> (Vec<u8>, Made) {
        match self.format {
            Format::JsonLines | Format::Kafka => json::encode(polled, &self.labels),
            #[cfg(feature = "parquet")]
            Format::Parquet => rows::encode(polled, &self.labels),
            // No configuration with it is taken.
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => json::encode(polled, &self.labels),
            Format::Influx => influx::encode(polled, &self.labels),
            Format::RemoteWrite => remote_write::encode(polled, &self.labels),
            Format::Otlp => otlp::encode(polled, &self.labels),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
