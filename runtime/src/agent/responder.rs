//! The agent without sockets: a datagram in, a datagram out (RFC 3413 §3.2, RFC 3584 §4.2.2).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::task::Poll;
use std::time::Instant;

use super::arrival::Arrival;
use super::community::{Community, CommunityMember};
use super::dropped::Dropped;
use super::exchange::Exchange;
use super::reply::{Answer, Envelope, Reply};
use super::standard::AuthenticationFailure;
use crate::access::{AccessControl, Model, Principal, Refusal, Vacm, ViewType};
use crate::ber::{self, MAX_MESSAGE, TooLarge};
#[cfg(feature = "usm")]
use crate::engine::Report;
use crate::engine::{Counters, count};
use crate::entity::{
    Failure, Handler, Handlers, Progress, Query, ReadError, Recipient, Request, Retrieval, Set, Step,
    Transaction, Turns, Work, late, read_one,
};
use crate::message::{Body, ErrorStatus, PduKind, Version};
use crate::oid::{Oid, OidRef};
use crate::registry::{Owner, Registration, SharedRegistry};
use crate::security::{Communities, CommunityState, SecurityModel, UnknownCommunity};
use crate::value::{Value, ValueRef};

/// Smallest limit on responses: every entity accepts messages of this size (RFC 3417 §3.2.1).
pub const MIN_MESSAGE: usize = 484;

/// Answers requests from what is registered. It holds no socket and reads no clock.
///
/// All methods take `&self`: requests can be answered from several threads while providers come and go. A request
/// sees what was registered when the request began.
pub struct Responder {
    communities: Communities<CommunityMember>,
    /// Has what communities and users may do.
    vacm: Arc<Vacm>,
    /// Whom requests are decided by: the same, unless the application has its own.
    access: Arc<dyn AccessControl>,
    registry: SharedRegistry<Arc<dyn Handler>>,
    /// SETs are one after the other.
    turns: Arc<Turns>,
    counters: Arc<Counters>,
    max_message: usize,
    #[cfg(feature = "usm")]
    authority: Option<Arc<crate::security::Authority<()>>>,
}

impl Responder {
    /// A responder for these communities; of two with the same name, the later one counts.
    ///
    /// `max_message` is the largest response in octets; it is raised to [`MIN_MESSAGE`] and cut to what a UDP
    /// datagram can hold.
    #[must_use]
    pub fn new(communities: impl IntoIterator<Item = Community>, max_message: usize) -> Self {
        let communities: BTreeMap<Vec<u8>, Community> =
            communities.into_iter().map(|community| (community.name().to_vec(), community)).collect();
        let vacm = Arc::new(Vacm::new());
        let members = vacm.edit(|tables| {
            let numbered = communities.into_iter().zip(1..);
            numbered.map(|((name, community), number)| (name, community.fill(tables, number))).collect()
        });
        Self {
            communities: members,
            access: Arc::<Vacm>::clone(&vacm),
            vacm,
            registry: SharedRegistry::new(),
            turns: Arc::default(),
            counters: Arc::default(),
            max_message: max_message.clamp(MIN_MESSAGE, MAX_MESSAGE),
            #[cfg(feature = "usm")]
            authority: None,
        }
    }

    /// Lets `access` decide about requests. What communities and users of the responder may do is without meaning
    /// then: it only knows their security names.
    #[must_use]
    pub fn with_access_control(self, access: Arc<dyn AccessControl>) -> Self {
        Self { access, ..self }
    }

    /// The tables of what communities and users may do; they can be changed at any time.
    #[must_use]
    pub fn vacm(&self) -> &Arc<Vacm> {
        &self.vacm
    }

    /// Makes it an engine of SNMPv3 as well, with these users. Its time begins to count at `now`; `salt` is random: what
    /// encrypted messages are made different with begins there.
    ///
    /// # Errors
    ///
    /// The first user that cannot be worked with, such as for a passphrase that is too short.
    #[cfg(feature = "usm")]
    pub fn with_users(
        self,
        state: super::EngineState,
        now: Instant,
        salt: u64,
        accounts: impl IntoIterator<Item = super::Account>,
    ) -> Result<Self, crate::usm::UserError> {
        let accounts: Vec<super::Account> = accounts.into_iter().collect();
        let authority = super::v3::authority(state, now, salt, &accounts)?;
        self.vacm.edit(|tables| {
            for (account, number) in accounts.iter().zip(1..) {
                account.fill(tables, number);
            }
        });
        Ok(Self { authority: Some(Arc::new(authority)), ..self })
    }

    /// Saves the boots of the engine in `store` when its time runs out, after 68 years, which counts as a boot. Does
    /// nothing without [users](Self::with_users).
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn with_engine_store(mut self, store: Arc<dyn super::EngineStore>) -> Self {
        if let Some(authority) = self.authority.as_mut().and_then(Arc::get_mut) {
            authority.save_boots(crate::net::boots_keeper(*authority.engine_id(), store));
        }
        self
    }

