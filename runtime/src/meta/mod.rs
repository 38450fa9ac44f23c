//! What a MIB module says about its objects and types, packed into a few kilobytes that generated code carries.
//!
//! The compiler fills a [`MetaBuilder`]; generated code holds the bytes as [`Meta`], a constant that costs nothing
//! until it is asked. Reading takes no memory. Bytes that are wrong describe nothing, and never panic.
//!
//! # The format, version 1
//!
//! Numbers are little-endian base-128 varints unless stated otherwise; *u24* is three octets, little-endian; a
//! *string* is its length and its octets; a *reference* is the place of a string, counted from the start of the
//! pool; signed numbers are zigzag (0, -1, 1, -2, …).
//!
//! | part | content |
//! |---|---|
//! | header | version (one octet, 1); u24: types, place of the type table, definitions, place of the definition table, place of the pool; string: the module's name |
//! | type table | per type, by number: u24 place of its record |
//! | definition table | per definition, by OID: u24 place of its record |
//! | type record | octet: base type, 0x10 has a name, 0x20 has a hint, 0x40 has ranges, 0x80 has labels; string: name; reference: hint; ranges: count, then per range low (signed) and high minus low; labels: count, then per label the number minus the one before (signed) and a reference |
//! | definition record | octet: kind, status shifted by 3, 0x40 has units, 0x80 has a DEFVAL; string: name; reference: octets of the OID but for the last number; the last number, as in the OID; by kind: access (octet) and type of scalars and columns; index of rows: count, then per object a reference (name), its type, its form (0 variable, 1 IMPLIED, 2 NetworkAddress, 3 + size); objects of notifications: count, references; reference: units; reference: octets of the DEFVAL (numbers as they are written here, signed for INTEGER; all else as in BER) |
//! | pool | strings: labels, hints, units, OID prefixes |

mod builder;
mod cursor;
mod default;
mod definition;
mod display;
mod reader;
#[cfg(test)]
mod tests;
mod text;
mod types;

pub use builder::{IndexDef, MetaBuilder, MetaError, ObjectDef, TypeDef};
pub use definition::{IndexObject, IndexObjects, NotificationObjects, ObjectKind, ObjectMeta};
pub use display::DisplayValue;
pub use reader::{Meta, Objects};
pub use text::TextError;
pub(crate) use text::hexadecimal;
pub use types::{Labels, Ranges, TypeMeta, Types};

/// The version of the format that this crate writes and reads.
pub const VERSION: u8 = 1;

/// Marks in the first octet of a type record, above the base type.
mod type_mark {
    pub(super) const NAME: u8 = 0x10;
    pub(super) const HINT: u8 = 0x20;
    pub(super) const RANGES: u8 = 0x40;
    pub(super) const LABELS: u8 = 0x80;
}

/// Mark in the first octet of a definition record, above kind and status.
const HAS_UNITS: u8 = 0x40;

/// The same, for a DEFVAL.
const HAS_DEFAULT: u8 = 0x80;
