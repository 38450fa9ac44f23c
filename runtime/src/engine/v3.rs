//! Exchanges over SNMPv3: discovery, time synchronisation, and which answers are believed.
//!
//! A request whose engine is unknown goes out as a question for the engine ID first; then it follows with
//! the user's keys for that engine. An authenticated Report that the request is out of time sets the
//! clock, and the request follows once more. Where what comes does not fit the engine that is known, it is
//! asked for its ID again ([`Renewal`]), as it is after an exchange without any answer. All this happens inside of one
//! exchange, each step at most once.
//!
//! What no key vouches for proves nothing. An engine ID from an unauthenticated Report is only used for one exchange
//! until an authenticated message confirms it. A clock from such a Report never replaces one that is proven. Other
//! unauthenticated Reports end a request only after the true response has had its time to come.

use super::clock::RemoteClock;
use super::exchange::Waiting;
use super::exchanges::{Exchanges, Slot, State};
use super::unaccepted::Unaccepted;
use super::v3_exchange::{REPORT_GRACE, Renewal, V3Exchange};
use super::v3_peer::{Authority, V3Peer};
use super::{Dropped, ExchangeId, MAX_EXCHANGES, Outcome, Random, Rejection, Report, StartError};
use crate::ber::{Anomalies, Rules};
use crate::message::{Decoder, PduHeader, PduKind, ScopedPduRef, Version};
use crate::security::{SecurityModel, V3Message, unprotect};
use crate::usm::EngineId;
use crate::value::{ValueRef, VarBindRef};
use std::sync::Arc;
use std::time::Instant;

/// What a message means for the exchange that it belongs to.
enum Verdict {
    /// It is the response: the exchange ends.
    Respond,
    /// The exchange goes on with another attempt.
    Again,
    /// The exchange ends with a Report, in which the counter has this value.
    Refuse(Report, u32),
    /// The exchange ends with a Report, unless a response comes soon.
    RefuseSoon(Report, u32),
    /// It counts for nothing.
    Reject(Rejection),
}

