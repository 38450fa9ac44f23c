//! From messages to responses (RFC 3413 §3.2, RFC 3584 §4.2.2).

use std::task::Poll;
use std::time::Instant;

use super::arrival::Arrival;
use super::dropped::Dropped;
use super::exchange::Exchange;
use super::reply::{Answer, Envelope, Reply};
use super::responder::Responder;
use super::standard::AuthenticationFailure;
use crate::access::{Model, Principal, Refusal, ViewType};
use crate::ber::TooLarge;
#[cfg(feature = "usm")]
use crate::engine::Report;
use crate::engine::count;
use crate::entity::{
    Failure, Progress, Query, Recipient, Request, Retrieval, Set, Step, Transaction, Work, late,
};
use crate::message::{Body, ErrorStatus, PduKind, Version};
use crate::net;
use crate::originator::TargetTables;
use crate::security::{CommunityState, SecurityModel, UnknownCommunity};
use crate::value::ValueRef;

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
        count(&self.counters.in_pkts);
        self.accept(arrival, exchange, Patience::None)?;
        exchange.response()
    }

    /// Answers one datagram, unless something has to be waited for.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn begin<'x>(&self, arrival: Arrival<'_>, exchange: &'x mut Exchange) -> Result<Step<'x>, Dropped> {
        count(&self.counters.in_pkts);
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
        self.proceed(transaction, progress, now, exchange)
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
        self.proceed(transaction, progress, now, exchange)
    }

    /// Waits for a request, however long it takes, and answers; `clock` says what time it is then.
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
                Step::Wait(again) => transaction = again,
            }
        }
    }

    /// Decodes, authenticates and authorises a request, and does what it asks for. The response is in `exchange`, unless
    /// the request has to wait.
    fn accept(
        &self,
        arrival: Arrival<'_>,
        exchange: &mut Exchange,
        patience: Patience,
    ) -> Result<Option<Transaction>, Dropped> {
        exchange.failure = None;
        #[cfg(feature = "usm")]
        if let Some(authority) = self.authority()
            && crate::message::is_v3(arrival.octets)
        {
            return self.accept_v3(authority, arrival, exchange, patience);
        }
        let Exchange { decoder, writer, plain, retrieval, failure } = exchange;
        let message = match decoder.decode(arrival.octets) {
            Ok(decoded) => decoded.message,
            Err(error) => return Err(self.malformed(error)),
        };
        // The tables of this moment have what the member borrows.
        let table = self.community_table.as_ref().map(|targets| targets.tables());
        let accepted = match (&self.community_lookup, &table) {
            (Some(lookup), _) => lookup
                .find(message.community, arrival.origin)
                .map(|known| (known.security_name, known.context))
                .ok_or(UnknownCommunity),
            (None, Some(table)) => self.member_of(table, message.community, &arrival),
            (None, None) => self
                .communities
                .process_incoming(&message, plain)
                .map(|member| (member.security_name.as_slice(), member.context.as_slice())),
        };
        let (security_name, context) = accepted.map_err(|UnknownCommunity| {
            *failure = Some(AuthenticationFailure::Community);
            self.refuse(&self.counters.bad_community_names, Dropped::UnknownCommunity)
        })?;
        let Body::Pdu(pdu) = message.body else {
            return Err(self.refuse(&self.counters.unknown_pdus, Dropped::NotARequest));
        };
        let v1 = message.version == Version::V1;
        if v1 && pdu.varbinds.iter().any(|varbind| matches!(varbind.value, ValueRef::Counter64(_))) {
            return Err(self.refuse(&self.counters.asn_parse_errs, Dropped::Counter64InV1));
        }
        let envelope = CommunityState { version: message.version, community: message.community };
        let mut reply =
            Reply { writer, envelope: Envelope::Community(envelope), request: &pdu, limit: self.max_message };
        let Some(kind) = view_type(pdu.header.kind) else {
            return Err(self.refuse(&self.counters.unknown_pdus, Dropped::NotARequest));
        };
        let model = if v1 { Model::V1 } else { Model::V2C };
        let who = Principal::new(model, security_name).context(context).origin(arrival.origin);
        match self.access().view(&who, context, kind) {
            Ok(view) => {
                let request = Request { pdu: &pdu, view: &view, who: &who };
                let recipient = || Recipient::Community(message.community.to_vec());
                self.perform(&request, &mut reply, retrieval, patience, recipient)
            }
            Err(Refusal::NoSuchContext) => {
                #[cfg(feature = "usm")]
                self.counters.reports().count(Report::UnknownContext);
                Err(Dropped::UnknownContext)
            }
            Err(_) => {
                count(&self.counters.bad_community_uses);
                self.unauthorized(&mut reply).map(|()| None)
            }
        }
    }

    /// Security name and context of a community by snmpCommunityTable (RFC 3584 §5.2.1). A row for the context of another
    /// engine is of no use here, where nothing is forwarded.
    fn member_of<'t>(
        &self,
        table: &'t TargetTables,
        community: &[u8],
        arrival: &Arrival<'_>,
    ) -> Result<(&'t [u8], &'t [u8]), UnknownCommunity> {
        let origin = arrival.origin.map(|origin| -> &dyn std::any::Any { origin });
        let peer = origin.and_then(|origin| origin.downcast_ref::<net::Origin>()).map(net::Origin::peer);
        let entry = table.find_community_from(community, peer).ok_or(UnknownCommunity)?;
        let engine_id = entry.context_engine_id.as_slice();
        #[cfg(feature = "usm")]
        let is_own = self.engine_id().is_some_and(|own| own.as_bytes() == engine_id);
        #[cfg(not(feature = "usm"))]
        let is_own = false;
        if engine_id.is_empty() || is_own {
            Ok((&entry.security_name, &entry.context_name))
        } else {
            Err(UnknownCommunity)
        }
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
            _ => return Err(self.refuse(&self.counters.unknown_pdus, Dropped::NotARequest)),
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
        };
        let answer = outcome.map(|()| retrieval.as_mut().map_or(Answer::Echo, Answer::Found));
        #[cfg(feature = "usm")]
        let users = self.authority().map(|authority| authority.users());
        let users = KnownUsers {
            #[cfg(feature = "usm")]
            users: users.as_deref(),
            of: std::marker::PhantomData,
        };
        let (envelope, limit) = self.envelope(&transaction, users, now)?;
        let request = transaction.pdu();
        let mut reply = Reply { writer: &mut exchange.writer, envelope, request: &request, limit };
        self.answer(answer, &mut reply)?;
        exchange.response().map(Step::Response)
    }

    /// What the response to a request that has waited goes into, and how long it may be.
    fn envelope<'t>(
        &'t self,
        transaction: &'t Transaction,
        users: KnownUsers<'t>,
        now: Instant,
    ) -> Result<(Envelope<'t>, usize), Dropped> {
        match transaction.recipient() {
            Recipient::Community(community) => {
                let _ = (now, users);
                let version = transaction.principal().version;
                Ok((Envelope::Community(CommunityState { version, community }), self.max_message))
            }
            #[cfg(feature = "usm")]
            Recipient::User { msg_id, context_engine_id, limit } => {
                let principal = transaction.principal();
                let authority = self.authority().map(|authority| &**authority).ok_or(Dropped::NotARequest)?;
                let state = users
                    .users
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
    fn written(&self, written: Result<(), TooLarge>, reply: &mut Reply<'_, '_>) -> Result<(), Dropped> {
        if written.or_else(|_| reply.too_big()).is_err() {
            let limit = reply.limit;
            return Err(self.refuse(&self.counters.silent_drops, Dropped::Silent { limit }));
        }
        count(&self.counters.out_pkts);
        Ok(())
    }
}

/// The users of the moment; nobody without SNMPv3.
#[derive(Clone, Copy)]
struct KnownUsers<'t> {
    #[cfg(feature = "usm")]
    users: Option<&'t crate::security::Users<()>>,
    of: std::marker::PhantomData<&'t ()>,
}

/// Whether a request may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
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
