//! Conceptual rows and their indexes.

use super::{DefId, Name, Object, Ref, Shared, Syntax};

/// A conceptual row (RFC 2578 §7.7, §7.8).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Access and syntax as written.
    pub object: Object,
    /// The table it belongs to.
    pub table: Option<DefId>,
    /// Its columns, by sub-identifier.
    pub columns: Vec<DefId>,
    /// INDEX as written; empty with AUGMENTS. Read the effective one with [`Model::index`](super::Model::index).
    pub index: Vec<IndexItem>,
    /// The row it augments.
    pub augments: Option<Ref<DefId>>,
    /// The columns of its SEQUENCE, as written.
    pub sequence: Shared<Name>,
}

/// One item of INDEX.
#[derive(Clone, Debug)]
pub struct IndexItem {
    /// What it names.
    pub target: IndexTarget,
    /// Whether IMPLIED comes before it.
    pub implied: bool,
}

/// What an INDEX item names.
#[derive(Clone, Debug)]
pub enum IndexTarget {
    /// An object, of this row or another.
    Object(Ref<DefId>),
    /// A bare type (RFC 1212 §4.1.6).
    Type(Box<Syntax>),
}
