//! The master agent without connections and clock: what sub-agents ask of it (RFC 2741 §7.1).

use std::collections::BTreeMap;

use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{RegistrationId, Subtrees};
use mibc_runtime::value::{TimeTicks, Value, VarBind};

use super::indexes::Indexes;
use crate::pdu::{
    Bindings, Body, ByteOrder, Capabilities, Kind, Open, Pdu, Region, Register, Response, Status, Unregister,
};

/// How many sessions there may be.
const MAX_SESSIONS: usize = 1_024;

/// How many registrations a session may have.
const MAX_REGISTRATIONS: usize = 65_536;

/// How many rows of sysORTable a session may have.
const MAX_CAPABILITIES: usize = 256;

const SYS_UP_TIME_0: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// What the master agent needs of the SNMP agent that it is in.
pub(super) trait Host {
    /// sysUpTime in a context.
    fn up_time(&self, context: &[u8]) -> TimeTicks;
    /// Whether there is such a context.
    fn knows_context(&self, context: &[u8]) -> bool;
    /// A session begins.
    fn opened(&mut self, session: &Session);
    /// Gives a region to a session.
    fn register(
        &mut self,
        session: u32,
        region: &Region,
        subtrees: Subtrees,
        timeout: u8,
    ) -> Result<RegistrationId, Status>;
    /// Takes it back.
    fn withdraw(&mut self, session: u32, id: RegistrationId);
    /// A session is over: takes back all that it has registered.
    fn closed(&mut self, session: u32);
    /// Sends a notification to its receivers.
    fn notify(&mut self, event: &Event);
    /// Adds a row to sysORTable. What it gives names it.
    fn add_capabilities(&mut self, id: &Oid, description: &[u8]) -> u64;
    /// Removes a row from it.
    fn remove_capabilities(&mut self, row: u64);
}

/// A session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: u32,
    /// The connection that it is on.
    pub(super) connection: u32,
    pub(super) order: ByteOrder,
    pub(super) open: Open,
    pub(super) opened: TimeTicks,
    /// By agentxRegIndex.
    pub(super) registrations: BTreeMap<u32, Registered>,
    by_region: BTreeMap<Region, u32>,
    capabilities: Vec<(Oid, u64)>,
}

/// A registration.
#[derive(Debug)]
pub(super) struct Registered {
    pub(super) what: Register,
    id: RegistrationId,
}

/// All sessions.
#[derive(Debug, Default)]
pub(super) struct Core {
    sessions: BTreeMap<u32, Session>,
    last_session: u32,
    last_registration: u32,
    indexes: Indexes,
    /// When sessions and registrations last came or went.
    pub(super) sessions_changed: TimeTicks,
    pub(super) registrations_changed: TimeTicks,
}

/// An answer, and in which session.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) session_id: u32,
    pub(super) response: Response,
}

impl Core {
    /// Sessions by their number.
    pub(super) fn sessions(&self) -> &BTreeMap<u32, Session> {
        &self.sessions
    }

    /// Does what a PDU from a connection asks for; `None` if it has no answer. Answers to the master agent do not belong here.
    pub(super) fn receive(&mut self, host: &mut dyn Host, connection: u32, pdu: Pdu) -> Option<Reply> {
        let Pdu { session_id, body, order, .. } = pdu;
        let mut response = Response { up_time: host.up_time(b"").0, ..Response::default() };
        if let Body::Open(open) = body {
            let opened = self.open(host, connection, order, open);
            let session_id = opened.unwrap_or_else(|status| {
                response.status = status;
                0
            });
            return Some(Reply { session_id, response });
        }
        let kind = body.kind();
        // What a sub-agent never sends has no answer that it would understand.
        if kind.is_request() || kind == Kind::Response {
            return None;
        }
        let context = body.context().unwrap_or_default().to_vec();
        let is_open = self.sessions.get(&session_id).is_some_and(|session| session.connection == connection);
        response.varbinds = body.varbinds().to_vec();
        if !is_open {
            response.status = Status::NOT_OPEN;
        } else if !context.is_empty() && !host.knows_context(&context) {
            response.status = Status::UNSUPPORTED_CONTEXT;
        } else {
            if !context.is_empty() {
                response.up_time = host.up_time(&context).0;
            }
            match self.obey(host, session_id, &context, body) {
                Ok(Some(varbinds)) => response.varbinds = varbinds,
                Ok(None) => {}
                Err((status, index)) => (response.status, response.index) = (status, index),
            }
        }
        Some(Reply { session_id, response })
    }