    /// The agent's engine ID, if it speaks SNMPv3.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(&self) -> Option<crate::usm::EngineId> {
        self.authority.as_ref().map(|authority| *authority.engine_id())
    }

    #[cfg(feature = "usm")]
    pub(super) fn authority(&self) -> Option<&Arc<crate::security::Authority<()>>> {
        self.authority.as_ref()
    }

    /// What was wrong with messages of SNMPv3 so far, if the agent speaks it.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn report_counters(&self) -> Option<&super::ReportCounters> {
        self.authority.as_ref().map(|_| self.counters.reports())
    }

    /// Gives the subtree at `root`, in the default context, to `handler`.
    ///
    /// What the application has registered before at the same root is replaced. Subtrees inside this one keep their own
    /// handlers, and this one is carved out of those around it.
    pub fn register(&self, root: Oid, handler: Arc<dyn Handler>) {
        let registration = Registration::new(root, handler, Owner::APPLICATION);
        if let Err(error) = self.registry.edit(|registry| registry.replace(registration)) {
            tracing::error!(%error, "a handler is not registered");
        }
    }

    /// Takes back the subtree that the application has registered at `root`; the subtree around it is served there
    /// again. Returns whether there was one.
    pub fn withdraw(&self, root: &Oid) -> bool {
        let registration = Registration::new(root.clone(), (), Owner::APPLICATION);
        self.registry.edit(|registry| {
            let found = registry.find(&registration);
            found.and_then(|id| registry.withdraw(id)).is_some()
        })
    }

    /// All that is registered, for contexts, ranges, priorities and whole batches:
    /// [`edit`](SharedRegistry::edit) it. Requests see all changes of one edit at once.
    #[must_use]
    pub fn registry(&self) -> &SharedRegistry<Arc<dyn Handler>> {
        &self.registry
    }

    /// The value of a variable as the agent itself sees it: without community and view.
    ///
    /// # Errors
    ///
    /// What its handler reports.
    pub fn read(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let handlers = self.handlers(b"");
        read_one(&handlers, name)
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

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
        if let Some(authority) = &self.authority
            && crate::message::is_v3(arrival.octets)
        {
            return self.accept_v3(authority, arrival, exchange, patience);
        }
        let Exchange { decoder, writer, plain, retrieval, failure } = exchange;
        let message = match decoder.decode(arrival.octets) {
            Ok(decoded) => decoded.message,
            Err(error) => return Err(self.malformed(error)),
        };
        let accepted = self.communities.process_incoming(&message, plain);
        let member = accepted.map_err(|UnknownCommunity| {
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
        let CommunityMember { security_name, context } = member;
        let who = Principal::new(model, security_name.as_slice())
            .context(context.as_slice())
            .origin(arrival.origin);
        match self.access.view(&who, context, kind) {
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
        let largest = Failure { status: ErrorStatus::INCONSISTENT_NAME, index: varbinds.len() };
        if reply.fail(largest).is_err() {
            return self.answer(Ok(Answer::TooBig), reply).map(|()| None);
        }
        let changes = varbinds.iter().map(|varbind| varbind.to_varbind());
        let mut set = Set::new(query, changes, self.turns.queue_up());
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
        let (envelope, limit) = self.envelope(&transaction, now)?;
        let request = transaction.pdu();
        let mut reply = Reply { writer: &mut exchange.writer, envelope, request: &request, limit };
        self.answer(answer, &mut reply)?;
        exchange.response().map(Step::Response)
    }

    /// What the response to a request that has waited goes into, and how long it may be.
    fn envelope<'t>(
        &'t self,
        transaction: &'t Transaction,
        now: Instant,
    ) -> Result<(Envelope<'t>, usize), Dropped> {
        match transaction.recipient() {
            Recipient::Community(community) => {
                let _ = now;
                let version = transaction.principal().version;
                Ok((Envelope::Community(CommunityState { version, community }), self.max_message))
            }
            #[cfg(feature = "usm")]
            Recipient::User { msg_id, context_engine_id, limit } => {
                let principal = transaction.principal();
                let authority = self.authority.as_deref().ok_or(Dropped::NotARequest)?;
                let state = authority
                    .state_for(&principal.security_name, transaction.level(), now)
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

    /// Who answers in a context now; nothing is locked while handlers run, which may register others.
    fn handlers(&self, context: &[u8]) -> Handlers {
        self.registry.snapshot().context(context).cloned().unwrap_or_default()
    }

    #[cfg(feature = "usm")]
    pub(super) fn access(&self) -> &dyn AccessControl {
        &*self.access
    }

    #[cfg(feature = "usm")]
    pub(super) fn limit(&self) -> usize {
        self.max_message
    }

    fn malformed(&self, error: ber::Error) -> Dropped {
        self.counters.count_malformed(&error);
        Dropped::malformed(error)
    }

    fn refuse(&self, counter: &AtomicU32, reason: Dropped) -> Dropped {
        count(counter);
        reason
    }
}

/// Whether a request may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    None,
    Any,
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder")
            .field("communities", &self.communities)
            .field("registry", &self.registry)
            .field("max_message", &self.max_message)
            .finish_non_exhaustive()
    }
}

/// What a request needs a view for; `None` for a PDU that is not a request.
pub(super) fn view_type(kind: PduKind) -> Option<ViewType> {
    match kind {
        PduKind::Get | PduKind::GetNext | PduKind::GetBulk => Some(ViewType::Read),
        PduKind::Set => Some(ViewType::Write),
        _ => None,
    }
}
