//! A configuration of Telegraf's `inputs.snmp`, with numeric OIDs throughout: Telegraf needs no MIB files.
//!
//! Format: <https://docs.influxdata.com/telegraf/v1/input-plugins/snmp/>, and for the processors
//! <https://docs.influxdata.com/telegraf/v1/processor-plugins/enum/> (version 1.35 and later) and
//! <https://docs.influxdata.com/telegraf/v1/processor-plugins/regex/>.
//!
//! - A scalar is a `field` with the instance `.0`; a table is a `table` with a name and a `field` for each column, but
//!   no OID, so that nothing is looked up.
//! - Index objects that can be read are tags. If one cannot, `index_as_tag` gives the index as one tag, and
//!   `processors.regex` makes tags of those parts that have a fixed number of sub-identifiers before them.
//! - Columns of [`Request::lookups`](super::collectors::Request::lookups) are tags of every table with the same index.
//! - `processors.enum` adds the label of an enumeration beside its number, as `<field>_label`.
//! - Conversions: `hwaddr` and `ipaddr` for addresses, `hex` for BITS, dates and other octets that are not text,
//!   `float(N)` for numbers with the hint `d-N`.

mod schema;
mod tables;

use super::collectors::{Config, ConfigError, Selection, header};
use crate::model::Model;

/// How the configuration is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// `agents`: what to ask, as `udp://host:port`.
    pub agents: Vec<String>,
    /// Whether enumerations get a field or tag with their label.
    pub labels: bool,
}

impl Default for Options {
    /// An agent to be filled in, and labels.
    fn default() -> Options {
        Options { agents: vec!["udp://127.0.0.1:161".to_owned()], labels: true }
    }
}

/// Writes the configuration.
///
/// # Errors
/// [`ConfigError::Empty`] if Telegraf can collect nothing of the selection; [`ConfigError::Write`] if the TOML cannot
/// be written.
pub fn telegraf(model: &Model, selection: &Selection<'_>, options: &Options) -> Result<Config, ConfigError> {
    let (file, notes) = tables::file(model, selection, options);
    if file.is_empty() {
        return Err(ConfigError::Empty);
    }
    let toml = toml::to_string(&file).map_err(|error| ConfigError::Write(error.to_string()))?;
    Ok(Config { text: header(model, selection) + &toml, notes })
}

#[cfg(test)]
mod tests;
