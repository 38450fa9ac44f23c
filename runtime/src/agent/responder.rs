//! The agent without sockets: a datagram in, a datagram out (RFC 3413 §3.2, RFC 3584 §4.2.2).

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::{collections::BTreeMap, fmt};

use super::community::{Community, CommunityMember};
use super::cursor::Handlers;
use super::failure::Failure;
use super::provider::{Provider, ReadError};
use super::retrieve::{self, Access};
use super::set;
use super::standard::AuthenticationFailure;
use super::waits::{Step, Waiting, Waits};
use crate::access::{AccessControl, Model, Origin, Principal, Refusal, Vacm, View, ViewType};
use crate::ber::{self, ErrorKind, MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Counters, Report, count};
use crate::message::{Body, Decoder, ErrorStatus, PduHeader, PduKind, PduRef, Version};
use crate::oid::{Oid, OidRef};
use crate::registry::{Owner, Registration, SharedRegistry};
use crate::security::{Communities, CommunityState, Protect, SecurityModel, UnknownCommunity};
#[cfg(feature = "usm")]
use crate::security::{UsmHeader, UsmState};
use crate::value::{Value, ValueRef, VarBind};

/// Smallest limit on responses: every entity accepts messages of this size (RFC 3417 §3.2.1).
pub const MIN_MESSAGE: usize = 484;

/// Answers requests from what is registered. It holds no socket. It reads the clock only for SNMPv3, unless the
/// [`Exchange`] says what time it is.
///
/// All methods take `&self`: requests can be answered from several threads while providers come and go. A request
/// sees what was registered when the request began.
pub struct Responder {
    communities: Communities<CommunityMember>,
    /// Has what communities and users may do.
    vacm: Arc<Vacm>,
    /// Whom requests are decided by: the same, unless the application has its own.
    access: Arc<dyn AccessControl>,
    registry: SharedRegistry<Arc<dyn Provider>>,
    counters: Arc<Counters>,
    max_message: usize,
    #[cfg(feature = "usm")]
    authority: Option<Arc<crate::security::Authority<()>>>,
}

/// Why a datagram gets no answer. Each is counted, see [`Counters`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// It is no SNMP message.
    #[error("not an SNMP message: {0}")]
    Malformed(ber::Error),
    /// It has a version that is not served; SNMPv3 is served only if there are users.
    #[error("message version {0} is not served; 0 (SNMPv1) and 1 (SNMPv2c) are, and 3 with users")]
    UnknownVersion(i32),
    /// Its community is none of the agent's.
    #[error("unknown community")]
    UnknownCommunity,
    /// An SNMPv1 request with a Counter64 in it, which SNMPv1 does not have (RFC 3584 §4.2.2.1).
    #[error("an SNMPv1 request contains a Counter64")]
    Counter64InV1,
    /// The context that its community stands for is not known.
    #[error("the context of the community is not known")]
    UnknownContext,
    /// Its PDU is not a request.
    #[error("an agent does not answer this PDU")]
    NotARequest,
    /// SNMPv3 with a security model other than the user-based one; no Report answers that.
    #[error("unknown security model {0}")]
    SecurityModel(i32),
    /// SNMPv3 with flags for privacy without authentication.
    #[error("privacy without authentication")]
    InvalidFlags,
    /// SNMPv3: this is wrong with it, and its sender is not to be told.
    #[error("{}", .0.counter())]
    Reported(Report),
    /// Not even the answer tooBig fits the limit on messages.
    #[error("no answer fits the message size limit of {limit} octets")]
    Silent {
        /// The limit.
        limit: usize,
    },
}

impl Dropped {
    pub(super) fn malformed(error: ber::Error) -> Self {
        match error.kind {
            ErrorKind::Version(version) => Self::UnknownVersion(version),
            _ => Self::Malformed(error),
        }
    }
}

