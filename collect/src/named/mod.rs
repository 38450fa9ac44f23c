//! Modules of names of MIB objects, compiled when a configuration is read.

mod compile;

use serde::Deserialize;
use std::collections::BTreeMap;

pub(crate) use compile::{Made, module};

/// What a module is made from, as a file in TOML has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Wanted {
    pub(crate) mibs: Vec<String>,
    #[serde(default)]
    pub(crate) tables: Vec<String>,
    #[serde(default)]
    pub(crate) walk: Vec<String>,
    #[serde(default)]
    pub(crate) lookups: Vec<String>,
    #[serde(default, alias = "drop_source_indexes")]
    pub(crate) drop_source_indexes: bool,
    #[serde(default)]
    pub(crate) enums: Enums,
    #[serde(default)]
    pub(crate) types: BTreeMap<String, String>,
    #[serde(alias = "max_repetitions")]
    pub(crate) max_repetitions: Option<u32>,
    pub(crate) retries: Option<u32>,
    /// Seconds.
    pub(crate) timeout: Option<f64>,
}

/// What becomes of enumerations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Enums {
    #[default]
    Gauge,
    Info,
    StateSet,
}
