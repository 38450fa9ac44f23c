//! A configuration of the OpenTelemetry Collector's SNMP receiver.
//!
//! Format: <https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/snmpreceiver>
//! (README, "Metric/Attribute Configuration").
//!
//! - A number is a metric: counters are monotonic cumulative `sum`s, everything else is a `gauge`. UNITS become
//!   `unit`, in UCUM if it has the unit, otherwise as an annotation (`{packets}`).
//! - A table's rows are told apart by attributes: its index objects if they can be read, otherwise one attribute with
//!   the index behind the row's name (`indexed_value_prefix`). Columns of
//!   [`Request::lookups`](super::collectors::Request::lookups) are attributes of every table with the same index.
//! - A scalar that is not a number (`sysName`) is a resource attribute of all metrics. A column that is not a number
//!   is left out unless it is looked up.
//! - The receiver has no labels for numbers: the labels of an enumeration are in the metric's description.

mod metrics;
mod schema;
mod units;

use super::collectors::{Config, ConfigError, Selection, header, yaml};
use crate::model::Model;

/// How the configuration is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// The receiver's name after `snmp/`; empty for a plain `snmp`.
    pub name: String,
    /// What to ask, as `udp://host:port`.
    pub endpoint: String,
}

impl Default for Options {
    /// A receiver `snmp`, and an endpoint to be filled in.
    fn default() -> Options {
        Options { name: String::new(), endpoint: "udp://127.0.0.1:161".to_owned() }
    }
}

/// Writes the configuration: the key `receivers` with one receiver.
///
/// # Errors
/// [`ConfigError::Empty`] if the receiver can collect nothing of the selection; [`ConfigError::Write`] if the YAML
/// cannot be written.
pub fn otel(model: &Model, selection: &Selection<'_>, options: &Options) -> Result<Config, ConfigError> {
    let (receiver, notes) = metrics::receiver(model, selection, options);
    if receiver.metrics.is_empty() {
        return Err(ConfigError::Empty);
    }
    let name = if options.name.is_empty() { "snmp".to_owned() } else { format!("snmp/{}", options.name) };
    let file = schema::File { receivers: [(name, receiver)].into() };
    Ok(Config { text: header(model, selection) + &yaml(&file)?, notes })
}

#[cfg(test)]
mod tests;
