//! Types: textual conventions, derived types, and the effective syntax of objects.

use super::{ModuleId, Name, Ref, Shared, Text, TypeId};
use crate::source::Span;
use mibc_runtime::syntax::{BaseType, Status};

/// A named type: TEXTUAL-CONVENTION or type assignment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Type {
    /// Its own id.
    pub id: TypeId,
    /// The module that defines it.
    pub module: ModuleId,
    /// Its name.
    pub name: Name,
    /// Where the name stands in its definition.
    pub name_span: Span,
    /// The whole definition.
    pub span: Span,
    /// Whether it is a TEXTUAL-CONVENTION.
    pub textual_convention: bool,
    /// Whether it is one of the SMI's own types (`Counter32`, `IpAddress` …), defined by a base module of the SMI.
    /// Objects of such a type have a base and no `named`; only NetworkAddress is named as well, because it has
    /// an index encoding of its own (RFC 1212 §4.1.6).
    pub builtin: bool,
    /// Its syntax: `syntax.named` is its parent type, the rest is effective.
    pub syntax: Syntax,
    /// STATUS.
    pub status: Option<Status>,
    /// DESCRIPTION.
    pub description: Option<Text>,
    /// REFERENCE.
    pub reference: Option<Text>,
    /// Names it uses that could not be bound.
    pub unresolved: Vec<Name>,
}

/// The named type a syntax refers to.
pub type TypeRef = Ref<TypeId>;

/// A range or size piece, both ends included.
pub type Range = (i128, i128);

/// The type of an object or of a named type, with everything it inherits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Syntax {
    /// Where it is written.
    pub span: Span,
    /// The base type; absent if the chain of types is broken, and for rows and tables.
    pub base: Option<BaseType>,
    /// The named type written in the SYNTAX clause; absent for a built-in type.
    pub named: Option<TypeRef>,
    /// The effective DISPLAY-HINT.
    pub hint: Option<Text>,
    /// The effective labels of an enumeration, in the order written. Broken modules have a label more than once,
    /// with different numbers, and a number more than once, with different labels.
    pub enums: Shared<(Name, i64)>,
    /// The effective labels of BITS, in the order written.
    pub bits: Shared<(Name, u32)>,
    /// The effective range in ascending order, no piece overlapping another, or for strings the effective sizes; empty
    /// if nothing restricts the base type.
    pub range: Shared<Range>,
    /// The range or sizes written here, if some are, before they meet the parent's; in the order written.
    pub declared_range: Shared<Range>,
    /// Whether labels are written here (an inline enumeration, BITS, or a refinement of a named type's).
    pub declared_labels: bool,
}

impl Syntax {
    /// Whether the effective range, or for strings the sizes, has that number.
    pub(crate) fn in_range(&self, number: i128) -> bool {
        let before = self.range.partition_point(|&(low, _)| low <= number);
        self.range.is_empty() || self.range[..before].last().is_some_and(|&(_, high)| number <= high)
    }

    /// A syntax of which nothing is known but where it stands.
    pub(crate) fn unknown(span: Span) -> Syntax {
        Syntax {
            span,
            base: None,
            named: None,
            hint: None,
            enums: Shared::default(),
            bits: Shared::default(),
            range: Shared::default(),
            declared_range: Shared::default(),
            declared_labels: false,
        }
    }
}
