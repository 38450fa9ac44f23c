//! Notifications over SNMPv3: in whose name, and what is known about their receiver.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::ber::{TooLarge, Writer};
use crate::engine::{Retry, V3Peer};
use crate::security::{Authority, Protect, UsmHeader};
use crate::usm::{Credentials, EngineId, KeyCache, LocalKeys, User, UserError};

/// The user that notifications are sent in the name of. Clones share the keys.
#[derive(Clone)]
pub(super) struct Sender {
    user: User,
    context_name: Vec<u8>,
    known: Arc<Known>,
}

/// What the first notification has found out.
#[derive(Default)]
struct Known {
    credentials: OnceLock<Credentials>,
    /// The user's keys for the agent's own engine.
    own: Mutex<Option<(EngineId, LocalKeys)>>,
    /// The receiver of informs: its engine ID, its clock and the user's keys for it.
    receiver: OnceLock<Arc<V3Peer<()>>>,
}

impl Sender {
    pub(super) fn new(user: User) -> Self {
        Self { user, context_name: Vec::new(), known: Arc::default() }
    }

    pub(super) fn set_context_name(&mut self, name: Vec<u8>) {
        self.context_name = name;
        self.forget();
    }

    /// For when something changes that is known already.
    pub(super) fn forget(&mut self) {
        self.known = Arc::default();
    }

    fn credentials(&self) -> Result<&Credentials, UserError> {
        if let Some(credentials) = self.known.credentials.get() {
            return Ok(credentials);
        }
        let credentials = Credentials::new(&self.user, &KeyCache::new())?;
        Ok(self.known.credentials.get_or_init(|| credentials))
    }

    /// The receiver of informs, which has no address in its engine: it is at the other end of the line.
    pub(super) fn receiver(&self, retry: Retry) -> Result<Arc<V3Peer<()>>, UserError> {
        if let Some(receiver) = self.known.receiver.get() {
            return Ok(Arc::clone(receiver));
        }
        let receiver = V3Peer::new((), self.credentials()?.clone(), retry);
        let receiver = Arc::new(receiver.context_name(self.context_name.clone()));
        Ok(Arc::clone(self.known.receiver.get_or_init(|| receiver)))
    }

    /// Writes a trap of the agent's engine (RFC 3414 §3.1 (6b)), with this msgID. Its reportable bit is never set (RFC 3412 §6.4).
    pub(super) fn write_trap(
        &self,
        authority: &Authority<()>,
        now: Instant,
        msg_id: i32,
        writer: &mut Writer,
        write_pdu: impl FnOnce(&mut Writer),
    ) -> Result<Result<(), TooLarge>, UserError> {
        let credentials = self.credentials()?;
        let engine_id = *authority.engine_id();
        let mut own = self.known.own.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = match &mut *own {
            Some((known, keys)) if *known == engine_id => keys,
            own => &mut own.insert((engine_id, credentials.localize(&engine_id))).1,
        };
        let protection = keys.protection(credentials.level()).ok_or(UserError::PrivacyWithoutAuth)?;
        let state = authority.state(credentials.name(), authority.clock(now), protection);
        let header = UsmHeader {
            msg_id,
            reportable: false,
            context_engine_id: engine_id.as_bytes(),
            context_name: &self.context_name,
        };
        Ok(state.generate(&header, writer, write_pdu))
    }
}
