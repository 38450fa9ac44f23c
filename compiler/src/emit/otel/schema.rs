//! The keys of the receiver, in the order they are written.

use serde::Serialize;
use std::collections::BTreeMap;

/// The file.
#[derive(Debug, Serialize)]
pub(super) struct File {
    pub(super) receivers: BTreeMap<String, Receiver>,
}

/// `snmp`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Receiver {
    pub(super) collection_interval: &'static str,
    pub(super) endpoint: String,
    pub(super) version: &'static str,
    pub(super) community: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) resource_attributes: BTreeMap<String, ResourceAttribute>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) attributes: BTreeMap<String, Attribute>,
    pub(super) metrics: BTreeMap<String, Metric>,
}

/// An entry of `resource_attributes`.
#[derive(Debug, Serialize)]
pub(super) struct ResourceAttribute {
    pub(super) description: String,
    pub(super) scalar_oid: String,
}

/// An entry of `attributes`: a column, or the index behind a prefix.
#[derive(Debug, Serialize)]
pub(super) struct Attribute {
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) indexed_value_prefix: Option<String>,
}

/// An entry of `metrics`.
#[derive(Debug, Serialize)]
pub(super) struct Metric {
    pub(super) description: String,
    pub(super) unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gauge: Option<Gauge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sum: Option<Sum>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) scalar_oids: Vec<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) column_oids: Vec<Source>,
}

/// `gauge`.
#[derive(Debug, Serialize)]
pub(super) struct Gauge {
    pub(super) value_type: &'static str,
}

/// `sum`.
#[derive(Debug, Serialize)]
pub(super) struct Sum {
    pub(super) value_type: &'static str,
    pub(super) monotonic: bool,
    pub(super) aggregation: &'static str,
}

/// An item of `scalar_oids` or `column_oids`.
#[derive(Debug, Serialize)]
pub(super) struct Source {
    pub(super) oid: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) resource_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attributes: Vec<AttributeName>,
}

/// An item of `attributes`.
#[derive(Debug, Serialize)]
pub(super) struct AttributeName {
    pub(super) name: String,
}
