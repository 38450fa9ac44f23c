//! What the tests of several crates have in common: numbers that are the same in every run, messages that are nearly
//! valid, and net-snmp's programs. Not published; only tests depend on it.
#![forbid(unsafe_code)]

mod malformed;
pub mod netsnmp;
mod random;
#[cfg(feature = "snmp")]
pub mod v3;

pub use malformed::malformed;
pub use random::Xorshift;
