//! The clauses that scalars and columns share.

use super::{DefId, Name, Ref, Syntax, Text};
use crate::source::Span;
use mibc_runtime::syntax::Access;

/// SYNTAX, UNITS, MAX-ACCESS and DEFVAL of an object.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Object {
    /// Its type, effective and as refined here.
    pub syntax: Syntax,
    /// MAX-ACCESS or ACCESS.
    pub access: Option<Access>,
    /// UNITS.
    pub units: Option<Text>,
    /// DEFVAL, read by the object's type.
    pub default: Option<Box<DefaultValue>>,
    /// Where DEFVAL's value stands.
    pub default_span: Option<Span>,
}

/// A DEFVAL after it has been read by its object's type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// A number.
    Int(i128),
    /// A label of the enumeration.
    Label(Name),
    /// A quoted string, between its quotes.
    Text(Text),
    /// Octets from `'…'H` or `'…'B`.
    Bytes(Vec<u8>),
    /// Labels of BITS, in the order written.
    Bits(Vec<Name>),
    /// An OID by name, and where that is bound, of that definition; or several arcs.
    Oid(Vec<Ref<DefId>>, Vec<u32>),
}
