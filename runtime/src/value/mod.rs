//! The values of SNMP variables: one Rust type per SMI base type, and [`Value`] for where the type is not known
//! at compile time.

mod any;
mod bits;
mod borrowed;
mod convert;
mod date_and_time;
mod ip_address;
mod numbers;
mod octets;
pub(crate) mod odd;
pub mod tag;
#[cfg(test)]
mod tests;
mod typed;
mod varbind;

pub use any::Value;
pub use bits::Bits;
pub use borrowed::{ValueKind, ValueRef};
pub use date_and_time::{DateAndTime, DateError};
pub use ip_address::IpAddress;
pub use numbers::{Counter32, Counter64, Gauge32, TimeTicks, Unsigned32};
pub(crate) use octets::fmt_octets;
pub use octets::{OctetString, Opaque};
pub use typed::{Syntax, WrongType};
pub use varbind::{VarBind, VarBindRef};
