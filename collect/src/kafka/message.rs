//! What is written.

use bytes::Bytes;

/// What is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// What decides on the partition; messages without one go to a partition together, each batch to another one.
    pub key: String,
    /// Tells it from all others: the header `id`, if it is not empty.
    pub id: String,
    /// Its octets.
    pub payload: Bytes,
}

impl Message {
    /// The octets that it has about.
    pub(super) fn octets(&self) -> usize {
        self.key.len() + self.id.len() + self.payload.len() + 24
    }
}
