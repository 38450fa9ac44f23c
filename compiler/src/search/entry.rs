//! What the index tells.

use crate::model::Language;
use crate::world::Location;
use mibc_runtime::oid::OidRef;

/// What a name in the index stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum EntryKind {
    /// A scalar object.
    Scalar = 0,
    /// A column of a table.
    Column = 1,
    /// A conceptual row.
    Row = 2,
    /// A table.
    Table = 3,
    /// A notification or trap.
    Notification = 4,
    /// A MODULE-IDENTITY.
    ModuleIdentity = 5,
    /// An OBJECT-IDENTITY.
    ObjectIdentity = 6,
    /// A plain `OBJECT IDENTIFIER ::=`.
    Value = 7,
    /// A group of objects or notifications.
    Group = 8,
    /// A MODULE-COMPLIANCE.
    Compliance = 9,
    /// An AGENT-CAPABILITIES.
    Capabilities = 10,
    /// A TEXTUAL-CONVENTION or other type; it has no OID.
    Type = 11,
}

impl EntryKind {
    /// All of them, by their numbers.
    pub const ALL: [EntryKind; 12] = [
        EntryKind::Scalar,
        EntryKind::Column,
        EntryKind::Row,
        EntryKind::Table,
        EntryKind::Notification,
        EntryKind::ModuleIdentity,
        EntryKind::ObjectIdentity,
        EntryKind::Value,
        EntryKind::Group,
        EntryKind::Compliance,
        EntryKind::Capabilities,
        EntryKind::Type,
    ];

    /// The word for it: those of [`Kind::as_str`](crate::model::Kind::as_str), and `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryKind::Scalar => "scalar",
            EntryKind::Column => "column",
            EntryKind::Row => "row",
            EntryKind::Table => "table",
            EntryKind::Notification => "notification",
            EntryKind::ModuleIdentity => "module-identity",
            EntryKind::ObjectIdentity => "object-identity",
            EntryKind::Value => "value",
            EntryKind::Group => "group",
            EntryKind::Compliance => "compliance",
            EntryKind::Capabilities => "capabilities",
            EntryKind::Type => "type",
        }
    }

    /// Which of several names of one OID says most: objects before mere nodes.
    pub(crate) fn rank(self) -> u8 {
        match self {
            EntryKind::Scalar | EntryKind::Column | EntryKind::Row | EntryKind::Table => 0,
            EntryKind::Notification => 1,
            EntryKind::ModuleIdentity => 2,
            EntryKind::ObjectIdentity | EntryKind::Value => 3,
            EntryKind::Group | EntryKind::Compliance | EntryKind::Capabilities => 4,
            EntryKind::Type => 5,
        }
    }
}

/// A name and the module that defines it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The descriptor or the name of the type.
    pub name: &'a str,
    /// What it is, as far as it shows without resolving.
    pub kind: EntryKind,
    /// Its OID; `None` for a type, and where a name on the way is not found.
    pub oid: Option<OidRef<'a>>,
    /// The module.
    pub module: ModuleEntry<'a>,
}

/// A module and the file that defines it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ModuleEntry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub location: &'a Location,
    /// The version of the SMI that it is written in.
    pub language: Language,
    /// LAST-UPDATED as written; empty if there is none.
    pub last_updated: &'a str,
    /// How many objects it defines: scalars, tables, rows and columns.
    pub objects: usize,
    /// How many notifications and traps.
    pub notifications: usize,
    /// How many types, without those of rows.
    pub types: usize,
    /// How many definitions of any kind, types included.
    pub definitions: usize,
    /// Whether another file defines a module of this name that counts instead.
    pub shadowed: bool,
}

impl ModuleEntry<'_> {
    /// LAST-UPDATED in a form that sorts: years of two digits are of the 1900s (RFC 2578 §2, ExtUTCTime).
    pub(crate) fn revision(&self) -> String {
        revision(self.last_updated)
    }
}

/// See [`ModuleEntry::revision`].
pub(super) fn revision(last_updated: &str) -> String {
    let text = last_updated.trim();
    if text.len() == "YYMMDDhhmmZ".len() { format!("19{text}") } else { text.to_owned() }
}
