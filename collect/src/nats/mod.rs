//! NATS JetStream, as far as collection needs it: streams, publishing with an acknowledgement, jobs pulled by a pinned
//! worker, and reading what a stream has.
//!
//! The connection is that of `async-nats`. The API of JetStream is requests in JSON over that connection, and is asked
//! directly: schedules and pinned consumers are newer than the client's types for them.

mod access;
mod batch;
mod error;
mod publish;
mod pull;
mod read;
mod request;
mod stream;

pub use access::Access;
pub use batch::Outgoing;
pub use error::Error;
pub use publish::Accepted;
pub(crate) use pull::{Delivery, Pull, next};
pub(crate) use read::Stored;

pub use request::Nats;
pub use stream::Stream;

#[cfg(test)]
mod tests;