    /// Ends a session: all that it has is taken back at once; whether it was there.
    pub(super) fn close(&mut self, host: &mut dyn Host, session_id: u32) -> bool {
        let Some(session) = self.sessions.remove(&session_id) else { return false };
        host.closed(session_id);
        self.indexes.close(session_id);
        for (_, row) in session.capabilities {
            host.remove_capabilities(row);
        }
        self.sessions_changed = host.up_time(b"");
        if !session.registrations.is_empty() {
            self.registrations_changed = self.sessions_changed;
        }
        true
    }

    /// A connection is lost: ends its sessions (RFC 2741 §7.1.9).
    pub(super) fn lost(&mut self, host: &mut dyn Host, connection: u32) {
        let of_connection = self.sessions.values().filter(|session| session.connection == connection);
        for session in of_connection.map(|session| session.id).collect::<Vec<_>>() {
            self.close(host, session);
        }
    }

    fn open(
        &mut self,
        host: &mut dyn Host,
        connection: u32,
        order: ByteOrder,
        open: Open,
    ) -> Result<u32, Status> {
        if self.sessions.len() >= MAX_SESSIONS {
            return Err(Status::OPEN_FAILED);
        }
        // 0 is in PDUs that have no session.
        loop {
            self.last_session = self.last_session.wrapping_add(1).max(1);
            if !self.sessions.contains_key(&self.last_session) {
                break;
            }
        }
        let (id, opened) = (self.last_session, host.up_time(b""));
        self.sessions_changed = opened;
        let session = Session {
            id,
            connection,
            order,
            open,
            opened,
            registrations: BTreeMap::new(),
            by_region: BTreeMap::new(),
            capabilities: Vec::new(),
        };
        host.opened(&session);
        self.sessions.insert(id, session);
        Ok(id)
    }

    fn obey(
        &mut self,
        host: &mut dyn Host,
        session_id: u32,
        context: &[u8],
        body: Body,
    ) -> Result<Option<Vec<VarBind>>, (Status, u16)> {
        let Self { sessions, indexes, last_registration, registrations_changed, .. } = self;
        let whole = |status| (status, 0);
        let session = sessions.get_mut(&session_id).ok_or((Status::NOT_OPEN, 0))?;
        match body {
            Body::Close(_) => {
                self.close(host, session_id);
            }
            Body::Register(register) => {
                *last_registration = last_registration.wrapping_add(1).max(1);
                session.register(host, *last_registration, register).map_err(whole)?;
                *registrations_changed = host.up_time(b"");
            }
            Body::Unregister(Unregister { region }) => {
                session.unregister(host, &region).map_err(whole)?;
                *registrations_changed = host.up_time(b"");
            }
            Body::Notify(Bindings { varbinds, .. }) => host.notify(&event(context, varbinds)?),
            Body::Ping(_) => {}
            Body::IndexAllocate(choice, Bindings { varbinds, .. }) => {
                return indexes.allocate(session_id, context, choice, &varbinds).map(Some);
            }
            Body::IndexDeallocate(Bindings { varbinds, .. }) => {
                indexes.release(session_id, context, &varbinds)?;
            }
            Body::AddAgentCaps(capabilities) => {
                session.add_capabilities(host, context, &capabilities).map_err(whole)?;
            }
            Body::RemoveAgentCaps(_, id) => {
                let known = session.capabilities.iter().position(|(known, _)| *known == id);
                let at = known.filter(|_| context.is_empty()).ok_or((Status::UNKNOWN_AGENT_CAPS, 0))?;
                host.remove_capabilities(session.capabilities.remove(at).1);
            }
            // Open is dealt with, and the others are not for a master agent.
            _ => return Err((Status::PROCESSING_ERROR, 0)),
        }
        Ok(None)
    }
}

