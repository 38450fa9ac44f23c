//! All that a sub-agent wants of its master agent, over all its sessions, without the connection.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use mibc_runtime::logs;
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event as Notification;
use mibc_runtime::value::{TimeTicks, VarBind};

use super::error::{AskError, NotifyError};
use super::session::{Ended, Event, Identity, Session, to_ticks};
use crate::pdu::{
    Bindings, Body, Capabilities, Choice, CloseReason, Context, Pdu, Region, Register, Response, Status,
    Unregister,
};

/// How many answers are waited for at one time. Further requests wait until some have come.
const WINDOW: usize = 64;

/// Who is told of the end of something.
pub(super) type Done<T> = Box<dyn FnOnce(T) + Send>;

/// How long things may take, and how much may wait.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) ping: Duration,
    pub(super) patience: Duration,
    pub(super) notifications: usize,
    /// Seconds that registrations say.
    pub(super) region_timeout: u8,
}

/// A sub-agent without connection and clock.
pub(super) struct Core {
    identity: Identity,
    limits: Limits,
    session: Option<Session<Ask>>,
    regions: BTreeMap<Region, Standing>,
    /// Regions about which something is to be asked.
    unsettled: BTreeSet<Region>,
    capabilities: Vec<Capability>,
    /// Index values that it has, and keeps over sessions.
    indexes: Vec<(Context, VarBind)>,
    requests: VecDeque<Request>,
    notifications: VecDeque<Queued>,
    /// Notifications on their way.
    sent: usize,
    dropped: u64,
    last_ping: Option<Instant>,
}

/// Where a registration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    New,
    Asked,
    Registered,
    Refused(Status),
    /// It is to be taken back.
    Unwanted,
}

struct Capability {
    wanted: Capabilities,
    is_told: bool,
    is_unwanted: bool,
}

/// A question of the application.
struct Request {
    body: Body,
    done: Done<Result<Response, AskError>>,
}

struct Queued {
    event: Notification,
    made: Instant,
    done: Option<Done<Result<(), NotifyError>>>,
}

/// What was asked.
enum Ask {
    Register(Region),
    Unregister,
    Ping,
    Capabilities(Oid),
    Again(VarBind),
    Request(Request),
    Notify(Queued),
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ask")
    }
}

impl Core {
    pub(super) fn new(identity: Identity, limits: Limits) -> Self {
        Self {
            identity,
            limits,
            session: None,
            regions: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            capabilities: Vec::new(),
            indexes: Vec::new(),
            requests: VecDeque::new(),
            notifications: VecDeque::new(),
            sent: 0,
            dropped: 0,
            last_ping: None,
        }
    }

    /// There is a connection: a session is asked for.
    pub(super) fn connected(&mut self, now: Instant) {
        self.disconnected();
        self.session = Some(Session::open(&self.identity, now, self.limits.patience));
    }

    /// The connection has ended. Unanswered requests are sent again in the next session.
    pub(super) fn disconnected(&mut self) {
        let Some(session) = self.session.take() else { return };
        let (mut requests, mut notifications) = (VecDeque::new(), VecDeque::new());
        for ask in session.into_asked() {
            match ask {
                Ask::Request(request) => requests.push_back(request),
                Ask::Notify(queued) => notifications.push_back(queued),
                _ => {}
            }
        }
        requests.append(&mut self.requests);
        notifications.append(&mut self.notifications);
        (self.requests, self.notifications, self.sent) = (requests, notifications, 0);
        self.regions.retain(|_, standing| *standing != Standing::Unwanted);
        for standing in self.regions.values_mut() {
            *standing = Standing::New;
        }
        self.unsettled = self.regions.keys().cloned().collect();
        self.capabilities.retain_mut(|capability| {
            capability.is_told = false;
            !capability.is_unwanted
        });
    }

