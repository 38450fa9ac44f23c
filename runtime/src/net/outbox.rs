//! Messages on their way out.

use super::TransportAddress;
use super::origin::Origin;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Range;

/// Messages to send, in order.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    octets: Vec<u8>,
    /// Where each message is, and where it goes.
    messages: VecDeque<(Range<usize>, Origin)>,
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
        }
        let start = self.octets.len();
        self.octets.extend_from_slice(message);
        self.messages.push_back((start..self.octets.len(), to));
    }

    /// Puts datagrams side by side that go to one peer, longer ones first: those can leave
    /// [together](Self::alike), and datagrams have no order.
    pub(super) fn gather(&mut self) {
        self.messages.make_contiguous().sort_by_key(|(octets, to)| {
            let datagram = match to.peer {
                TransportAddress::Udp(peer) => Some((peer, Reverse(octets.len()))),
                _ => None,
            };
            (to.transport, datagram)
        });
    }

    /// How many from a position on go to one peer from one address, as long as one another; the last may be shorter. Also
    /// how long.
    pub(super) fn alike(&self, from: usize) -> (usize, usize) {
        let mut messages = self.messages.iter().skip(from);
        let Some((head, to)) = messages.next() else { return (0, 0) };
        let mut count = 1;
        for (octets, other) in messages {
            if octets.len() > head.len() || other.local != to.local || other.peer != to.peer {
                break;
            }
            count += 1;
            if octets.len() < head.len() {
                break;
            }
        }
        (count, head.len())
    }

    /// The messages from the head on.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Origin)> {
        let octets = |range: &Range<usize>| self.octets.get(range.clone()).unwrap_or_default();
        self.messages.iter().map(move |(range, to)| (octets(range), to))
    }

    /// Takes out the message at the head.
    pub(crate) fn pop(&mut self) -> Option<Origin> {
        self.messages.pop_front().map(|(_, to)| to)
    }

    pub(super) fn front(&self) -> Option<(&[u8], &Origin)> {
        self.iter().next()
    }
}