impl Session {
    fn register(&mut self, host: &mut dyn Host, index: u32, what: Register) -> Result<(), Status> {
        if self.registrations.len() >= MAX_REGISTRATIONS {
            return Err(Status::PROCESSING_ERROR);
        }
        let Register { region, timeout, .. } = &what;
        let subtrees = subtrees(region).ok_or(Status::REQUEST_DENIED)?;
        let id = host.register(self.id, region, subtrees, *timeout)?;
        self.by_region.insert(normal(region), index);
        self.registrations.insert(index, Registered { what, id });
        Ok(())
    }

    fn unregister(&mut self, host: &mut dyn Host, region: &Region) -> Result<(), Status> {
        let index = self.by_region.remove(&normal(region)).ok_or(Status::UNKNOWN_REGISTRATION)?;
        if let Some(registered) = self.registrations.remove(&index) {
            host.withdraw(self.id, registered.id);
        }
        Ok(())
    }

    fn add_capabilities(
        &mut self,
        host: &mut dyn Host,
        context: &[u8],
        capabilities: &Capabilities,
    ) -> Result<(), Status> {
        // There is one sysORTable.
        if !context.is_empty() {
            return Err(Status::UNSUPPORTED_CONTEXT);
        }
        if self.capabilities.len() >= MAX_CAPABILITIES {
            return Err(Status::PROCESSING_ERROR);
        }
        let row = host.add_capabilities(&capabilities.id, &capabilities.description);
        self.capabilities.push((capabilities.id.clone(), row));
        Ok(())
    }
}

/// The same region, however its context is written: no context is the one whose name is empty.
fn normal(region: &Region) -> Region {
    let context = region.context.clone().filter(|context| !context.is_empty());
    Region { context, ..region.clone() }
}

/// What a region covers; `None` for what is not one, or stands for too many subtrees.
fn subtrees(region: &Region) -> Option<Subtrees> {
    if region.subtree == Oid::ZERO {
        return None;
    }
    match region.range {
        None => Some(Subtrees::from(region.subtree.clone())),
        Some((position, upper)) => Subtrees::range(region.subtree.clone(), position.into(), upper).ok(),
    }
}

/// A notification of a sub-agent (RFC 2741 §7.1.10).
fn event(context: &[u8], varbinds: Vec<VarBind>) -> Result<Event, (Status, u16)> {
    let is = |name: &Oid, arcs: &[u32]| name.arcs().eq(arcs.iter().copied());
    let mut varbinds = varbinds.into_iter().peekable();
    let up_time = varbinds.next_if(|first| is(&first.name, &SYS_UP_TIME_0)).map(|varbind| varbind.value);
    let position = if up_time.is_some() { 2 } else { 1 };
    let id = match varbinds.next() {
        Some(VarBind { name, value: Value::ObjectIdentifier(id) }) if is(&name, &SNMP_TRAP_OID_0) => id,
        _ => return Err((Status::PROCESSING_ERROR, position)),
    };
    let rest: Vec<VarBind> = varbinds.collect();
    let is_value = |varbind: &VarBind| !varbind.value.as_ref().is_exception() && varbind.value != Value::Null;
    if let Some(at) = rest.iter().position(|varbind| !is_value(varbind)) {
        return Err((Status::PROCESSING_ERROR, u16::try_from(at).unwrap_or(0).saturating_add(position + 1)));
    }
    let event = Event::new(id).varbinds(rest);
    let event = if context.is_empty() { event } else { event.context(context) };
    match up_time {
        None => Ok(event),
        Some(Value::TimeTicks(ticks)) => Ok(event.up_time(ticks)),
        Some(_) => Err((Status::PROCESSING_ERROR, 1)),
    }
}
