//! Values and instances as text for people, in the form that users of net-snmp know, and values from such text.
//!
//! [`value()`] prints `STRING: lo`, `INTEGER: up(1)`, `Timeticks: (12796) 0:02:07.96`; [`index()`] prints what stands
//! behind a name, `.ipv4."192.0.2.1"`; [`read`] takes the TYPE and VALUE of a `set`. A [`Style`] has the switches of
//! `-O`.
//!
//! What differs from net-snmp 5.9, on purpose:
//!
//! - A string in an index is in quotes only if that text leads back to the same OID, by its DISPLAY-HINT if it has
//!   one; all others are numbers. net-snmp writes dots for octets that it cannot print.
//! - `d-2` of 5 is `0.05` (RFC 2579 §3.1), not `.05`; `b` has no leading zeros.
//! - Control characters in a string with a DISPLAY-HINT are dots, apart from white space: what an agent sends does not
//!   reach the terminal as commands.
//! - Text of a DISPLAY-HINT with `a` or `t` that is not UTF-8 has U+FFFD in its place.

mod address;
mod float;
mod index;
mod input;
mod instance;
mod style;
#[cfg(test)]
mod tests;
mod value;

pub use address::{address_octets, address_text, is_address, is_address_kind};
pub use float::{FloatFormat, FloatFormatError};
pub use index::{index, push_index, root};
pub use input::{InputError, expected, read};
pub use instance::InstanceName;
pub use style::{Indexes, Strings, Style};
pub use value::{fits, type_name, value};

use crate::oid::OidRef;

/// Writes an OID that stands in a value or index; usually its name.
pub type Names<'n> = &'n dyn Fn(OidRef<'_>) -> String;
