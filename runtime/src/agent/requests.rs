//! From messages to responses (RFC 3413 §3.2, RFC 3584 §4.2.2).

use std::task::Poll;
use std::time::Instant;

use super::answering::Answering;
use super::exchange::Exchange;
use super::reply::{Answer, Envelope, Reply};
use super::responder::Responder;
use super::standard::AuthenticationFailure;
use crate::access::ViewType;
use crate::ber::TooLarge;
use crate::dispatcher::{Arrival, Dispatched, Dispatcher, Nobody, count_dropped};
#[cfg(feature = "usm")]
use crate::engine::Report;
use crate::engine::{Dropped, count};
use crate::entity::{
    Failure, Progress, Query, Recipient, Request, Retrieval, Set, Step, Transaction, Work, late,
};
use crate::message::{ErrorStatus, PduKind};
use crate::net;
use crate::originator::TargetTables;
use crate::security::{CommunityState, UnknownCommunity};

impl Responder {
    /// Answers one datagram at once; the response lies in `exchange` until its next use.
    ///
    /// What would have to be waited for is genErr: see [`begin`](Self::begin). A SET waits for those that other threads
    /// are about.
    ///
    /// # Errors
    ///
    /// The datagram gets no answer. That is normal business on an open port, and has been counted.
    pub fn respond<'x>(&self, arrival: Arrival<'_>, exchange: &'x mut Exchange) -> Result<&'x [u8], Dropped> {
        self.accept(arrival, exchange, Patience::None)?;
        exchange.response()
    }

