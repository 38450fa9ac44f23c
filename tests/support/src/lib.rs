//! What the tests of several crates have in common: numbers that are the same in every run, messages that are nearly
//! valid, certificates, programs that run beside a test, those of net-snmp, Prometheus, NATS and Kafka among them. Not
//! published; only tests depend on it.
#![forbid(unsafe_code)]

pub mod certificates;
pub mod http;
#[cfg(unix)]
pub mod kafka;
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
