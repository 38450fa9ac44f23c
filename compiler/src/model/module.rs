//! Modules: header, revisions, imports, and what they define.

use super::{DefId, ModuleId, Name, Ref, TypeId};
use crate::source::{FileId, Span};

/// A quoted text as a span of its file, without the quotes. Read it with [`Model::text`](super::Model::text).
pub type Text = Span;

/// The version of the SMI that a module is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// RFC 1155, 1212, 1215.
    SmiV1,
    /// RFC 2578–2580.
    SmiV2,
}

/// One module.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Module {
    /// Its own id.
    pub id: ModuleId,
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// The file it was read from.
    pub file: FileId,
    /// Whether it is one of the modules embedded in this crate.
    pub embedded: bool,
    /// The version it is written in: SMIv2 if it has a MODULE-IDENTITY or imports SNMPv2-SMI.
    pub language: Language,
    /// Its MODULE-IDENTITY, the first one.
    pub identity: Option<DefId>,
    /// LAST-UPDATED as written.
    pub last_updated: Option<Text>,
    /// ORGANIZATION.
    pub organization: Option<Text>,
    /// CONTACT-INFO.
    pub contact: Option<Text>,
    /// The revisions in the order written.
    pub revisions: Vec<Revision>,
    /// The imports in the order written.
    pub imports: Vec<Import>,
    /// What it defines with an OID, in the order written.
    pub definitions: Vec<DefId>,
    /// The types it defines, in the order written. Rows' SEQUENCE types are not among them.
    pub types: Vec<TypeId>,
    /// Second definitions of a name that is already defined; the first one counts. They are in no other list of
    /// the module, but among [`Model::definitions`](super::Model::definitions).
    pub duplicates: Vec<Duplicate>,
}

/// One REVISION.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The date as written, such as `200006140000Z`.
    pub date: Text,
    /// Its description.
    pub description: Option<Text>,
}

/// One imported symbol.
#[derive(Clone, Debug)]
pub struct Import {
    /// The symbol.
    pub symbol: Name,
    /// Where it stands.
    pub span: Span,
    /// The module named after FROM.
    pub module: Name,
    /// What it is.
    pub target: ImportTarget,
}

/// What an imported symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportTarget {
    /// A definition with an OID.
    Definition(DefId),
    /// A type.
    Type(TypeId),
    /// A macro or a built-in type of the SMI.
    Builtin,
    /// The module, or the symbol in it, does not exist.
    Unresolved,
}

/// A further definition of a name that the module has defined before.
#[derive(Clone, Debug)]
pub struct Duplicate {
    /// The name.
    pub name: Name,
    /// The second definition; only its name if it is a type.
    pub definition: Ref<DefId>,
    /// The second definition, if it is a type.
    pub named_type: Option<TypeId>,
    /// Where its name stands.
    pub span: Span,
}
