//! The keys of `snmp.yml`, in the order they are written.

use serde::Serialize;
use std::collections::BTreeMap;

/// The file.
#[derive(Debug, Serialize)]
pub(super) struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auths: Option<BTreeMap<&'static str, Auth>>,
    pub(super) modules: BTreeMap<&'a str, Module>,
}

/// How to ask.
#[derive(Debug, Serialize)]
pub(super) struct Auth {
    community: &'static str,
    version: u8,
}

impl Auth {
    /// Community `public`, version 2c.
    pub(super) fn public() -> Auth {
        Auth { community: "public", version: 2 }
    }
}

/// What to ask for.
#[derive(Debug, Default, Serialize)]
pub(super) struct Module {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) walk: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) get: Vec<String>,
    pub(super) metrics: Vec<Metric>,
}

/// What to make of one object.
#[derive(Debug, Serialize)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) oid: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) help: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) indexes: Vec<Index>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lookups: Vec<Lookup>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) enum_values: BTreeMap<i64, String>,
}

/// A label out of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Index {
    pub(super) labelname: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixed_size: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) implied: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) enum_values: BTreeMap<i64, String>,
}

/// A label out of another column; one without `labels` is dropped.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Lookup {
    pub(super) labels: Vec<String>,
    pub(super) labelname: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oid: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
}
