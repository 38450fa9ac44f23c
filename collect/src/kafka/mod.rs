//! Kafka, as far as collection needs it: writing to a topic, acknowledged by all replicas in sync.
//!
//! The protocol is spoken directly, in the versions that brokers from 0.11 to 4 have: asking who has which partition, writing,
//! TLS and passwords are five kinds of requests. A [`Producer`] sends one batch for each partition at a time, so that what has
//! the same key stays in order.

mod access;
mod connection;
mod crc32c;
mod error;
mod message;
mod partition;
mod producer;
mod records;
mod request;
mod scram;
mod wire;

pub use access::{Access, Compression, Login, Mechanism, check_topic, host_and_port};
pub use error::Error;
pub use message::Message;
pub use producer::Producer;

#[cfg(all(test, unix))]
mod tests;
