//! The syntax tree: what a module says, before any name is bound.
//!
//! Everything borrows from the source text (`'s`). Clauses that are absent are `None`; nothing is normalised
//! but the spelling of built-in types. A large corpus has some hundred thousand definitions, whose trees are in memory
//! at once: what is rare, or large only at times, is boxed.

pub use super::leaf::{Bound, Ident, Number, Text};
use crate::diag::Diagnostic;
use crate::source::Span;
use std::ops::Deref;

/// One module of a file.
#[derive(Clone, Debug)]
pub struct Module<'s> {
    /// The module's name.
    pub name: Ident<'s>,
    /// The symbols listed under EXPORTS.
    pub exports: Vec<Ident<'s>>,
    /// The IMPORTS, in order.
    pub imports: Vec<Import<'s>>,
    /// What it defines, in order.
    pub definitions: Vec<Definition<'s>>,
    /// What it defines in text of which nothing could be kept.
    pub left_out: Vec<LeftOut<'s>>,
    /// From the name to END.
    pub span: Span,
}

/// A definition that could not be read.
#[derive(Clone, Debug)]
pub struct LeftOut<'s> {
    /// What it would have defined.
    pub name: Ident<'s>,
    /// What was said about it: where its name is used, the cause is the same.
    pub diagnostic: Box<Diagnostic>,
}

/// `symbol, symbol FROM module`.
#[derive(Clone, Debug)]
pub struct Import<'s> {
    /// The symbols, macros included.
    pub symbols: Vec<Ident<'s>>,
    /// The module they come from.
    pub module: Ident<'s>,
}

/// One definition: its name, extent and content.
#[derive(Clone, Debug)]
pub struct Definition<'s> {
    /// What is defined.
    pub name: Ident<'s>,
    /// What kind, and its clauses.
    pub kind: DefinitionKind<'s>,
    /// Where it ends; it begins with its name.
    end: u32,
}

impl<'s> Definition<'s> {
    /// A definition that goes from its name to octet `end` of the file.
    pub(super) fn new(name: Ident<'s>, end: u32, kind: DefinitionKind<'s>) -> Definition<'s> {
        Definition { name, kind, end }
    }

    /// Makes a definition go on to octet `end` at least: what was left out at its end belongs to it.
    pub(super) fn reach(&mut self, end: u32) {
        self.end = self.end.max(end);
    }

    /// The whole definition.
    pub fn span(&self) -> Span {
        Span { end: self.end, ..self.name.span() }
    }
}

