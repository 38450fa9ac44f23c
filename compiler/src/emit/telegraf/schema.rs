//! The settings that are written, in their order.

use serde::Serialize;
use std::collections::BTreeMap;

/// The file.
#[derive(Debug, Default, Serialize)]
pub(super) struct File {
    pub(super) inputs: Inputs,
    #[serde(skip_serializing_if = "Processors::is_empty")]
    pub(super) processors: Processors,
}

impl File {
    pub(super) fn is_empty(&self) -> bool {
        self.inputs.snmp.iter().all(|input| input.field.is_empty() && input.table.is_empty())
    }
}

/// `inputs`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Inputs {
    pub(super) snmp: Vec<Snmp>,
}

/// `inputs.snmp`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Snmp {
    pub(super) agents: Vec<String>,
    pub(super) version: u8,
    pub(super) community: &'static str,
    pub(super) name: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) field: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) table: Vec<Table>,
}

/// `field`, of the input or of a table.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) oid: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_tag: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conversion: Option<String>,
}

/// `table`.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) index_as_tag: bool,
    pub(super) field: Vec<Field>,
}

/// `processors`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Processors {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) regex: Vec<Regex>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(super) labels: Vec<Enum>,
}

impl Processors {
    fn is_empty(&self) -> bool {
        self.regex.is_empty() && self.labels.is_empty()
    }
}

/// `processors.regex`: parts of an index.
#[derive(Debug, Serialize)]
pub(super) struct Regex {
    pub(super) order: u8,
    pub(super) namepass: Vec<String>,
    pub(super) tags: Vec<Split>,
}

/// One part.
#[derive(Debug, Serialize)]
pub(super) struct Split {
    pub(super) key: &'static str,
    pub(super) pattern: String,
    pub(super) replacement: &'static str,
    pub(super) result_key: String,
}

/// `processors.enum`: labels of enumerations.
#[derive(Debug, Serialize)]
pub(super) struct Enum {
    pub(super) order: u8,
    pub(super) namepass: Vec<String>,
    pub(super) mapping: Vec<Mapping>,
}

/// One enumeration.
#[derive(Debug, Serialize)]
pub(super) struct Mapping {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    pub(super) dest: String,
    pub(super) value_mappings: BTreeMap<String, String>,
}