    /// Answers one datagram, unless something has to be waited for.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn begin<'x>(&self, arrival: Arrival<'_>, exchange: &'x mut Exchange) -> Result<Step<'x>, Dropped> {
        match self.accept(arrival, exchange, Patience::Any)? {
            Some(transaction) => Ok(Step::Wait(transaction)),
            None => exchange.response().map(Step::Response),
        }
    }

    /// Goes on with a request when it is [settled](Transaction::settled). It must be one that this responder has begun.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn resume<'x>(
        &self,
        mut transaction: Transaction,
        now: Instant,
        exchange: &'x mut Exchange,
    ) -> Result<Step<'x>, Dropped> {
        let progress = transaction.go_on();
        let step = self.proceed(transaction, progress, now, exchange);
        step.inspect_err(|dropped| count_dropped(&self.counters, dropped))
    }

    /// Ends a request whose time has run out, with genErr for the first variable that is missing. A SET that is half done
    /// is undone, for which it may have to wait again.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn expire<'x>(
        &self,
        mut transaction: Transaction,
        now: Instant,
        exchange: &'x mut Exchange,
    ) -> Result<Step<'x>, Dropped> {
        let progress = transaction.expire();
        let step = self.proceed(transaction, progress, now, exchange);
        step.inspect_err(|dropped| count_dropped(&self.counters, dropped))
    }

    /// Waits for a request, however long it takes, and answers; `clock` says what time it is then. The
    /// response is empty where nobody waits for one.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub async fn finish<'x>(
        &self,
        mut transaction: Transaction,
        clock: impl Fn() -> Instant,
        exchange: &'x mut Exchange,
    ) -> Result<&'x [u8], Dropped> {
        loop {
            transaction.settled().await;
            match self.resume(transaction, clock(), exchange)? {
                Step::Response(_) => return exchange.response(),
                Step::Nothing => return Ok(&[]),
                Step::Wait(again) => transaction = again,
            }
        }
    }

    /// Has a message dispatched to this responder only. The response is in `exchange`, unless the request has to wait.
    #[inline]
    fn accept(
        &self,
        arrival: Arrival<'_>,
        exchange: &mut Exchange,
        patience: Patience,
    ) -> Result<Option<Transaction>, Dropped> {
        let Exchange { buffers, retrieval, failure } = exchange;
        let mut dispatcher = Dispatcher {
            counters: &self.counters,
            #[cfg(feature = "usm")]
            engine: self.authority().map(|engine| &**engine),
            #[cfg(feature = "usm")]
            limit: self.max_message,
            responses: Nobody,
            requests: Answering { responder: self, retrieval, patience },
            notifications: Nobody,
        };
        let dispatched = dispatcher.dispatch(arrival, buffers);
        *failure = AuthenticationFailure::of(&dispatched);
        match dispatched? {
            Dispatched::Request(taken) => Ok(taken),
            Dispatched::Report(_) => Ok(None),
            Dispatched::Response(never) | Dispatched::Notification(never) => match never {},
        }
    }

    /// What a community stands for by snmpCommunityTable (RFC 3584 §5.2.1).
    pub(super) fn member_of<'t>(
        &self,
        table: &'t TargetTables,
        community: &[u8],
        arrival: &Arrival<'_>,
    ) -> Result<Named<'t>, UnknownCommunity> {
        let origin = arrival.origin.map(|origin| -> &dyn std::any::Any { origin });
        let peer = origin.and_then(|origin| origin.downcast_ref::<net::Origin>()).map(net::Origin::peer);
        let entry = table.find_community_from(community, peer).ok_or(UnknownCommunity)?;
        let engine_id = entry.context_engine_id.as_slice();
        #[cfg(feature = "usm")]
        let is_own = self.engine_id().is_some_and(|own| own.as_bytes() == engine_id);
        #[cfg(not(feature = "usm"))]
        let is_own = false;
        Ok(Named {
            security_name: &entry.security_name,
            context: &entry.context_name,
            elsewhere: Some(engine_id).filter(|_| !engine_id.is_empty() && !is_own),
        })
    }

    /// The agent's engine ID; empty if it has none.
    pub(super) fn own_id(&self) -> Vec<u8> {
        #[cfg(feature = "usm")]
        if let Some(own) = self.engine_id() {
            return own.as_bytes().to_vec();
        }
        Vec::new()
    }

    /// Does what the request asks for and writes the response, unless it has to wait.
    pub(super) fn perform(
        &self,
        request: &Request<'_>,
        reply: &mut Reply<'_, '_>,
        retrieval: &mut Retrieval,
        patience: Patience,
        recipient: impl FnOnce() -> Recipient,
    ) -> Result<Option<Transaction>, Dropped> {
        let handlers = self.handlers(&request.who.context_name);
        let query = request.query(&handlers);
        let header = &request.pdu.header;
        let names = request.pdu.varbinds.iter().map(|varbind| varbind.name);
        let progress = match header.kind {
            PduKind::Get => retrieval.get(&query, names),
            PduKind::GetNext => retrieval.get_next(&query, names),
            PduKind::GetBulk => {
                let (single, repetitions) = (header.non_repeaters(), header.max_repetitions());
                retrieval.get_bulk(&query, names, single, repetitions, reply.budget())
            }
            PduKind::Set => {
                return match self.set(&query, reply, patience)? {
                    Some(set) => {
                        let work = Work::Set(set);
                        Ok(Some(Transaction::new(request, handlers.clone(), recipient(), work)))
                    }
                    None => Ok(None),
                };
            }
            _ => return Err(Dropped::UnknownPdu),
        };
        let outcome = match (progress, patience) {
            (Progress::Done(outcome), _) => outcome,
            (Progress::Waiting, Patience::None) => Err(late(retrieval)),
            (Progress::Waiting, Patience::Any) => {
                let work = Work::Retrieval(std::mem::take(retrieval));
                return Ok(Some(Transaction::new(request, handlers.clone(), recipient(), work)));
            }
        };
        self.answer(outcome.map(|()| Answer::Found(retrieval)), reply).map(|()| None)
    }

    /// Makes the changes of a SET and writes the response, unless it has to wait.
    fn set(
        &self,
        query: &Query<'_>,
        reply: &mut Reply<'_, '_>,
        patience: Patience,
    ) -> Result<Option<Set>, Dropped> {
        let varbinds = &reply.request.varbinds;
        // Before anything is changed: the answer must fit, with the largest index it may have.
        let largest = Failure::at(ErrorStatus::INCONSISTENT_NAME, varbinds.len().saturating_sub(1));
        if reply.fail(largest).is_err() {
            return self.answer(Ok(Answer::TooBig), reply).map(|()| None);
        }
        let changes = varbinds.iter().map(|varbind| varbind.to_varbind());
        let mut set = Set::new(query, changes, self.turns().queue_up());
        if patience == Patience::None && !set.block() {
            set.expire();
        }
        loop {
            match set.advance(query) {
                Poll::Ready(outcome) => {
                    return self.answer(outcome.map(|()| Answer::Echo), reply).map(|()| None);
                }
                Poll::Pending if patience == Patience::Any => return Ok(Some(set)),
                Poll::Pending => set.expire(),
            }
        }
    }

    /// Answers a request that has waited, unless it has to wait again.
    fn proceed<'x>(
        &self,
        mut transaction: Transaction,
        progress: Progress,
        now: Instant,
        exchange: &'x mut Exchange,
    ) -> Result<Step<'x>, Dropped> {
        let Progress::Done(outcome) = progress else { return Ok(Step::Wait(transaction)) };
        let mut retrieval = match transaction.work() {
            Work::Retrieval(retrieval) => Some(std::mem::take(retrieval)),
            Work::Set(_) => None,
            Work::Forward(forward) => {
                let outcome = forward.take();
                return self.passed_on(&transaction, outcome, now, exchange);
            }
        };
        let answer = outcome.map(|()| retrieval.as_mut().map_or(Answer::Echo, Answer::Found));
        #[cfg(feature = "usm")]
        let users = self.authority().map(|authority| authority.users());
        #[cfg(feature = "usm")]
        let (envelope, limit) = self.envelope(&transaction, users.as_deref(), now)?;
        #[cfg(not(feature = "usm"))]
        let (envelope, limit) = self.envelope(&transaction, now)?;
        let request = transaction.pdu();
        let mut reply = Reply { writer: &mut exchange.buffers.writer, envelope, request: &request, limit };
        self.answer(answer, &mut reply)?;
        exchange.response().map(Step::Response)
    }

    /// What the response to a request that has waited goes into, and how long it may be.
    pub(super) fn envelope<'t>(
        &'t self,
        transaction: &'t Transaction,
        #[cfg(feature = "usm")] users: Option<&'t crate::security::Users>,
        now: Instant,
    ) -> Result<(Envelope<'t>, usize), Dropped> {
        match transaction.recipient() {
            Recipient::Community(community) => {
                let _ = now;
                let version = transaction.principal().version;
                Ok((Envelope::Community(CommunityState { version, community }), self.max_message))
            }
            Recipient::Nobody => Err(Dropped::NotForwarded),
            #[cfg(feature = "usm")]
            Recipient::User { msg_id, context_engine_id, limit } => {
                let principal = transaction.principal();
                let authority = self.authority().map(|authority| &**authority).ok_or(Dropped::UnknownPdu)?;
                let state = users
                    .and_then(|users| {
                        authority.state_for(users, &principal.security_name, transaction.level(), now)
                    })
                    .ok_or(Dropped::Reported(Report::UnknownUser))?;
                let answer = crate::security::UsmHeader {
                    msg_id: *msg_id,
                    reportable: false,
                    context_engine_id,
                    context_name: &principal.context_name,
                };
                Ok((Envelope::V3(state, answer), *limit))
            }
        }
    }

    /// Writes a response.
    fn answer(&self, outcome: Result<Answer<'_>, Failure>, reply: &mut Reply<'_, '_>) -> Result<(), Dropped> {
        let written = match outcome {
            Ok(answer) => reply.write(answer),
            Err(failure) if failure.is_silent => return Err(Dropped::Withheld),
            Err(failure) if failure.status == ErrorStatus::TOO_BIG => reply.too_big(),
            Err(failure) => reply.fail(if reply.is_v1() { failure.in_v1() } else { failure }),
        };
        self.written(written, reply)
    }

    /// Answers a request that nobody may make (RFC 3413 §3.2).
    pub(super) fn unauthorized(&self, reply: &mut Reply<'_, '_>) -> Result<(), Dropped> {
        // SNMPv1 has no error without a variable: the first is at fault.
        let failure = if reply.is_v1() {
            Failure::at(ErrorStatus::AUTHORIZATION_ERROR, 0)
        } else {
            Failure::of_request(ErrorStatus::AUTHORIZATION_ERROR)
        };
        self.answer(Err(failure), reply)
    }

    /// Ends a request whose response has been written, or does not fit.
    pub(super) fn written(
        &self,
        written: Result<(), TooLarge>,
        reply: &mut Reply<'_, '_>,
    ) -> Result<(), Dropped> {
        if written.or_else(|_| reply.too_big()).is_err() {
            let limit = reply.limit;
            return Err(Dropped::Silent { limit });
        }
        count(&self.counters.out_pkts);
        Ok(())
    }
}

/// What a community stands for.
pub(super) struct Named<'t> {
    pub(super) security_name: &'t [u8],
    pub(super) context: &'t [u8],
    /// The engine that has the context, if it is another one.
    pub(super) elsewhere: Option<&'t [u8]>,
}

/// Whether a request may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    None,
    Any,
}

/// What a request needs a view for; `None` for a PDU that is not a request.
pub(super) fn view_type(kind: PduKind) -> Option<ViewType> {
    match kind {
        PduKind::Get | PduKind::GetNext | PduKind::GetBulk => Some(ViewType::Read),
        PduKind::Set => Some(ViewType::Write),
        _ => None,
    }
}