    pub(super) fn is_open(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_open)
    }

    /// What is to be sent.
    pub(super) fn take_out(&mut self, out: &mut Vec<u8>) {
        if let Some(session) = &mut self.session {
            out.append(session.out());
        }
    }

    pub(super) fn push(&mut self, octets: &[u8]) {
        if let Some(session) = &mut self.session {
            session.push(octets);
        }
    }

    /// What the master agent asks for an SNMP request, once for each request.
    ///
    /// # Errors
    ///
    /// The session is over.
    pub(super) fn next_request(&mut self, now: Instant) -> Result<Option<Pdu>, Ended> {
        loop {
            let Some(session) = &mut self.session else { return Ok(None) };
            match session.next_event(now)? {
                None => return Ok(None),
                Some(Event::Request(pdu)) => return Ok(Some(pdu)),
                Some(Event::Answer(ask, response)) => self.answered(ask, response),
                Some(Event::Opened) => {
                    self.last_ping = Some(now);
                    self.ask_again(now);
                }
            }
        }
    }

    /// When [`tick`](Self::tick) has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let session = self.session.as_ref()?;
        let ping = self.last_ping.filter(|_| session.is_open()).map(|last| last + self.limits.ping);
        [session.deadline(), ping].into_iter().flatten().min()
    }

    /// Time has passed.
    ///
    /// # Errors
    ///
    /// The session is over.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), Ended> {
        let Some(session) = &mut self.session else { return Ok(()) };
        session.late(now)?;
        if session.is_open() && self.last_ping.is_some_and(|last| last + self.limits.ping <= now) {
            self.last_ping = Some(now);
            session.ask(&Body::Ping(None), Ask::Ping, now);
            // What another one has had registered may be free by now.
            let refused =
                self.regions.iter().filter(|(_, standing)| matches!(standing, Standing::Refused(_)));
            self.unsettled.extend(refused.map(|(region, _)| region.clone()));
        }
        Ok(())
    }

    /// Asks for all that is wanted, as far as there is room.
    pub(super) fn pump(&mut self, now: Instant) {
        let Some(session) = self.session.as_mut().filter(|session| session.is_open()) else { return };
        while session.asked() < WINDOW
            && let Some(region) = self.unsettled.pop_first()
        {
            let Some(standing) = self.regions.get_mut(&region) else { continue };
            if *standing == Standing::Unwanted {
                self.regions.remove(&region);
                session.ask(&Body::Unregister(Unregister { region }), Ask::Unregister, now);
                continue;
            }
            *standing = Standing::Asked;
            let register =
                Register { region: region.clone(), timeout: self.limits.region_timeout, is_instance: false };
            session.ask(&Body::Register(register), Ask::Register(region), now);
        }
        let mut told = Vec::new();
        for capability in &mut self.capabilities {
            if session.asked() >= WINDOW {
                break;
            }
            let Capabilities { context, id, .. } = &capability.wanted;
            if capability.is_unwanted {
                told.push(id.clone());
                let body = Body::RemoveAgentCaps(context.clone(), id.clone());
                session.ask(&body, Ask::Capabilities(id.clone()), now);
            } else if !capability.is_told {
                capability.is_told = true;
                session.ask(
                    &Body::AddAgentCaps(capability.wanted.clone()),
                    Ask::Capabilities(id.clone()),
                    now,
                );
            }
        }
        self.capabilities
            .retain(|capability| !capability.is_unwanted || !told.contains(&capability.wanted.id));
        while session.asked() < WINDOW
            && let Some(request) = self.requests.pop_front()
        {
            let body = request.body.clone();
            session.ask(&body, Ask::Request(request), now);
        }
        // Those that wait for their regions to be known would tell of variables that nobody can read.
        while session.asked() < WINDOW
            && let Some(queued) = self.notifications.pop_front()
        {
            let body = notify(&queued, session.up_time(now), now);
            if session.ask(&body, Ask::Notify(queued), now) {
                self.sent += 1;
            }
        }
    }

    /// The regions that are served now.
    pub(super) fn want_regions(&mut self, wanted: BTreeSet<Region>) {
        self.regions.retain(|region, standing| {
            if wanted.contains(region) || *standing == Standing::Unwanted {
                return true;
            }
            // The master agent need not be told of what it does not have.
            if matches!(standing, Standing::New | Standing::Refused(_)) {
                return false;
            }
            *standing = Standing::Unwanted;
            self.unsettled.insert(region.clone());
            true
        });
        for region in wanted {
            match self.regions.get_mut(&region) {
                None => {
                    self.regions.insert(region.clone(), Standing::New);
                    self.unsettled.insert(region);
                }
                // It was not taken back yet.
                Some(standing) if *standing == Standing::Unwanted => *standing = Standing::Registered,
                Some(_) => {}
            }
        }
    }

    /// Registrations, and how they stand.
    pub(super) fn regions(&self) -> impl Iterator<Item = (&Region, Standing)> {
        self.regions.iter().map(|(region, standing)| (region, *standing))
    }

    pub(super) fn add_capabilities(&mut self, wanted: Capabilities) {
        self.capabilities.push(Capability { wanted, is_told: false, is_unwanted: false });
    }

    /// Whether there were such.
    pub(super) fn remove_capabilities(&mut self, context: &Context, id: &Oid) -> bool {
        let is_it = |capability: &&mut Capability| {
            !capability.is_unwanted && capability.wanted.id == *id && capability.wanted.context == *context
        };
        let Some(found) = self.capabilities.iter_mut().find(is_it) else { return false };
        found.is_unwanted = true;
        if !found.is_told {
            self.capabilities.retain(|capability| !capability.is_unwanted || capability.is_told);
        }
        true
    }

    /// Asks for something now, or when there is a session.
    pub(super) fn request(&mut self, body: Body, done: Done<Result<Response, AskError>>) {
        self.requests.push_back(Request { body, done });
    }

    /// Index values that it keeps over sessions.
    pub(super) fn indexes(&self) -> &[(Context, VarBind)] {
        &self.indexes
    }

    /// Puts a notification behind the others.
    pub(super) fn notify(
        &mut self,
        event: Notification,
        now: Instant,
        done: Option<Done<Result<(), NotifyError>>>,
    ) {
        let limit = self.limits.notifications;
        if self.notifications.len() >= limit {
            self.dropped += 1;
            tracing::warn!(target: logs::AGENTX,
                notification = %event.oid(), limit, dropped = self.dropped,
                "a notification is dropped: too many wait for the master agent"
            );
            if let Some(done) = done {
                done(Err(NotifyError::QueueFull { limit }));
            }
            return;
        }
        self.notifications.push_back(Queued { event, made: now, done });
    }

    /// Notifications that the master agent has not acknowledged.
    pub(super) fn waiting(&self) -> usize {
        self.notifications.len() + self.sent
    }

    /// Notifications dropped because the queue was full.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Ends the session.
    pub(super) fn close(&mut self) {
        if let Some(session) = &mut self.session {
            session.close(CloseReason::Shutdown);
        }
    }

    /// Nothing will be asked any more.
    pub(super) fn give_up(&mut self) {
        self.disconnected();
        for request in self.requests.drain(..) {
            (request.done)(Err(AskError::Stopped));
        }
        for queued in self.notifications.drain(..) {
            if let Some(done) = queued.done {
                done(Err(NotifyError::Stopped));
            }
        }
    }

    /// The index values of the session before.
    fn ask_again(&mut self, now: Instant) {
        let Some(session) = &mut self.session else { return };
        for (context, varbind) in &self.indexes {
            let bindings = Bindings { context: context.clone(), varbinds: vec![varbind.clone()] };
            session.ask(&Body::IndexAllocate(Choice::This, bindings), Ask::Again(varbind.clone()), now);
        }
    }

    fn answered(&mut self, ask: Ask, response: Response) {
        let status = response.status;
        match ask {
            Ask::Ping | Ask::Unregister => {}
            Ask::Register(region) => {
                let Some(standing) = self.regions.get_mut(&region) else { return };
                // It is taken back by now.
                if *standing == Standing::Unwanted {
                    return;
                }
                if status.is_ok() {
                    *standing = Standing::Registered;
                    return;
                }
                tracing::error!(target: logs::AGENTX, subtree = %region.subtree, %status, "the master agent does not register a subtree");
                *standing = Standing::Refused(status);
            }
            Ask::Capabilities(id) if !status.is_ok() => {
                tracing::warn!(target: logs::AGENTX, %id, %status, "the master agent does not take capabilities");
            }
            Ask::Capabilities(_) => {}
            Ask::Again(varbind) if !status.is_ok() => {
                tracing::error!(target: logs::AGENTX, %varbind, %status, "an index value is another's since the master agent was away");
                self.indexes.retain(|(_, kept)| *kept != varbind);
            }
            Ask::Again(_) => {}
            Ask::Request(Request { body, done }) => {
                if status.is_ok() {
                    self.remember(&body, &response);
                    done(Ok(response));
                } else {
                    done(Err(AskError::Refused { status, index: response.index.into() }));
                }
            }
            Ask::Notify(Queued { event, done, .. }) => {
                self.sent = self.sent.saturating_sub(1);
                if !status.is_ok() {
                    tracing::warn!(target: logs::AGENTX, notification = %event.oid(), %status, "the master agent refuses a notification");
                }
                if let Some(done) = done {
                    done(if status.is_ok() { Ok(()) } else { Err(NotifyError::Refused(status)) });
                }
            }
        }
    }

    fn remember(&mut self, body: &Body, response: &Response) {
        match body {
            Body::IndexAllocate(_, Bindings { context, .. }) => {
                let kept = response.varbinds.iter().map(|varbind| (context.clone(), varbind.clone()));
                self.indexes.extend(kept);
            }
            Body::IndexDeallocate(Bindings { context, varbinds }) => {
                self.indexes.retain(|(of, kept)| of != context || !varbinds.contains(kept));
            }
            _ => {}
        }
    }
}

/// A notification with sysUpTime.0, then snmpTrapOID.0 (RFC 2741 §6.2.10). It says the time at which it was made, also when it
/// has had to wait: for what is older than the master agent, that is 0.
fn notify(queued: &Queued, up_time: Option<TimeTicks>, now: Instant) -> Body {
    let age = to_ticks(now.saturating_duration_since(queued.made));
    let then = TimeTicks(up_time.map_or(0, |TimeTicks(ticks)| ticks.saturating_sub(age)));
    let context = queued.event.context_name().filter(|name| !name.is_empty()).map(<[u8]>::to_vec);
    Body::Notify(Bindings { context, varbinds: queued.event.all_varbinds(then) })
}
