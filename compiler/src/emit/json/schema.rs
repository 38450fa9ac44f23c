//! The shape of the JSON documents, field by field in the order of the output. `SCHEMA.md` explains the values.

use serde::Serialize;

/// A pair written as `[a, b]`.
pub type Pair<A, B> = (A, B);

/// One module.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Module<'m> {
    pub schema: &'static str,
    pub version: u32,
    pub name: &'m str,
    pub language: &'static str,
    pub source: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub revisions: Vec<Revision<'m>>,
    pub imports: Vec<Import<'m>>,
    pub definitions: Vec<Definition<'m>>,
    pub types: Vec<Type<'m>>,
    pub duplicates: Vec<Duplicate<'m>>,
}

/// One REVISION.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Revision<'m> {
    pub date: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What is imported from one module.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Import<'m> {
    pub module: &'m str,
    pub symbols: Vec<&'m str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<&'m str>,
}

/// Where something is written.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Place<'m> {
    pub file: &'m str,
    pub line: usize,
    pub column: usize,
    pub end: End,
}

/// One past the last character.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct End {
    pub line: usize,
    pub column: usize,
}

/// A definition with an OID.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Definition<'m> {
    pub name: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arcs: Option<Vec<u32>>,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Pair<&'static str, Value<'m>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<&'m str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<Vec<IndexItem<'m>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub augments: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<&'m str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trap: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<&'m str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Vec<ComplianceModule<'m>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<&'m str>,
    pub span: Place<'m>,
}

/// A type, with what it inherits.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Syntax<'m> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<&'static str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub named: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'m str>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub enums: Option<Vec<Pair<&'m str, i64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<Vec<Pair<&'m str, u32>>>,
    pub range: Vec<Pair<i128, i128>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<Vec<Pair<i128, i128>>>,
}

/// The value of a DEFVAL.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Value<'m> {
    Int(i128),
    Text(&'m str),
    Owned(String),
    List(Vec<&'m str>),
}

/// One item of INDEX.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct IndexItem<'m> {
    pub name: &'m str,
    pub implied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax<'m>>,
}

/// One MODULE clause of MODULE-COMPLIANCE.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ComplianceModule<'m> {
    pub module: &'m str,
    pub mandatory: Vec<&'m str>,
    pub groups: Vec<ComplianceGroup<'m>>,
    pub objects: Vec<ComplianceObject<'m>>,
}

/// One GROUP clause.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ComplianceGroup<'m> {
    pub name: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// One OBJECT clause.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ComplianceObject<'m> {
    pub name: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_syntax: Option<Syntax<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_access: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The clauses of AGENT-CAPABILITIES.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Capabilities<'m> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_release: Option<String>,
    pub supports: Vec<Supports<'m>>,
}

/// One SUPPORTS clause.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Supports<'m> {
    pub module: &'m str,
    pub includes: Vec<&'m str>,
    pub variations: Vec<Variation<'m>>,
}

/// One VARIATION clause.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Variation<'m> {
    pub name: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_syntax: Option<Syntax<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub creation_requires: Vec<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Pair<&'static str, Value<'m>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A named type.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Type<'m> {
    pub name: &'m str,
    pub textual_convention: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    pub syntax: Syntax<'m>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<&'m str>,
    pub span: Place<'m>,
}

/// A further definition of a name that is already defined.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Duplicate<'m> {
    Definition(Box<Definition<'m>>),
    Type(Box<Type<'m>>),
    Other { name: &'m str, span: Place<'m> },
}
