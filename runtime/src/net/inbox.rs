//! Messages as they come in.

use super::origin::Origin;
use crate::ber::MAX_MESSAGE;
use std::net::IpAddr;

/// One octet more than any message has: what is cut off does not pass for a message.
pub(super) const SLOT: usize = MAX_MESSAGE + 1;

/// Room for several messages, used again and again. Memory that no message has needed is never touched.
pub(crate) struct Inbox {
    /// Slots of equal size, one after the other.
    buffer: Vec<u8>,
    messages: Vec<(usize, Origin)>,
    capacity: usize,
    /// Goes into the origins of what comes next.
    pub(super) transport: usize,
    /// The same: the one address that the transport listens on.
    pub(super) bound: Option<IpAddr>,
}

impl Inbox {
    /// Room for this many messages.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        let buffer = vec![0; capacity * SLOT];
        Self { buffer, messages: Vec::with_capacity(capacity), capacity, transport: 0, bound: None }
    }

    /// Forgets all messages.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The messages, in the order of their arrival.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Origin)> {
        let slots = self.buffer.chunks_exact(SLOT);
        slots
            .zip(&self.messages)
            .map(|(slot, (length, origin))| (slot.get(..*length).unwrap_or(slot), origin))
    }

    /// How many more messages have room.
    pub(super) fn room(&self) -> usize {
        self.capacity.saturating_sub(self.messages.len())
    }

    /// The slots that are free; the first is the next to be [filled](Self::filled).
    pub(super) fn free(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.buffer.chunks_exact_mut(SLOT).skip(self.messages.len())
    }

    /// Adds a message that was received elsewhere.
    pub(super) fn push(&mut self, message: &[u8], origin: Origin) {
        let Some(slot) = self.free().next() else { return };
        if let Some(slot) = slot.get_mut(..message.len()) {
            slot.copy_from_slice(message);
            self.filled(message.len(), origin);
        }
    }

    /// The next slot has a message of this length.
    pub(super) fn filled(&mut self, length: usize, mut origin: Origin) {
        if self.room() > 0 {
            origin.transport = self.transport;
            origin.bound = self.bound;
            self.messages.push((length, origin));
        }
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").field("messages", &self.messages).finish_non_exhaustive()
    }
}
