//! Definitions: everything that has an OID.

use super::{Capabilities, Compliance, DefId, Group, ModuleId, Name, Object, Ref, Row, Shared, Text};
use crate::source::Span;
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::Status;

/// A named node of the OID tree, or a TRAP-TYPE.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Definition {
    /// Its own id.
    pub id: DefId,
    /// The module that defines it.
    pub module: ModuleId,
    /// Its descriptor.
    pub name: Name,
    /// Where the descriptor stands in its definition.
    pub name_span: Span,
    /// The whole definition.
    pub span: Span,
    /// The definition above it in the OID tree, as its OID value names it (the last name that could be bound).
    pub parent: Option<DefId>,
    /// Its OID; absent if a name on the way could not be bound.
    pub oid: Option<Oid>,
    /// What it is.
    pub kind: Kind,
    /// STATUS.
    pub status: Option<Status>,
    /// DESCRIPTION.
    pub description: Option<Text>,
    /// REFERENCE.
    pub reference: Option<Text>,
    /// Names it uses that could not be bound, in the order found, each once.
    pub unresolved: Shared<Name>,
}

impl Definition {
    /// The clauses of an object: of a scalar, table, row or column.
    pub fn object(&self) -> Option<&Object> {
        match &self.kind {
            Kind::Scalar(object) | Kind::Table(object, _) | Kind::Column(object, _) => Some(object),
            Kind::Row(row) => Some(&row.object),
            _ => None,
        }
    }
}

/// What a definition is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// MODULE-IDENTITY.
    ModuleIdentity,
    /// OBJECT-IDENTITY.
    ObjectIdentity,
    /// A plain `OBJECT IDENTIFIER ::=`.
    Value,
    /// OBJECT-TYPE outside of tables.
    Scalar(Box<Object>),
    /// OBJECT-TYPE of a `SEQUENCE OF`: the object and its row, if there is one.
    Table(Box<Object>, Option<DefId>),
    /// OBJECT-TYPE of a SEQUENCE: the conceptual row.
    Row(Box<Row>),
    /// OBJECT-TYPE below a row: the object and its row.
    Column(Box<Object>, DefId),
    /// NOTIFICATION-TYPE or TRAP-TYPE.
    Notification(Box<Notification>),
    /// OBJECT-GROUP or NOTIFICATION-GROUP.
    Group(Box<Group>),
    /// MODULE-COMPLIANCE.
    Compliance(Box<Compliance>),
    /// AGENT-CAPABILITIES.
    Capabilities(Box<Capabilities>),
}

impl Kind {
    /// The kind with its article, for sentences: `a scalar`, `an OBJECT-IDENTITY`, `a plain OID` …
    pub fn noun(&self) -> &'static str {
        match self {
            Kind::ModuleIdentity => "a MODULE-IDENTITY",
            Kind::ObjectIdentity => "an OBJECT-IDENTITY",
            Kind::Value => "a plain OID",
            Kind::Scalar(_) => "a scalar",
            Kind::Table(..) => "a table",
            Kind::Row(_) => "a row",
            Kind::Column(..) => "a column",
            Kind::Notification(_) => "a notification",
            Kind::Group(_) => "a group",
            Kind::Compliance(_) => "a compliance statement",
            Kind::Capabilities(_) => "a capabilities statement",
        }
    }

    /// The kind's name in the JSON output: `module-identity`, `scalar`, `column` …
    pub fn as_str(&self) -> &'static str {
        match self {
            Kind::ModuleIdentity => "module-identity",
            Kind::ObjectIdentity => "object-identity",
            Kind::Value => "value",
            Kind::Scalar(_) => "scalar",
            Kind::Table(..) => "table",
            Kind::Row(_) => "row",
            Kind::Column(..) => "column",
            Kind::Notification(_) => "notification",
            Kind::Group(_) => "group",
            Kind::Compliance(_) => "compliance",
            Kind::Capabilities(_) => "capabilities",
        }
    }
}

/// What a notification carries.
#[derive(Clone, Debug)]
pub struct Notification {
    /// OBJECTS or VARIABLES, in order.
    pub objects: Vec<Ref<DefId>>,
    /// For a TRAP-TYPE: its specific number. The definition's OID is then enterprise.0.number (RFC 3584 §3.1).
    pub trap: Option<u32>,
}