/// Buffers of one socket, used again for each datagram.
#[derive(Debug, Default)]
pub struct Exchange {
    pub(super) decoder: Decoder,
    pub(super) writer: Writer,
    /// A decrypted message.
    pub(super) plain: Vec<u8>,
    pub(super) origin: Option<Arc<dyn Origin>>,
    /// What was not authentic about the last datagram.
    pub(super) failure: Option<AuthenticationFailure>,
    #[cfg(feature = "usm")]
    now: Option<std::time::Instant>,
}

impl Exchange {
    /// Takes this as the origin of the datagrams to come, for access control that looks at it.
    pub fn set_origin(&mut self, origin: Option<Arc<dyn Origin>>) {
        self.origin = origin;
    }

    /// What was not authentic about the last datagram, if anything: what authenticationFailure tells of.
    pub fn take_authentication_failure(&mut self) -> Option<AuthenticationFailure> {
        self.failure.take()
    }

    /// Takes this as the time of the datagrams to come, instead of what the system's clock says then.
    #[cfg(feature = "usm")]
    pub fn set_now(&mut self, now: std::time::Instant) {
        self.now = Some(now);
    }

    #[cfg(feature = "usm")]
    pub(super) fn now(&self) -> std::time::Instant {
        self.now.unwrap_or_else(std::time::Instant::now)
    }

    pub(super) fn response(&self) -> Result<&[u8], Dropped> {
        self.writer.finish().map_err(|TooLarge { limit }| Dropped::Silent { limit })
    }
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

