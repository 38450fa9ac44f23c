//! What the tests of several crates have in common: numbers that are the same in every run, messages that are nearly
//! valid, certificates, programs that run beside a test, those of net-snmp, Prometheus, VictoriaMetrics, InfluxDB,
//! OpenTelemetry, NATS and Kafka among them. Not
//! published; only tests depend on it.
#![forbid(unsafe_code)]

pub mod certificates;
pub mod http;
pub mod influxdb;
#[cfg(unix)]
pub mod kafka;
mod malformed;
pub mod nats;
pub mod netsnmp;
pub mod otlp;
pub mod program;
pub mod prometheus;
mod random;
pub mod receiver;
#[cfg(feature = "snmp")]
pub mod v3;
pub mod victoria;

pub use malformed::malformed;
pub use random::Xorshift;
