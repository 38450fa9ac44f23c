//! The master agent and the SNMP agent that it is in.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mibc_runtime::agent::{Agent, Handler};
use mibc_runtime::logs;
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{Owner, RegisterError, Registration, RegistrationId, Subtrees};
use mibc_runtime::value::TimeTicks;
use tokio::sync::watch;

use super::capabilities::CapabilityTable;
use super::conduit::Conduit;
use super::core::{Core, Host, Session};
use super::handler::{Asker, SubAgentHandler};
use super::link::Link;
use crate::pdu::{Body, CloseReason, Envelope, Pdu, Region, Response, Status};

/// Sessions own what they register by their number and this.
const OWNERS: u64 = 1 << 40;

/// Whether there is a context.
pub(super) type Contexts = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// How sub-agents are treated.
pub(super) struct Rules {
    pub(super) contexts: Contexts,
    /// Subtrees that nobody may register, nor anything below them.
    pub(super) denied: Vec<Oid>,
    pub(super) default_timeout: Duration,
    /// Longer ones are not waited for: the agent would have given up.
    pub(super) longest_timeout: Duration,
}

pub(super) struct Shared {
    pub(super) agent: Agent,
    pub(super) rules: Rules,
    pub(super) capabilities: Arc<dyn CapabilityTable>,
    core: Mutex<Core>,
    handlers: Mutex<BTreeMap<u32, Arc<SubAgentHandler>>>,
    pub(super) connections: Mutex<Connections>,
    pub(super) stop: watch::Sender<bool>,
}

/// agentxConnectionTable.
#[derive(Debug, Default)]
pub(super) struct Connections {
    pub(super) rows: BTreeMap<u32, Connection>,
    pub(super) last: u32,
    pub(super) changed: TimeTicks,
}

/// A row of agentxConnectionTable.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) opened: TimeTicks,
    /// TDomain and TAddress.
    pub(super) domain: Oid,
    pub(super) address: Vec<u8>,
}

impl Shared {
    pub(super) fn new(agent: Agent, rules: Rules, capabilities: Arc<dyn CapabilityTable>) -> Self {
        Self {
            agent,
            rules,
            capabilities,
            core: Mutex::default(),
            handlers: Mutex::default(),
            connections: Mutex::default(),
            stop: watch::Sender::new(false),
        }
    }

    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        lock(&self.core)
    }

    /// Does what a PDU from a connection asks for, and answers.
    pub(super) fn receive(self: &Arc<Self>, connection: u32, conduit: &Arc<Conduit>, pdu: Pdu) {
        let envelope = pdu.envelope();
        if let Body::Response(response) = pdu.body {
            return self.answered(envelope, response);
        }
        let reply = {
            let mut host = AgentHost { shared: self, conduit: Some(conduit) };
            self.core().receive(&mut host, connection, pdu)
        };
        let Some(reply) = reply else { return };
        let to = Envelope { session_id: reply.session_id, ..envelope };
        let sent = conduit.send(|out| {
            let sent = Body::Response(reply.response).encode(to, out);
            sent.map_err(|_| super::link::NoAnswer::TooLong)
        });
        if let Err(error) = sent {
            tracing::warn!(target: logs::AGENTX, session = to.session_id, %error, "an answer to a sub-agent is lost");
        }
    }

    /// Says that a PDU cannot be read.
    pub(super) fn refuse(&self, conduit: &Conduit, to: Envelope, status: Status) {
        let response = Response { up_time: self.agent.up_time().0, status, ..Response::default() };
        // A sub-agent that does not read does not hear it.
        let _ = conduit
            .send(|out| Body::Response(response).encode(to, out).map_err(|_| super::link::NoAnswer::TooLong));
    }

    fn answered(&self, from: Envelope, response: Response) {
        let handler = lock(&self.handlers).get(&from.session_id).cloned();
        if let Some(handler) = handler {
            handler.asker.link.answered(from.transaction_id, from.packet_id, response);
        }
    }

    /// Closes a session and tells it; whether it was there.
    pub(super) fn close(self: &Arc<Self>, session_id: u32, reason: CloseReason) -> bool {
        let handler = lock(&self.handlers).get(&session_id).cloned();
        if let Some(handler) = handler {
            tracing::info!(target: logs::AGENTX, session = session_id, %reason, "the session of a sub-agent is closed");
            let to = Envelope {
                order: self
                    .core()
                    .sessions()
                    .get(&session_id)
                    .map(|session| session.order)
                    .unwrap_or_default(),
                session_id,
                transaction_id: 0,
                packet_id: 0,
            };
            // A sub-agent that does not read does not hear it.
            let _ = handler
                .asker
                .conduit
                .send(|out| Body::Close(reason).encode(to, out).map_err(|_| super::link::NoAnswer::TooLong));
        }
        let mut host = AgentHost { shared: self, conduit: None };
        self.core().close(&mut host, session_id)
    }

    /// A connection is lost.
    pub(super) fn lost(self: &Arc<Self>, connection: u32) {
        let mut host = AgentHost { shared: self, conduit: None };
        self.core().lost(&mut host, connection);
        let mut connections = lock(&self.connections);
        connections.rows.remove(&connection);
        connections.changed = self.agent.up_time();
    }

    /// The sessions of a connection.
    pub(super) fn sessions_of(&self, connection: u32) -> Vec<u32> {
        let core = self.core();
        core.sessions().values().filter(|session| session.connection == connection).map(|s| s.id).collect()
    }

    fn timeout(&self, seconds: u8) -> Option<Duration> {
        let said = Duration::from_secs(seconds.into());
        (seconds > 0).then(|| said.min(self.rules.longest_timeout))
    }
}