/// The macros and assignments of SMIv1 and SMIv2.
#[derive(Clone, Debug)]
pub enum DefinitionKind<'s> {
    /// `MODULE-IDENTITY` (RFC 2578 §5).
    ModuleIdentity(Box<ModuleIdentity<'s>>),
    /// `OBJECT-IDENTITY` (RFC 2578 §6).
    ObjectIdentity(Box<ObjectIdentity<'s>>),
    /// `OBJECT-TYPE` in both forms (RFC 1212 §4, RFC 2578 §7).
    ObjectType(Box<ObjectType<'s>>),
    /// `NOTIFICATION-TYPE` (RFC 2578 §8).
    NotificationType(Box<NotificationType<'s>>),
    /// `TRAP-TYPE` (RFC 1215 §2).
    TrapType(Box<TrapType<'s>>),
    /// `TEXTUAL-CONVENTION` (RFC 2579 §3).
    TextualConvention(Box<TextualConvention<'s>>),
    /// `OBJECT-GROUP` (RFC 2580 §3).
    ObjectGroup(Box<Group<'s>>),
    /// `NOTIFICATION-GROUP` (RFC 2580 §4).
    NotificationGroup(Box<Group<'s>>),
    /// `MODULE-COMPLIANCE` (RFC 2580 §5).
    ModuleCompliance(Box<ModuleCompliance<'s>>),
    /// `AGENT-CAPABILITIES` (RFC 2580 §6).
    AgentCapabilities(Box<AgentCapabilities<'s>>),
    /// `Name ::= Type`.
    TypeAssignment(Box<Syntax<'s>>),
    /// `name OBJECT IDENTIFIER ::= { … }`.
    ValueAssignment(Box<OidValue<'s>>),
    /// `name MACRO ::= BEGIN … END`, the body skipped.
    Macro,
}

/// `{ parent 1 name(2) }`.
#[derive(Clone, Debug)]
pub struct OidValue<'s> {
    /// The arcs in order; at least one.
    pub arcs: Arcs<'s>,
    /// With the braces.
    pub span: Span,
}

/// The arcs of an OID value. Nearly all are a parent's name and a number, and those need no memory of their own.
#[derive(Clone, Debug)]
pub struct Arcs<'s>(ArcsKind<'s>);

#[derive(Clone, Debug)]
enum ArcsKind<'s> {
    /// `parent number`.
    Child(Ident<'s>, Ident<'s>),
    /// Anything else.
    Other(Box<[OidArc<'s>]>),
}

/// The arcs of an OID value as a slice.
#[derive(Clone, Debug)]
pub enum ArcList<'t, 's> {
    /// A parent's name and a number.
    Child([OidArc<'s>; 2]),
    /// Anything else.
    Other(&'t [OidArc<'s>]),
}

impl<'s> Arcs<'s> {
    /// The arcs in order.
    pub fn list(&self) -> ArcList<'_, 's> {
        match &self.0 {
            ArcsKind::Child(parent, number) => {
                ArcList::Child([OidArc::Name(*parent), OidArc::Number(*number)])
            }
            ArcsKind::Other(arcs) => ArcList::Other(arcs),
        }
    }

    /// The name and the number, where that is all.
    pub fn child(&self) -> Option<(Ident<'s>, Ident<'s>)> {
        match &self.0 {
            ArcsKind::Child(parent, number) => Some((*parent, *number)),
            ArcsKind::Other(_) => None,
        }
    }
}

impl<'s> From<Vec<OidArc<'s>>> for Arcs<'s> {
    fn from(arcs: Vec<OidArc<'s>>) -> Arcs<'s> {
        Arcs(match arcs.as_slice() {
            [OidArc::Name(parent), OidArc::Number(number)] => ArcsKind::Child(*parent, *number),
            _ => ArcsKind::Other(arcs.into()),
        })
    }
}

impl<'s> Deref for ArcList<'_, 's> {
    type Target = [OidArc<'s>];

    fn deref(&self) -> &[OidArc<'s>] {
        match self {
            ArcList::Child(arcs) => arcs,
            ArcList::Other(arcs) => arcs,
        }
    }
}

/// One arc of an OID value.
#[derive(Clone, Debug)]
pub enum OidArc<'s> {
    /// A name.
    Name(Ident<'s>),
    /// `MODULE.name`.
    Qualified(Box<QualifiedName<'s>>),
    /// A number as written (digits; may be too large).
    Number(Ident<'s>),
    /// `name(number)`.
    Named(Box<NamedArc<'s>>),
}

/// `MODULE.name`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct QualifiedName<'s> {
    pub module: Ident<'s>,
    pub name: Ident<'s>,
}

/// `name(number)`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct NamedArc<'s> {
    pub name: Ident<'s>,
    /// The digits.
    pub number: Ident<'s>,
}

impl<'s> OidArc<'s> {
    /// The digits, if there are some.
    pub fn number(&self) -> Option<Ident<'s>> {
        match self {
            OidArc::Name(_) | OidArc::Qualified(_) => None,
            OidArc::Number(digits) => Some(*digits),
            OidArc::Named(arc) => Some(arc.number),
        }
    }

    /// The name, if there is one.
    pub fn name(&self) -> Option<Ident<'s>> {
        match self {
            OidArc::Name(name) => Some(*name),
            OidArc::Qualified(qualified) => Some(qualified.name),
            OidArc::Named(arc) => Some(arc.name),
            OidArc::Number(_) => None,
        }
    }
}

/// `REVISION "…" DESCRIPTION "…"`.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'s> {
    /// The date as written.
    pub date: Text<'s>,
    /// What changed.
    pub description: Option<Text<'s>>,
}

/// The clauses of MODULE-IDENTITY.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ModuleIdentity<'s> {
    pub last_updated: Option<Text<'s>>,
    pub organization: Option<Text<'s>>,
    pub contact: Option<Text<'s>>,
    pub description: Option<Text<'s>>,
    pub revisions: Vec<Revision<'s>>,
    pub oid: OidValue<'s>,
}

/// The clauses of OBJECT-IDENTITY.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ObjectIdentity<'s> {
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub oid: OidValue<'s>,
}

/// The clauses of OBJECT-TYPE, both versions.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ObjectType<'s> {
    pub syntax: Syntax<'s>,
    pub units: Option<Box<Text<'s>>>,
    /// The value of ACCESS or MAX-ACCESS.
    pub access: Option<Ident<'s>>,
    /// The keyword that introduced it: `ACCESS` or `MAX-ACCESS`.
    pub access_keyword: Option<AccessKeyword>,
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Box<Text<'s>>>,
    pub index: Option<Index<'s>>,
    pub default: Option<Box<DefVal<'s>>>,
    pub oid: OidValue<'s>,
}

/// What introduces an access level, and the octet where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessKeyword {
    /// `ACCESS` (RFC 1212).
    Access(u32),
    /// `MAX-ACCESS` (RFC 2578).
    MaxAccess(u32),
}

impl AccessKeyword {
    /// The keyword.
    pub fn text(self) -> &'static str {
        match self {
            AccessKeyword::Access(_) => "ACCESS",
            AccessKeyword::MaxAccess(_) => "MAX-ACCESS",
        }
    }

    /// Where it stands, in the file of what it introduces.
    pub fn span(self, access: Ident<'_>) -> Span {
        let (AccessKeyword::Access(start) | AccessKeyword::MaxAccess(start)) = self;
        Span { file: access.span().file, start, end: start + self.text().len() as u32 }
    }
}

/// INDEX or AUGMENTS.
#[derive(Clone, Debug)]
pub enum Index<'s> {
    /// `INDEX { … }`.
    Index(Box<[IndexItem<'s>]>),
    /// `AUGMENTS { row }`.
    Augments(Box<Ident<'s>>),
}

/// One item of an INDEX clause.
#[derive(Clone, Debug)]
pub struct IndexItem<'s> {
    /// Whether IMPLIED comes before it.
    pub implied: bool,
    /// An object, or in old modules a bare type (RFC 1212 §4.1.6).
    pub target: IndexTarget<'s>,
}

/// What an INDEX item names.
#[derive(Clone, Debug)]
pub enum IndexTarget<'s> {
    /// An object.
    Object(Ident<'s>),
    /// A bare type such as `INTEGER`.
    Type(Syntax<'s>),
}

/// A DEFVAL, not yet read by the object's type.
#[derive(Clone, Debug)]
pub struct DefVal<'s> {
    /// Without the outer braces.
    pub span: Span,
    /// The value.
    pub kind: DefValKind<'s>,
}

/// The notations of a DEFVAL.
#[derive(Clone, Debug)]
pub enum DefValKind<'s> {
    /// A label, an object name, or nonsense.
    Name(Ident<'s>),
    /// A number with its sign.
    Number(Ident<'s>),
    /// A quoted string.
    Text(Text<'s>),
    /// `'00ff'H`: the digits.
    Hex(Ident<'s>),
    /// `'0101'B`: the digits.
    Binary(Ident<'s>),
    /// `{ a, b }`, `{ 0 0 }`, `{}`: BITS or an OID.
    Braces(Box<[OidArc<'s>]>),
}

/// The clauses of NOTIFICATION-TYPE.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NotificationType<'s> {
    pub objects: Vec<Ident<'s>>,
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub oid: OidValue<'s>,
}

/// The clauses of TRAP-TYPE.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct TrapType<'s> {
    /// A name, or `{ … }`.
    pub enterprise: OidValue<'s>,
    pub variables: Vec<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    /// The digits after `::=`.
    pub number: Ident<'s>,
}

/// The clauses of TEXTUAL-CONVENTION.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct TextualConvention<'s> {
    pub display_hint: Option<Text<'s>>,
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub syntax: Syntax<'s>,
}

/// The clauses of OBJECT-GROUP and NOTIFICATION-GROUP.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Group<'s> {
    pub members: Vec<Ident<'s>>,
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub oid: OidValue<'s>,
}

/// The clauses of MODULE-COMPLIANCE.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ModuleCompliance<'s> {
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub modules: Vec<ComplianceModule<'s>>,
    pub oid: OidValue<'s>,
}

/// `MODULE name MANDATORY-GROUPS … GROUP … OBJECT …`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ComplianceModule<'s> {
    /// Absent: the module itself.
    pub module: Option<Ident<'s>>,
    pub mandatory: Vec<Ident<'s>>,
    pub groups: Vec<ComplianceGroup<'s>>,
    pub objects: Vec<ComplianceObject<'s>>,
}

/// `GROUP name DESCRIPTION "…"`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ComplianceGroup<'s> {
    pub group: Ident<'s>,
    pub description: Option<Text<'s>>,
}

/// `OBJECT name SYNTAX … WRITE-SYNTAX … MIN-ACCESS …`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ComplianceObject<'s> {
    pub object: Ident<'s>,
    pub syntax: Option<Syntax<'s>>,
    pub write_syntax: Option<Syntax<'s>>,
    pub min_access: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
}

/// The clauses of AGENT-CAPABILITIES.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct AgentCapabilities<'s> {
    pub product_release: Option<Text<'s>>,
    pub status: Option<Ident<'s>>,
    pub description: Option<Text<'s>>,
    pub reference: Option<Text<'s>>,
    pub supports: Vec<Supports<'s>>,
    pub oid: OidValue<'s>,
}

/// `SUPPORTS module INCLUDES { … } VARIATION …`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Supports<'s> {
    pub module: Ident<'s>,
    pub includes: Vec<Ident<'s>>,
    pub variations: Vec<Variation<'s>>,
}

/// `VARIATION name …`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Variation<'s> {
    pub object: Ident<'s>,
    pub syntax: Option<Syntax<'s>>,
    pub write_syntax: Option<Syntax<'s>>,
    pub access: Option<Ident<'s>>,
    pub creation_requires: Vec<Ident<'s>>,
    pub default: Option<DefVal<'s>>,
    pub description: Option<Text<'s>>,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct Syntax<'s> {
    /// The whole type.
    pub span: Span,
    /// What it is.
    pub kind: SyntaxKind<'s>,
}

/// The notations of a type.
#[derive(Clone, Debug)]
pub enum SyntaxKind<'s> {
    /// A built-in or named type, perhaps refined: `INTEGER { up(1) }`, `DisplayString (SIZE (0..32))`.
    /// Built-in types of two words are spelt `OCTET STRING`, `OBJECT IDENTIFIER`, whatever blanks stand between.
    Named {
        /// The type.
        name: Ident<'s>,
        /// What else is written, if something is.
        refinement: Option<Box<Refinement<'s>>>,
    },
    /// `BITS { label(number), … }`.
    Bits(Box<[NamedNumber<'s>]>),
    /// `SEQUENCE { column Type, … }`.
    Sequence(Box<[Field<'s>]>),
    /// `SEQUENCE OF Row`.
    SequenceOf(Ident<'s>),
    /// `CHOICE { name Type, … }`.
    Choice(Box<[Field<'s>]>),
    /// `[APPLICATION 1] IMPLICIT Type`.
    Tagged {
        /// `UNIVERSAL`, `APPLICATION`, `PRIVATE` or context (absent).
        class: Option<Box<Ident<'s>>>,
        /// The tag number.
        number: Box<Ident<'s>>,
        /// Whether IMPLICIT stands there.
        implicit: bool,
        /// The type behind the tag.
        inner: Box<Syntax<'s>>,
    },
}

/// What is written besides the name of a type.
#[derive(Clone, Debug, Default)]
pub struct Refinement<'s> {
    /// The module in `MODULE.Type`.
    pub module: Option<Ident<'s>>,
    /// `{ label(number), … }`.
    pub named_numbers: Box<[NamedNumber<'s>]>,
    /// `( … )`.
    pub constraint: Option<Constraint<'s>>,
}

impl<'s> Syntax<'s> {
    /// The labels written here, of an enumeration or of BITS.
    pub fn labels(&self) -> &[NamedNumber<'s>] {
        match &self.kind {
            SyntaxKind::Named { refinement: Some(refinement), .. } => &refinement.named_numbers,
            SyntaxKind::Bits(labels) => labels,
            _ => &[],
        }
    }

    /// The range or size behind the name of a type.
    pub fn constraint(&self) -> Option<&Constraint<'s>> {
        match &self.kind {
            SyntaxKind::Named { refinement: Some(refinement), .. } => refinement.constraint.as_ref(),
            _ => None,
        }
    }

    /// The name of a type that is written without its module.
    pub fn unqualified(&self) -> Option<Ident<'s>> {
        match &self.kind {
            SyntaxKind::Named { name, refinement } => {
                refinement.as_ref().is_none_or(|refinement| refinement.module.is_none()).then_some(*name)
            }
            _ => None,
        }
    }
}

/// `column Type` in a SEQUENCE or CHOICE.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Field<'s> {
    pub name: Ident<'s>,
    pub syntax: Syntax<'s>,
}

/// `label(number)`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct NamedNumber<'s> {
    pub label: Ident<'s>,
    pub number: Number<'s>,
}

/// A range or size restriction.
#[derive(Clone, Debug)]
pub struct Constraint<'s> {
    /// Whether it is `SIZE ( … )`.
    pub size: bool,
    /// The pieces between `|`.
    pub pieces: Box<[Piece<'s>]>,
    /// With the parentheses.
    pub span: Span,
}

/// `low` or `low..high`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Piece<'s> {
    pub low: Number<'s>,
    pub high: Option<Number<'s>>,
}
