//! A module of Prometheus' snmp_exporter: the `snmp.yml` that its generator would write, without the generator.
//!
//! Format: `generator/FORMAT.md`, and for the types of metrics `generator/README.md`, of
//! <https://github.com/prometheus/snmp_exporter> (version 0.23 and later, which keep `auths` apart from `modules`).
//!
//! - Tables are walked, scalars are fetched by GET.
//! - An enumeration is a `gauge` with its `enum_values`, as the generator has it, unless [`Options::enums`] says
//!   otherwise; BITS are `Bits`, text is `DisplayString`, addresses are `PhysAddress48`, `InetAddressIPv4`,
//!   `InetAddressIPv6` or `InetAddress`, dates are `DateAndTime`, floating point in Opaque is `Float` or `Double`.
//! - A part of an index is read as it is in the OID: an address of any length is an `OctetString`, since
//!   `PhysAddress48` takes six sub-identifiers; a NetworkAddress has a label for its kind before it, which is dropped
//!   again; `InetAddress` swallows the InetAddressType before it.

mod metrics;
mod schema;
mod types;

use super::collectors::{Config, ConfigError, Selection, header, yaml};
use crate::model::Model;
use std::collections::BTreeMap;

pub use types::TYPES;

/// How the module is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// The name of the module in `snmp.yml`.
    pub name: String,
    /// Whether `auths` is written: one entry `public_v2`, for the community `public`.
    pub auths: bool,
    /// What becomes of enumerations.
    pub enums: Enums,
    /// Types of single metrics, by descriptor, out of [`TYPES`].
    pub types: BTreeMap<String, String>,
    /// Whether the index labels that a lookup starts from are dropped. The label looked up must then be unique.
    pub drop_source_indexes: bool,
}

impl Default for Options {
    /// A module `mibc` with `auths`, and gauges for enumerations.
    fn default() -> Options {
        Options {
            name: "mibc".to_owned(),
            auths: true,
            enums: Enums::default(),
            types: BTreeMap::new(),
            drop_source_indexes: false,
        }
    }
}

/// What becomes of enumerations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Enums {
    /// `gauge`: the number, as the generator writes it.
    #[default]
    Gauge,
    /// `EnumAsInfo`: one time series with the label; for what rarely changes.
    Info,
    /// `EnumAsStateSet`: a time series for each label; for what is alerted on.
    StateSet,
}

/// Writes the module.
///
/// # Errors
/// [`ConfigError::Option`] if an option names a type or an object that does not exist or does not fit;
/// [`ConfigError::Empty`] if nothing of the selection can be collected; [`ConfigError::Write`] if the YAML cannot be
/// written.
pub fn snmp_exporter(
    model: &Model,
    selection: &Selection<'_>,
    options: &Options,
) -> Result<Config, ConfigError> {
    let (module, notes) = metrics::module(model, selection, options)?;
    if module.metrics.is_empty() {
        return Err(ConfigError::Empty);
    }
    let file = schema::File {
        auths: options.auths.then(|| BTreeMap::from([("public_v2", schema::Auth::public())])),
        modules: BTreeMap::from([(options.name.as_str(), module)]),
    };
    Ok(Config { text: header(model, selection) + &yaml(&file)?, notes })
}

#[cfg(test)]
mod tests;
