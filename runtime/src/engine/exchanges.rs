//! The table of outstanding exchanges.

use super::buffers::Buffers;
use super::deadlines::Deadlines;
use super::exchange::Waiting;
use super::request_ids::RequestIds;
use super::unaccepted::{Strays, Unaccepted};
use super::{Dropped, ExchangeId, MAX_EXCHANGES, Outcome, Peer, Random};
use crate::ber::{Anomalies, Ledger, Reader, TooLarge, Writer, tag};
use crate::message::{MessageRef, PduHeader, PduRef};
use crate::security::{CommunityState, Protect};
use crate::value::VarBindRef;
use std::collections::VecDeque;
use std::io;
use std::time::Instant;

/// Requests of ours that wait for a response, and informs that wait for their acknowledgement: one table, so that no two
/// have the same ID. An [`Engine`](super::Engine) has one; the dispatcher hands it what comes.
#[derive(Debug)]
pub(crate) struct Exchanges<A, R> {
    pub(super) slots: Vec<Slot<A>>,
    free: Vec<u32>,
    pub(super) by_request_id: RequestIds,
    pub(super) deadlines: Deadlines,
    pub(super) to_send: VecDeque<ExchangeId>,
    ended: VecDeque<ExchangeId>,
    strays: Strays<A>,
    pub(super) random: R,
    pub(super) writer: Writer,
    pub(super) buffers: Buffers,
    #[cfg(feature = "usm")]
    pub(super) v3: super::v3_exchange::V3State,
}

#[derive(Debug)]
pub(super) struct Slot<A> {
    pub(super) generation: u32,
    pub(super) state: State<A>,
}

#[derive(Debug)]
pub(super) enum State<A> {
    Free,
    Waiting(Waiting<A>),
    Ended(Outcome<A>),
}

/// A datagram to send.
#[derive(Clone, Copy, Debug)]
pub struct Transmit<'e, A> {
    /// The exchange that it belongs to.
    pub id: ExchangeId,
    /// Where to.
    pub to: A,
    /// What.
    pub datagram: &'e [u8],
}

/// Why a request was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The request does not fit a message.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// [`MAX_EXCHANGES`] are outstanding.
    #[error("{MAX_EXCHANGES} requests are outstanding")]
    Busy,
}

impl<A: Copy + Eq, R: Random> Exchanges<A, R> {
    /// No exchanges. `random` makes the request-ids and the jitter.
    pub(crate) fn new(#[cfg_attr(not(feature = "usm"), expect(unused_mut))] mut random: R) -> Self {
        Self {
            #[cfg(feature = "usm")]
            v3: super::v3_exchange::V3State {
                by_msg_id: RequestIds::default(),
                salt: u64::from(random.next_u32()) << 32 | u64::from(random.next_u32()),
            },
            slots: Vec::new(),
            free: Vec::new(),
            by_request_id: RequestIds::default(),
            deadlines: Deadlines::default(),
            to_send: VecDeque::new(),
            ended: VecDeque::new(),
            strays: Strays::default(),
            random,
            writer: Writer::new(),
            buffers: Buffers::default(),
        }
    }

    /// Exchanges that are kept: waiting, or ended and not yet [taken](Self::take).
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether an exchange waits.
    #[cfg(test)]
    pub(crate) fn waits(&self) -> bool {
        self.slots.iter().any(|slot| matches!(slot.state, State::Waiting(_)))
    }

