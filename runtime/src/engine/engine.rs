//! Exchanges with what it takes to read their responses: all that a manager has.

use super::exchange::{ExchangeId, Outcome, Peer};
use super::exchanges::{Exchanges, StartError, Transmit};
use super::{Counters, Random};
use crate::ber::Rules;
use crate::message::{Decoder, PduHeader};
use crate::security::Buffers;
use crate::value::VarBindRef;
use std::io;
use std::time::Instant;

/// Keeps the exchanges of one manager. See the [module](super) for how to drive it.
#[derive(Debug)]
pub struct Engine<A, R> {
    pub(crate) exchanges: Exchanges<A, R>,
    pub(crate) buffers: Buffers,
    pub(crate) counters: Counters,
}

impl<A: Copy + Eq, R: Random> Engine<A, R> {
    /// An engine without exchanges. `random` makes the request-ids and the jitter.
    pub fn new(random: R, rules: Rules) -> Self {
        Self {
            exchanges: Exchanges::new(random),
            buffers: Buffers::new(Decoder::new(rules)),
            counters: Counters::default(),
        }
    }

    /// What has been counted so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Exchanges that are kept: waiting, or ended and not yet [taken](Self::take).
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// True when no exchange is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins an exchange; its datagram is the next that [`poll_transmit`](Self::poll_transmit) gives.
    /// The request-id of `header` is replaced by a random one.
    ///
    /// # Errors
    /// The request does not fit into a message of the peer, or no further exchange can be kept.
    pub fn start<'v, I>(
        &mut self,
        now: Instant,
        peer: &Peer<A>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<ExchangeId, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        self.exchanges.start(now, peer, header, varbinds)
    }

    /// Begins an exchange over SNMPv3, as [`start`](Self::start) does over the older versions. Its first
    /// datagram asks for the engine ID if that is not known.
    ///
    /// # Errors
    /// The request does not fit into a message of the peer, or no further exchange can be kept.
    #[cfg(feature = "usm")]
    pub fn start_v3<'v, I>(
        &mut self,
        now: Instant,
        peer: &std::sync::Arc<super::V3Peer<A>>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<ExchangeId, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        self.exchanges.start_v3(now, peer, header, varbinds)
    }

    /// Forgets an exchange, whatever its state.
    pub fn cancel(&mut self, id: ExchangeId) {
        self.exchanges.cancel(id);
    }

    /// How far an exchange is that is about to be cancelled: what would become of it if its last wait ended now. `None`
    /// if it does not wait.
    pub fn so_far(&self, now: Instant, id: ExchangeId) -> Option<Outcome<A>> {
        self.exchanges.so_far(now, id)
    }

    /// How the exchange ended, once; `None` while it waits and after it was taken or cancelled.
    pub fn take(&mut self, id: ExchangeId) -> Option<Outcome<A>> {
        self.exchanges.take(id)
    }

    /// The next exchange that has ended and that nobody has been told of.
    pub fn poll_event(&mut self) -> Option<ExchangeId> {
        self.exchanges.poll_event()
    }

    /// The next datagram to send. After a failure see [`send_later`](Self::send_later) and
    /// [`send_failed`](Self::send_failed).
    pub fn poll_transmit(&mut self) -> Option<Transmit<'_, A>> {
        let transmit = self.exchanges.poll_transmit()?;
        self.counters.count_out();
        Some(transmit)
    }

    /// Puts a datagram that could not be sent right now back to the head of the queue.
    pub fn send_later(&mut self, id: ExchangeId) {
        self.exchanges.send_later(id);
    }

    /// Ends an exchange whose datagram cannot be sent at all.
    pub fn send_failed(&mut self, id: ExchangeId, error: io::Error) {
        self.exchanges.send_failed(id, error);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due, or earlier: it does nothing then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.exchanges.poll_timeout()
    }

    /// Repeats or ends every exchange whose wait is over.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.exchanges.handle_timeout(now);
    }
}
