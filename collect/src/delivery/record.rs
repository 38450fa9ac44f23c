//! What is delivered.

use bytes::Bytes;

/// What is delivered, in the form in which its receiver takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Tells it from all others of its kind, for receivers that drop what comes twice; empty if nothing does.
    pub id: String,
    /// Where it goes within its receiver, if that has several places: a subject of NATS, a key of Kafka.
    pub subject: String,
    /// Its octets.
    pub payload: Bytes,
}

impl Record {
    /// A record without a place or an identity.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { payload: payload.into(), ..Self::default() }
    }

    /// The octets that it takes in a queue.
    pub fn octets(&self) -> usize {
        self.id.len() + self.subject.len() + self.payload.len()
    }
}