    /// Makes it an engine of SNMPv3 as well, with these users. Its time begins to count now.
    ///
    /// # Errors
    ///
    /// The first user that cannot be worked with, such as for a passphrase that is too short.
    #[cfg(feature = "usm")]
    pub fn with_users(
        self,
        state: super::EngineState,
        now: std::time::Instant,
        accounts: impl IntoIterator<Item = super::Account>,
    ) -> Result<Self, crate::usm::UserError> {
        let accounts: Vec<super::Account> = accounts.into_iter().collect();
        let authority = super::v3::authority(state, now, &accounts)?;
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

    /// Gives the subtree at `root`, in the default context, to `provider`.
    ///
    /// What the application has registered before at the same root is replaced. Subtrees inside this one keep their own
    /// providers, and this one is carved out of those around it.
    pub fn register(&self, root: Oid, provider: Arc<dyn Provider>) {
        let registration = Registration::new(root, provider, Owner::APPLICATION);
        if let Err(error) = self.registry.edit(|registry| registry.replace(registration)) {
            tracing::error!(%error, "a provider is not registered");
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
    pub fn registry(&self) -> &SharedRegistry<Arc<dyn Provider>> {
        &self.registry
    }

    /// The value of a variable as the agent itself sees it: without community and view.
    ///
    /// # Errors
    ///
    /// What its provider reports.
    pub fn read(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        match self.handlers(b"").find(name) {
            Some(region) => region.handler().get(name),
            None => Ok(Value::NoSuchObject),
        }
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Answers one datagram at once; the response lies in `exchange` until its next use.
    ///
    /// Values that would have to be waited for are genErr: see [`begin`](Self::begin).
    ///
    /// # Errors
    ///
    /// The datagram gets no answer. That is normal business on an open port, and has been counted.
    pub fn respond<'x>(&self, datagram: &[u8], exchange: &'x mut Exchange) -> Result<&'x [u8], Dropped> {
        count(&self.counters.in_pkts);
        self.pass(datagram, exchange, &Waits::never())?;
        exchange.response()
    }

    /// Answers one datagram, unless values have to be waited for.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn begin<'x>(&self, datagram: &[u8], exchange: &'x mut Exchange) -> Result<Step<'x>, Dropped> {
        count(&self.counters.in_pkts);
        let waits = Waits::default();
        self.pass(datagram, exchange, &waits)?;
        if waits.is_settled() {
            exchange.response().map(Step::Response)
        } else {
            Ok(Step::Wait(Waiting::new(datagram, waits)))
        }
    }

    /// Writes the response into `exchange`, unless `waits` names what is missing.
    pub(super) fn pass(
        &self,
        datagram: &[u8],
        exchange: &mut Exchange,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        exchange.failure = None;
        #[cfg(feature = "usm")]
        if let Some(authority) = &self.authority
            && crate::message::is_v3(datagram)
        {
            return self.pass_v3(authority, datagram, exchange, waits);
        }
        let Exchange { decoder, writer, plain, origin, failure, .. } = exchange;
        let message = match decoder.decode(datagram) {
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
        let mut reply = Reply {
            writer,
            envelope: Envelope::Community(CommunityState {
                version: message.version,
                community: message.community,
            }),
            request: &pdu,
            limit: self.max_message,
        };
        let Some(kind) = view_type(pdu.header.kind) else {
            return Err(self.refuse(&self.counters.unknown_pdus, Dropped::NotARequest));
        };
        let model = if v1 { Model::V1 } else { Model::V2C };
        let CommunityMember { security_name, context } = member;
        let principal = Principal::new(model, security_name.as_slice())
            .context(context.as_slice())
            .origin(origin.clone());
        match self.access.view(&principal, context, kind) {
            Ok(view) => self.perform(Request { pdu: &pdu, view: &view, context, v1 }, &mut reply, waits),
            Err(Refusal::NoSuchContext) => {
                #[cfg(feature = "usm")]
                self.counters.reports().count(Report::UnknownContext);
                Err(Dropped::UnknownContext)
            }
            Err(_) => {
                count(&self.counters.bad_community_uses);
                self.unauthorized(&mut reply)
            }
        }
    }

    /// Does what the request asks for and writes the response, unless `waits` names what is missing.
    pub(super) fn perform(
        &self,
        request: Request<'_>,
        reply: &mut Reply<'_, '_>,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let Request { pdu, view, context, v1 } = request;
        let handlers = self.handlers(context);
        let access = Access { handlers: &handlers, view, v1, waits };
        let names = pdu.varbinds.iter().map(|varbind| varbind.name);
        let outcome = match pdu.header.kind {
            PduKind::Get => retrieve::get(access, names).map(Answer::Values),
            PduKind::GetNext => retrieve::get_next(access, names).map(Answer::Values),
            PduKind::GetBulk => {
                let header = &pdu.header;
                let budget = reply.budget();
                retrieve::get_bulk(access, names, header.non_repeaters(), header.max_repetitions(), budget)
                    .map(Answer::Prefix)
            }
            PduKind::Set => set(access, reply),
            _ => return Err(self.refuse(&self.counters.unknown_pdus, Dropped::NotARequest)),
        };
        if !waits.is_settled() {
            return Ok(());
        }
        let written = match outcome {
            Ok(answer) => reply.write(answer),
            Err(failure) => reply.fail(if v1 { failure.in_v1() } else { failure }),
        };
        self.written(written, reply)
    }

    /// Answers a request that nobody may make (RFC 3413 §3.2).
    pub(super) fn unauthorized(&self, reply: &mut Reply<'_, '_>) -> Result<(), Dropped> {
        let failure = match reply.envelope {
            // SNMPv1 has no error without a variable: the first is at fault.
            Envelope::Community(CommunityState { version: Version::V1, .. }) => {
                Failure::at(ErrorStatus::AUTHORIZATION_ERROR, 0).in_v1()
            }
            _ => Failure::of_request(ErrorStatus::AUTHORIZATION_ERROR),
        };
        let written = reply.fail(failure);
        self.written(written, reply)
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

fn set(access: Access<'_>, reply: &mut Reply<'_, '_>) -> Result<Answer, Failure> {
    let varbinds = &reply.request.varbinds;
    // Before anything is changed: the answer must fit, with the largest index it may have.
    let largest = Failure { status: ErrorStatus::INCONSISTENT_NAME, index: varbinds.len() };
    if reply.fail(largest).is_err() {
        return Ok(Answer::TooBig);
    }
    let changes: Vec<VarBind> = varbinds.iter().map(|varbind| varbind.to_varbind()).collect();
    set::set(access.handlers, access.view, &changes).map(|()| Answer::Echo)
}

/// The varbinds of a response.
enum Answer {
    /// These, all or tooBig.
    Values(Vec<VarBind>),
    /// As many of these as fit.
    Prefix(Vec<VarBind>),
    /// Those of the request.
    Echo,
    /// None: they would not fit.
    TooBig,
}

/// A request, and what it may see or change.
pub(super) struct Request<'r> {
    pub(super) pdu: &'r PduRef<'r>,
    pub(super) view: &'r View,
    pub(super) context: &'r [u8],
    pub(super) v1: bool,
}

/// What a response goes into.
pub(super) enum Envelope<'m> {
    Community(CommunityState<'m>),
    #[cfg(feature = "usm")]
    V3(UsmState<'m>, UsmHeader<'m>),
}

/// Writes the response to one request.
pub(super) struct Reply<'w, 'm> {
    pub(super) writer: &'w mut Writer,
    pub(super) envelope: Envelope<'m>,
    pub(super) request: &'m PduRef<'m>,
    pub(super) limit: usize,
}

impl Reply<'_, '_> {
    /// Octets that the varbinds may take; a bit less than is possible.
    fn budget(&self) -> usize {
        let overhead = match &self.envelope {
            Envelope::Community(state) => state.overhead(&()),
            #[cfg(feature = "usm")]
            Envelope::V3(state, header) => state.overhead(header),
        };
        self.limit.saturating_sub(overhead)
    }

    fn write(&mut self, answer: Answer) -> Result<(), TooLarge> {
        let done = self.header(ErrorStatus::NO_ERROR, 0);
        match answer {
            Answer::Values(varbinds) => self.values(done, &varbinds),
            Answer::Prefix(mut varbinds) => loop {
                let written = self.values(done, &varbinds);
                if written.is_ok() || varbinds.pop().is_none() {
                    return written;
                }
            },
            Answer::Echo => self.echo(done),
            Answer::TooBig => Err(TooLarge { limit: self.limit }),
        }
    }

    /// An error-status with the varbinds of the request.
    pub(super) fn fail(&mut self, failure: Failure) -> Result<(), TooLarge> {
        self.echo(self.header(failure.status, failure.index))
    }

    /// tooBig: without varbinds in SNMPv2c (RFC 3416 §4.2.1), with those of the request in SNMPv1 (RFC 1157 §4.1.2).
    fn too_big(&mut self) -> Result<(), TooLarge> {
        let header = self.header(ErrorStatus::TOO_BIG, 0);
        match self.envelope {
            Envelope::Community(CommunityState { version: Version::V1, .. }) => self.echo(header),
            _ => self.values(header, &[]),
        }
    }

    fn header(&self, status: ErrorStatus, index: usize) -> PduHeader {
        // A message cannot hold more varbinds than an i32 counts.
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        PduHeader::response(self.request.header.request_id, status, index)
    }

    fn echo(&mut self, header: PduHeader) -> Result<(), TooLarge> {
        let varbinds = self.request.varbinds.as_bytes();
        self.message(|writer| {
            let mark = writer.mark();
            writer.octets(varbinds);
            header.wrap(writer, mark);
        })
    }

    fn values(&mut self, header: PduHeader, varbinds: &[VarBind]) -> Result<(), TooLarge> {
        self.message(|writer| header.write(writer, varbinds.iter().map(VarBind::as_ref)))
    }

    fn message(&mut self, pdu: impl FnOnce(&mut Writer)) -> Result<(), TooLarge> {
        self.writer.set_limit(self.limit);
        match &self.envelope {
            Envelope::Community(state) => state.generate(&(), self.writer, pdu),
            #[cfg(feature = "usm")]
            Envelope::V3(state, header) => state.generate(header, self.writer, pdu),
        }
    }
}
