//! Messages on their way out.

use super::origin::Origin;
use std::collections::VecDeque;

/// Messages to send, in order.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    octets: Vec<u8>,
    /// Where each message ends, and where it goes. The first begins at `start`.
    messages: VecDeque<(usize, Origin)>,
    start: usize,
}

impl Outbox {
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Adds a message for the sender of another one.
    pub(crate) fn push(&mut self, to: Origin, message: &[u8]) {
        if self.messages.is_empty() {
            self.octets.clear();
            self.start = 0;
        }
        self.octets.extend_from_slice(message);
        self.messages.push_back((self.octets.len(), to));
    }

    /// The messages from the head on.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Origin)> {
        let mut start = self.start;
        self.messages.iter().map(move |(end, to)| {
            let message = self.octets.get(start..*end).unwrap_or_default();
            start = *end;
            (message, to)
        })
    }

    /// Takes out the message at the head.
    pub(crate) fn pop(&mut self) -> Option<Origin> {
        let (end, to) = self.messages.pop_front()?;
        self.start = end;
        Some(to)
    }

    pub(super) fn front(&self) -> Option<(&[u8], &Origin)> {
        self.iter().next()
    }
}