    /// Begins an exchange; its datagram is the next that [`poll_transmit`](Self::poll_transmit) gives.
    /// The request-id of `header` is replaced by a random one.
    ///
    /// # Errors
    /// The request does not fit into a message of the peer, or no further exchange can be kept.
    pub(crate) fn start<'v, I>(
        &mut self,
        now: Instant,
        peer: &Peer<A>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<ExchangeId, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        if self.len() >= MAX_EXCHANGES {
            return Err(StartError::Busy);
        }
        let request_id = self.new_request_id();
        let header = PduHeader { request_id, ..header };
        let state = CommunityState { version: peer.version, community: &peer.community };
        self.writer.set_limit(peer.max_message.into());
        state.generate(&(), &mut self.writer, |w| header.write(w, varbinds))?;
        let datagram = self.buffers.copy(self.writer.finish()?);
        let deadline = now + peer.retry.wait(0, 0);
        let id = self.insert(Waiting {
            address: peer.address,
            version: peer.version,
            any_source: peer.any_source,
            any_community: peer.any_community,
            retry: peer.retry,
            request_id,
            datagram,
            attempts: 1,
            started: now,
            deadline,
            queued: true,
            wrong_source: None,
            rules: peer.rules,
            anomalies: Anomalies::NONE,
            unaccepted: Unaccepted::default(),
            #[cfg(feature = "usm")]
            v3: None,
        });
        self.by_request_id.insert(request_id, id.slot);
        self.deadlines.insert(deadline, id);
        self.to_send.push_back(id);
        Ok(id)
    }

    /// Forgets an exchange, whatever its state.
    pub(crate) fn cancel(&mut self, id: ExchangeId) {
        if self.slot(id).is_some() {
            self.release(id.slot);
        }
    }

    /// How far an exchange is that is about to be cancelled: what would become of it if its last wait ended now. `None`
    /// if it does not wait.
    pub(crate) fn so_far(&self, now: Instant, id: ExchangeId) -> Option<Outcome<A>> {
        match &self.slot(id)?.state {
            State::Waiting(waiting) => {
                let unaccepted = self.strays.join(waiting.unaccepted, waiting.started, waiting.address);
                Some(waiting.unanswered(now, unaccepted))
            }
            _ => None,
        }
    }

    /// How the exchange ended, once; `None` while it waits and after it was taken or cancelled.
    pub(crate) fn take(&mut self, id: ExchangeId) -> Option<Outcome<A>> {
        match self.slot(id)?.state {
            State::Ended(_) => match self.release(id.slot) {
                State::Ended(outcome) => Some(outcome),
                _ => None,
            },
            _ => None,
        }
    }

    /// The next exchange that has ended and that nobody has been told of.
    pub(crate) fn poll_event(&mut self) -> Option<ExchangeId> {
        while let Some(id) = self.ended.pop_front() {
            if self.slot(id).is_some() {
                return Some(id);
            }
        }
        None
    }

    /// The next datagram to send. After a failure see [`send_later`](Self::send_later) and
    /// [`send_failed`](Self::send_failed).
    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit<'_, A>> {
        let id = loop {
            let id = self.to_send.pop_front()?;
            if let Some(waiting) = self.waiting(id)
                && waiting.queued
            {
                waiting.queued = false;
                break id;
            }
        };
        let waiting = self.waiting(id)?;
        Some(Transmit { id, to: waiting.address, datagram: &waiting.datagram })
    }

    /// Puts a datagram that could not be sent right now back to the head of the queue.
    pub(crate) fn send_later(&mut self, id: ExchangeId) {
        if let Some(waiting) = self.waiting(id) {
            waiting.queued = true;
            self.to_send.push_front(id);
        }
    }

    /// Ends an exchange whose datagram cannot be sent at all.
    pub(crate) fn send_failed(&mut self, id: ExchangeId, error: io::Error) {
        if self.waiting(id).is_some() {
            self.end(id.slot, Outcome::Unsent(error));
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due, or earlier: it does nothing then.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// Repeats or ends every exchange whose wait is over.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while let Some((deadline, id)) = self.deadlines.pop(now) {
            if self.waiting(id).is_some_and(|waiting| waiting.deadline == deadline) {
                self.expire(now, id.slot);
            }
        }
    }

    /// Remembers for a timeout that something came.
    #[cold]
    pub(crate) fn note_dropped(&mut self, now: Instant, from: A, dropped: Dropped) {
        match dropped.exchange() {
            Some(id) => {
                if let Some(waiting) = self.waiting(id) {
                    waiting.unaccepted.add(dropped);
                }
            }
            None => self.strays.add(now, from, dropped),
        }
    }

    /// Takes in a response of SNMPv1 or SNMPv2c. An exchange that it ends is the next that
    /// [`poll_event`](Self::poll_event) gives.
    #[inline]
    pub(crate) fn respond(
        &mut self,
        now: Instant,
        from: A,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        anomalies: Anomalies,
    ) -> Result<ExchangeId, Dropped> {
        let slot = *self.by_request_id.get(&pdu.header.request_id).ok_or(Dropped::UnknownRequest)?;
        let Some(Slot { generation, state: State::Waiting(waiting) }) = self.slots.get_mut(slot as usize)
        else {
            return Err(Dropped::UnknownRequest);
        };
        let id = ExchangeId { slot, generation: *generation };
        if waiting.address != from && !waiting.any_source {
            waiting.wrong_source = Some(from);
            return Err(Dropped::WrongSource(id));
        }
        if waiting.version != message.version {
            return Err(Dropped::WrongVersion(id));
        }
        if community(&waiting.datagram) != Some(message.community) && !waiting.any_community {
            return Err(Dropped::WrongCommunity(id));
        }
        if !waiting.puts_up_with(anomalies) {
            return Err(Dropped::NotStrict(id, anomalies));
        }
        let response = waiting.response(now, pdu, anomalies);
        self.end(slot, Outcome::Response(response));
        Ok(id)
    }

    fn expire(&mut self, now: Instant, slot: u32) {
        let random = self.random.next_u32();
        let Some(Slot { generation, state: State::Waiting(waiting) }) = self.slots.get_mut(slot as usize)
        else {
            return;
        };
        let id = ExchangeId { slot, generation: *generation };
        if waiting.is_last() {
            let unaccepted = self.strays.join(waiting.unaccepted, waiting.started, waiting.address);
            let outcome = waiting.timed_out(now, unaccepted);
            self.end(slot, outcome);
            return;
        }
        waiting.deadline = now + waiting.retry.wait(waiting.attempts, random);
        waiting.attempts += 1;
        self.deadlines.renew(waiting.deadline, id);
        if !waiting.queued {
            waiting.queued = true;
            self.to_send.push_back(id);
        }
        #[cfg(feature = "usm")]
        if let Err(error) = self.compose_v3(now, slot) {
            self.end(slot, Outcome::Unsent(error));
        }
    }

    /// A positive number that no exchange uses: there are devices that mishandle others.
    pub(super) fn new_request_id(&mut self) -> i32 {
        let mut id = (self.random.next_u32() >> 1) as i32;
        // At most one id in 32,768 is taken, so this ends at once, even for a bad source.
        while id == 0 || self.by_request_id.contains_key(&id) {
            id = id.wrapping_add(1) & i32::MAX;
        }
        id
    }

    pub(super) fn insert(&mut self, waiting: Waiting<A>) -> ExchangeId {
        let state = State::Waiting(waiting);
        if let Some(slot) = self.free.pop()
            && let Some(free) = self.slots.get_mut(slot as usize)
        {
            free.state = state;
            return ExchangeId { slot, generation: free.generation };
        }
        let slot = self.slots.len() as u32; // below MAX_EXCHANGES
        self.slots.push(Slot { generation: 0, state });
        ExchangeId { slot, generation: 0 }
    }

    /// Ends a waiting exchange and keeps the outcome.
    pub(super) fn end(&mut self, slot: u32, outcome: Outcome<A>) {
        let Some(entry) = self.slots.get_mut(slot as usize) else { return };
        let id = ExchangeId { slot, generation: entry.generation };
        if let State::Waiting(waiting) = std::mem::replace(&mut entry.state, State::Ended(outcome)) {
            self.unlist(slot, waiting);
        }
        self.ended.push_back(id);
    }

    /// Empties a slot; gives the outcome that was in it.
    pub(super) fn release(&mut self, slot: u32) -> State<A> {
        let Some(entry) = self.slots.get_mut(slot as usize) else { return State::Free };
        entry.generation = entry.generation.wrapping_add(1);
        let state = std::mem::replace(&mut entry.state, State::Free);
        self.free.push(slot);
        match state {
            State::Waiting(waiting) => {
                self.unlist(slot, waiting);
                State::Free
            }
            state => state,
        }
    }

    fn unlist(&mut self, slot: u32, waiting: Waiting<A>) {
        self.by_request_id.remove(&waiting.request_id);
        #[cfg(feature = "usm")]
        if let Some(v3) = waiting.v3 {
            for msg_id in v3.msg_ids.iter() {
                self.v3.by_msg_id.remove(&msg_id);
            }
            self.buffers.give(v3.pdu);
        }
        self.buffers.give(waiting.datagram);
        if waiting.queued {
            self.to_send.retain(|id| id.slot != slot);
        }
        let slots = &self.slots;
        self.deadlines.forget(|deadline, id| {
            slots.get(id.slot as usize).is_some_and(|slot| match &slot.state {
                State::Waiting(waiting) => slot.generation == id.generation && waiting.deadline == deadline,
                _ => false,
            })
        });
    }

    fn slot(&self, id: ExchangeId) -> Option<&Slot<A>> {
        self.slots
            .get(id.slot as usize)
            .filter(|slot| slot.generation == id.generation && !matches!(slot.state, State::Free))
    }

    fn waiting(&mut self, id: ExchangeId) -> Option<&mut Waiting<A>> {
        match self.slots.get_mut(id.slot as usize) {
            Some(Slot { generation, state: State::Waiting(waiting) }) if *generation == id.generation => {
                Some(waiting)
            }
            _ => None,
        }
    }
}

/// The community of a request of ours.
fn community(request: &[u8]) -> Option<&[u8]> {
    let mut ledger = Ledger::default();
    let mut fields = Reader::new(request).expect(tag::SEQUENCE, &mut ledger).ok()?;
    fields.integer(&mut ledger).ok()?;
    fields.octets(&mut ledger).ok()
}