impl<A: Copy + Eq, R: Random> Exchanges<A, R> {
    /// Begins an exchange over SNMPv3, as [`start`](Self::start) does over the older versions. Its first
    /// datagram asks for the engine ID if that is not known.
    ///
    /// # Errors
    /// The request does not fit into a message of the peer, or no further exchange can be kept.
    pub(crate) fn start_v3<'v, I>(
        &mut self,
        now: Instant,
        peer: &Arc<V3Peer<A>>,
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
        self.writer.set_limit(peer.limit());
        self.writer.clear();
        PduHeader { request_id, ..header }.write(&mut self.writer, varbinds);
        let pdu = self.buffers.copy(self.writer.finish()?);
        let datagram = self.buffers.take();
        let deadline = now + peer.retry.wait(0, 0);
        let id = self.insert(Waiting {
            address: peer.address,
            version: Version::V3,
            any_source: peer.any_source,
            any_community: false,
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
            v3: Some(Box::new(V3Exchange::new(Arc::clone(peer), pdu))),
        });
        self.by_request_id.insert(request_id, id.slot);
        self.deadlines.insert(deadline, id);
        self.to_send.push_back(id);
        if self.compose_v3(now, id.slot).is_err() {
            self.release(id.slot);
            return Err(StartError::TooLarge(crate::ber::TooLarge { limit: peer.limit() }));
        }
        Ok(id)
    }

    /// Makes the next datagram of an exchange over SNMPv3; of others it stays as it is.
    pub(super) fn compose_v3(&mut self, now: Instant, slot: u32) -> std::io::Result<()> {
        let msg_id = self.new_msg_id();
        let Some(Slot { state: State::Waiting(waiting), .. }) = self.slots.get_mut(slot as usize) else {
            return Ok(());
        };
        let Some(v3) = &mut waiting.v3 else { return Ok(()) };
        self.v3.salt = self.v3.salt.wrapping_add(1);
        v3.compose(now, msg_id, self.v3.salt, &mut self.writer, &mut waiting.datagram)?;
        v3.msg_ids.push(msg_id, v3.asking);
        self.v3.by_msg_id.insert(msg_id, slot);
        Ok(())
    }

    /// Whether an exchange of ours has sent a message with this msgID.
    pub(crate) fn waits_for(&self, msg_id: i32) -> bool {
        self.v3.by_msg_id.contains_key(&msg_id)
    }

    /// Takes in a message of SNMPv3 whose msgID may be one of ours. One that is not a response or Report changes
    /// nothing here, unless it is not authentic.
    pub(crate) fn respond_v3(
        &mut self,
        from: A,
        message: &V3Message<'_>,
        decoder: &mut Decoder,
        plain: &mut Vec<u8>,
    ) -> Result<ExchangeId, Dropped> {
        let now = message.now;
        let msg_id = message.message.header.msg_id;
        let slot = *self.v3.by_msg_id.get(&msg_id).ok_or(Dropped::UnknownRequest)?;
        let Some(Slot { generation, state: State::Waiting(waiting) }) = self.slots.get_mut(slot as usize)
        else {
            return Err(Dropped::UnknownRequest);
        };
        let id = ExchangeId { slot, generation: *generation };
        if waiting.address != from && !waiting.any_source {
            waiting.wrong_source = Some(from);
            return Err(Dropped::WrongSource(id));
        }
        let Some(v3) = waiting.v3.as_deref_mut() else { return Err(Dropped::UnknownRequest) };
        if let Err(rejection) = v3.process_incoming(message, plain) {
            self.renew(now, slot, rejection);
            return Err(Dropped::Rejected(id, rejection));
        }
        let (scoped, anomalies) = message.scoped(decoder, plain).map_err(Dropped::malformed)?;
        if waiting.rules == Rules::Strict && !anomalies.is_conforming() {
            waiting.anomalies = waiting.anomalies.union(anomalies);
            return Err(Dropped::NotStrict(id, anomalies));
        }
        let verdict = match scoped.pdu.header.kind {
            PduKind::Report => v3.report(message, &scoped),
            PduKind::Response if v3.is_answer_to_question(message) => v3.discover(message),
            PduKind::Response => v3.respond(message, &scoped, waiting.request_id),
            _ => return Err(Dropped::UnknownPdu),
        };
        match verdict {
            Verdict::Respond => {
                let response = waiting.response(now, &scoped.pdu, anomalies);
                self.end(slot, Outcome::Response(response));
            }
            Verdict::Again => self.again(now, slot),
            Verdict::Refuse(report, value) => self.refuse(now, slot, report, value),
            Verdict::RefuseSoon(report, value) => self.refuse_soon(now, slot, report, value),
            Verdict::Reject(rejection) => {
                self.renew(now, slot, rejection);
                return Err(Dropped::Rejected(id, rejection));
            }
        }
        Ok(id)
    }

    /// Sends the request in its new shape, with all its attempts before it.
    fn again(&mut self, now: Instant, slot: u32) {
        if let Some(Slot { state: State::Waiting(Waiting { v3: Some(v3), .. }), .. }) =
            self.slots.get_mut(slot as usize)
        {
            v3.superseded = v3.msg_ids.len();
            v3.refused = false;
        }
        if let Err(error) = self.compose_v3(now, slot) {
            self.end(slot, Outcome::Unsent(error));
            return;
        }
        let Some(Slot { generation, state: State::Waiting(waiting) }) = self.slots.get_mut(slot as usize)
        else {
            return;
        };
        let id = ExchangeId { slot, generation: *generation };
        waiting.attempts = 1;
        waiting.deadline = now + waiting.retry.wait(0, 0);
        self.deadlines.renew(waiting.deadline, id);
        if !waiting.queued {
            waiting.queued = true;
            self.to_send.push_back(id);
        }
    }

    /// Asks the engine for its ID again, where something came that may be from what it has become.
    fn renew(&mut self, now: Instant, slot: u32, rejection: Rejection) {
        if !matches!(rejection, Rejection::TimeWindow | Rejection::EngineId | Rejection::Unauthenticated) {
            return;
        }
        if let Some(Slot { state: State::Waiting(Waiting { v3: Some(v3), .. }), .. }) =
            self.slots.get_mut(slot as usize)
            && v3.renewal == Renewal::None
            && !v3.asking
        {
            v3.renewal = Renewal::Asking;
            self.again(now, slot);
        }
    }

    fn refuse(&mut self, now: Instant, slot: u32, report: Report, value: u32) {
        let Some(Slot { state: State::Waiting(waiting), .. }) = self.slots.get_mut(slot as usize) else {
            return;
        };
        let elapsed = now.saturating_duration_since(waiting.started);
        let outcome = Outcome::Refused { report, value, attempts: waiting.attempts, elapsed };
        self.end(slot, outcome);
    }

    fn refuse_soon(&mut self, now: Instant, slot: u32, report: Report, value: u32) {
        let Some(Slot { generation, state: State::Waiting(waiting) }) = self.slots.get_mut(slot as usize)
        else {
            return;
        };
        let id = ExchangeId { slot, generation: *generation };
        if let Some(v3) = &mut waiting.v3 {
            v3.report = Some((report, value));
            v3.refused = true;
        }
        // Not again for every Report that says so.
        if now + REPORT_GRACE < waiting.deadline {
            waiting.deadline = now + REPORT_GRACE;
            self.deadlines.renew(waiting.deadline, id);
        }
    }

    /// A positive number that no message under way has.
    fn new_msg_id(&mut self) -> i32 {
        let mut id = (self.random.next_u32() >> 1) as i32;
        while id == 0 || self.v3.by_msg_id.contains_key(&id) {
            id = id.wrapping_add(1) & i32::MAX;
        }
        id
    }
}

