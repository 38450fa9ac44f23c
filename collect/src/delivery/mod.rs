//! Delivery of records to what stands outside: a server, a file, a process.
//!
//! A [`Record`] is what is delivered, written in its final form already. A [`Sink`] takes batches of them to one place
//! and says of a batch that failed whether it is worth another attempt. An [`Output`] is a queue with limits, in memory or
//! on disk, in front of a sink, with pauses between attempts. A [`Completion`] tells whoever handed a record over what
//! became of it, once all who were to take it have said so.
//!
//! Sinks: [`Http`], [`Lines`], [`Syslog`], [`Process`]; with features also NATS JetStream, Kafka, and files of Parquet.

mod completion;
mod disk;
mod endpoint;
mod figures;
mod folder;
mod framing;
mod gate;
mod group;
mod http;
#[cfg(feature = "kafka")]
mod kafka;
mod lines;
mod log;
mod memory;
#[cfg(feature = "nats")]
mod nats;
mod output;
mod pause;
mod process;
mod record;
mod script;
mod secret;
mod segment;
mod settings;
mod sink;
mod syslog;
mod tls;
mod worker;

#[cfg(test)]
mod tests;

pub use completion::{Completion, Outcome};
#[cfg(feature = "poll")]
pub(crate) use endpoint::{Endpoint, without_secrets};
pub use figures::Snapshot;
pub use framing::{Framing, Packing};
pub use http::{Authorization, Http, HttpError, HttpSettings};
#[cfg(feature = "kafka")]
pub use kafka::{Kafka, KafkaSettings, KafkaTls};
pub use lines::{Lines, Reopen};
#[cfg(feature = "nats")]
pub use nats::JetStream;
pub use output::{Observer, Output};
pub use process::{Process, ProcessSettings};
pub use record::Record;
pub use script::{Script, ScriptSettings};
pub use secret::Secret;
pub use settings::{Batch, Limits, Overflow, Pauses, Place, Settings};
pub use sink::{Failure, Kind, Sending, Sink};
pub use syslog::{Syslog, SyslogTransport};
