//! What the tests of several crates have in common: numbers that are the same in every run, messages that are nearly
//! valid, certificates, programs that run beside a test, those of net-snmp, Prometheus and NATS among them. Not
//! published; only tests depend on it.
#![forbid(unsafe_code)]

pub mod certificates;
pub mod http;
mod malformed;
pub mod nats;
pub mod netsnmp;
pub mod program;
pub mod prometheus;
mod random;
#[cfg(feature = "snmp")]
pub mod v3;

pub use malformed::malformed;
pub use random::Xorshift;