/// The model of an engine that asks others. Whether a message is in time depends on what it is, and is asked later.
impl<A> SecurityModel for V3Exchange<A> {
    type Message<'m> = V3Message<'m>;
    type State<'s>
        = ()
    where
        A: 's;
    type Fault = Rejection;

    fn process_incoming(&self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<(), Rejection> {
        if !message.level.has_auth() {
            return Ok(());
        }
        if message.usm.user != self.peer.credentials.name() {
            return Err(Rejection::User);
        }
        let known = self.peer.authority();
        let authority = self.find(&known, message.usm.engine_id).ok_or(Rejection::EngineId)?;
        unprotect(message, &authority.keys, |_| true, plain).map_err(|report| match report {
            Report::WrongDigest => Rejection::Digest,
            Report::DecryptionError => Rejection::Decryption,
            _ => Rejection::Level,
        })
    }
}

impl<A> V3Exchange<A> {
    /// The engine of this ID, if the exchange knows it.
    fn find<'e>(&'e self, known: &'e Option<Authority>, engine_id: &[u8]) -> Option<&'e Authority> {
        let is_it = |authority: &&Authority| authority.engine_id.as_bytes() == engine_id;
        self.trial.as_deref().filter(is_it).or(known.as_ref().filter(is_it))
    }

    /// A Response: believed when everything is as it was asked (RFC 3412 §7.2 (10) to (12)).
    fn respond(&mut self, message: &V3Message<'_>, scoped: &ScopedPduRef<'_>, request_id: i32) -> Verdict {
        let (usm, level) = (&message.usm, message.level);
        let credentials = &self.peer.credentials;
        if level != credentials.level() {
            return Verdict::Reject(Rejection::Level);
        }
        if usm.user != credentials.name() {
            return Verdict::Reject(Rejection::User);
        }
        let Some(engine_id) = self.find(&self.peer.authority(), usm.engine_id).map(|a| a.engine_id) else {
            return Verdict::Reject(Rejection::EngineId);
        };
        let context = match self.peer.context_engine_id.as_deref().copied() {
            Some(asked) if asked != EngineId::LOCAL => scoped.context_engine_id == asked.as_bytes(),
            // An engine that is asked for itself may answer with its name (RFC 5343).
            Some(asked) => [asked, engine_id].iter().any(|id| id.as_bytes() == scoped.context_engine_id),
            None => scoped.context_engine_id == engine_id.as_bytes(),
        };
        if !context || scoped.context_name != self.peer.context_name {
            return Verdict::Reject(Rejection::Context);
        }
        if scoped.pdu.header.request_id != request_id {
            return Verdict::Reject(Rejection::RequestId);
        }
        if level.has_auth() {
            let renewed = self.is_renewed(message);
            let accept = |clock: &mut RemoteClock, boots, time, now| match renewed {
                true => clock.set(boots, time, now),
                false => clock.accept(boots, time, now),
            };
            if !self.prove(message, accept) {
                return Verdict::Reject(Rejection::TimeWindow);
            }
        } else {
            self.adopt(usm.engine_id);
        }
        self.peer.doubt(false);
        Verdict::Respond
    }

    fn report(&mut self, message: &V3Message<'_>, scoped: &ScopedPduRef<'_>) -> Verdict {
        let attempt = self.msg_ids.find(message.message.header.msg_id);
        let Some((_, attempt)) = attempt.filter(|(place, _)| *place >= self.superseded) else {
            return Verdict::Reject(Rejection::Superseded);
        };
        // The answer to the question is what msgAuthoritativeEngineID says, whatever is reported (RFC 3414 §4).
        if attempt.is_question && self.peer.engine_id_of(message.usm.engine_id).is_some() {
            return self.discover(message);
        }
        let level = message.level;
        let first = scoped.pdu.varbinds.iter().next();
        let report = first.map_or(Report::Other, |varbind| Report::from_oid(varbind.name));
        let value = match first.map(|varbind| varbind.value) {
            Some(ValueRef::Counter32(value)) => value.0,
            _ => 0,
        };
        // A user without keys has no better word than this.
        let trusted = level.has_auth() || !self.peer.credentials.level().has_auth();
        match report {
            Report::UnknownEngineId if !self.discovered => self.discover(message),
            Report::NotInTimeWindow if level.has_auth() => {
                self.prove(message, RemoteClock::set);
                if std::mem::replace(&mut self.resynchronised, true) {
                    return Verdict::Refuse(report, value);
                }
                Verdict::Again
            }
            Report::NotInTimeWindow if !trusted => {
                if self.guess_again(message) {
                    return Verdict::Again;
                }
                // Nobody vouches for it: it must not move the clock. Should nothing else come, it is told.
                self.report = Some((report, value));
                Verdict::Reject(Rejection::Unauthenticated)
            }
            report if trusted => Verdict::Refuse(report, value),
            report => Verdict::RefuseSoon(report, value),
        }
    }