/// The agent, as the sans-IO core sees it.
struct AgentHost<'s> {
    shared: &'s Arc<Shared>,
    /// Where a session is opened.
    conduit: Option<&'s Arc<Conduit>>,
}

impl AgentHost<'_> {
    fn handler(&self, session: u32) -> Option<Arc<SubAgentHandler>> {
        lock(&self.shared.handlers).get(&session).cloned()
    }
}

impl Host for AgentHost<'_> {
    fn up_time(&self, _: &[u8]) -> TimeTicks {
        self.shared.agent.up_time()
    }

    fn knows_context(&self, context: &[u8]) -> bool {
        (self.shared.rules.contexts)(context)
    }

    fn opened(&mut self, session: &Session) {
        let Some(conduit) = self.conduit else { return };
        tracing::info!(target: logs::AGENTX,
            session = session.id, subagent = %String::from_utf8_lossy(&session.open.description),
            "a sub-agent opens a session"
        );
        let link = Link::new(session.id, session.order);
        let timeout = self.shared.timeout(session.open.timeout);
        let timeout = timeout.unwrap_or(self.shared.rules.default_timeout);
        let (shared, number) = (Arc::downgrade(self.shared), session.id);
        let close = move |reason| {
            if let Some(shared) = shared.upgrade() {
                shared.close(number, reason);
            }
        };
        let asker = Asker::new(link, Arc::clone(conduit), Box::new(close), timeout);
        let handler = Arc::new(SubAgentHandler { asker: Arc::new(asker) });
        lock(&self.shared.handlers).insert(session.id, handler);
    }

    fn register(
        &mut self,
        session: u32,
        region: &Region,
        subtrees: Subtrees,
        timeout: u8,
    ) -> Result<RegistrationId, Status> {
        let shared = self.shared;
        if shared.rules.denied.iter().any(|denied| region.subtree.starts_with(denied)) {
            tracing::warn!(target: logs::AGENTX, session, subtree = %region.subtree, "a sub-agent may not register this");
            return Err(Status::REQUEST_DENIED);
        }
        let handler = self.handler(session).ok_or(Status::NOT_OPEN)?;
        let asker = Arc::clone(&handler.asker);
        let handler: Arc<dyn Handler> = handler;
        let registration = Registration::of(subtrees.clone(), handler, owner(session))
            .context(region.context.clone().unwrap_or_default())
            .priority(region.priority);
        let id = shared.agent.registry().edit(|registry| registry.register(registration));
        let id = id.map_err(|error| {
            tracing::debug!(target: logs::AGENTX, session, %error, "a sub-agent cannot register a subtree");
            match error {
                RegisterError::Duplicate { .. } => Status::DUPLICATE_REGISTRATION,
                _ => Status::REQUEST_DENIED,
            }
        })?;
        if let Some(timeout) = shared.timeout(timeout) {
            asker.add_timeout(id, subtrees, timeout);
        }
        Ok(id)
    }

    fn withdraw(&mut self, session: u32, id: RegistrationId) {
        self.shared.agent.registry().edit(|registry| registry.withdraw(id));
        if let Some(handler) = self.handler(session) {
            handler.asker.remove_timeout(id);
        }
    }

    fn closed(&mut self, session: u32) {
        self.shared.agent.registry().edit(|registry| registry.withdraw_all(owner(session)));
        let handler = lock(&self.shared.handlers).remove(&session);
        if let Some(handler) = handler {
            handler.asker.link.close();
        }
    }

    fn notify(&mut self, event: &Event) {
        self.shared.agent.queue_event(event);
    }

    fn add_capabilities(&mut self, id: &Oid, description: &[u8]) -> u64 {
        self.shared.capabilities.add(id, description, self.shared.agent.up_time())
    }

    fn remove_capabilities(&mut self, row: u64) {
        self.shared.capabilities.remove(row, self.shared.agent.up_time());
    }
}

fn owner(session: u32) -> Owner {
    Owner(OWNERS | u64::from(session))
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