    /// Takes the engine ID of a Report for a try.
    fn discover(&mut self, message: &V3Message<'_>) -> Verdict {
        let usm = &message.usm;
        let Some(engine_id) = self.peer.engine_id_of(usm.engine_id) else {
            return Verdict::Reject(Rejection::IllegalEngineId);
        };
        if self.peer.known.as_deref().is_some_and(|known| *known != engine_id) {
            return Verdict::RefuseSoon(Report::UnknownEngineId, 0);
        }
        let clock = RemoteClock::guess(usm.boots, usm.time, message.now);
        let in_use = self.peer.authority().as_ref().filter(|known| known.engine_id == engine_id).cloned();
        let renews = self.renewal == Renewal::Asking;
        match in_use {
            // It denies the ID that it has.
            Some(_) if !self.is_answer_to_question(message) => {
                return Verdict::RefuseSoon(Report::UnknownEngineId, 0);
            }
            Some(known) if renews => self.trial = Some(Box::new(Authority { clock, ..known })),
            // Meanwhile another exchange has met the engine.
            Some(_) => {}
            None => self.trial = Some(Box::new(self.peer.meet(engine_id, clock))),
        }
        if renews {
            self.renewal = Renewal::Done;
        }
        self.discovered = true;
        Verdict::Again
    }

    /// Whether a message carries the msgID of a question for the engine ID that still counts.
    fn is_answer_to_question(&self, message: &V3Message<'_>) -> bool {
        let attempt = self.msg_ids.find(message.message.header.msg_id);
        attempt.is_some_and(|(place, attempt)| attempt.is_question && place >= self.superseded)
    }

    /// Whether an authentic message answers a request that went out after the engine was asked for its ID again.
    fn is_renewed(&self, message: &V3Message<'_>) -> bool {
        self.renewal == Renewal::Done
            && self.trial.as_ref().is_some_and(|trial| trial.engine_id.as_bytes() == message.usm.engine_id)
            && self
                .msg_ids
                .find(message.message.header.msg_id)
                .is_some_and(|(place, attempt)| place >= self.superseded && !attempt.is_question)
    }

    /// Takes the clock of an unauthenticated Report instead of another one that nobody has vouched for. RFC 3414
    /// §3.2 (7a) has this Report authenticated; there are agents that send it plain, and a guess for a guess gives nothing
    /// away.
    fn guess_again(&mut self, message: &V3Message<'_>) -> bool {
        let usm = &message.usm;
        let is_guess = |authority: &&mut Authority| {
            authority.engine_id.as_bytes() == usm.engine_id && !authority.clock.is_proven()
        };
        let mut known = self.peer.authority();
        let guess = match self.trial.as_deref_mut() {
            Some(trial) => Some(trial).filter(is_guess),
            None => known.as_mut().filter(is_guess),
        };
        let Some(authority) = guess.filter(|_| !self.guessed_again) else { return false };
        authority.clock = RemoteClock::guess(usm.boots, usm.time, message.now);
        self.guessed_again = true;
        true
    }

    /// Lets an authenticated message at the clock of its engine, which it proves to exist.
    fn prove(
        &mut self,
        message: &V3Message<'_>,
        clock: impl FnOnce(&mut RemoteClock, u32, u32, Instant) -> bool,
    ) -> bool {
        let usm = &message.usm;
        self.adopt(usm.engine_id);
        let mut known = self.peer.authority();
        match known.as_mut().filter(|authority| authority.engine_id.as_bytes() == usm.engine_id) {
            Some(authority) => clock(&mut authority.clock, usm.boots, usm.time, message.now),
            None => false,
        }
    }

    /// Makes the engine that was tried the peer's, if it is this one.
    fn adopt(&mut self, engine_id: &[u8]) {
        if let Some(trial) = self.trial.take_if(|trial| trial.engine_id.as_bytes() == engine_id) {
            let mut known = self.peer.authority();
            // Another exchange may have been faster; its clock is proven already.
            if known.as_ref().is_none_or(|known| known.engine_id != trial.engine_id) {
                *known = Some(*trial);
            }
        }
    }
}
