//! The user-based security model of a receiver of traps: their senders are authoritative, and any number of them may
//! come up (RFC 3414 §3.2, RFC 3413 §3.4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::{self, Report};
use crate::message::Level;
use crate::security::{SecurityModel, V3Message};
use crate::usm::{Credentials, EngineId};

/// A user of the listener.
#[derive(Debug)]
pub(super) struct Principal {
    pub(super) credentials: Arc<Credentials>,
    /// Messages at a lower level are not believed.
    pub(super) least: Level,
}

impl Principal {
    pub(super) fn new(credentials: Credentials, least: Level) -> Self {
        Self { credentials: Arc::new(credentials), least }
    }
}

/// The users, and the engines that have proved to exist: only an authentic message gets an engine in.
#[derive(Debug)]
pub(super) struct RemoteEngines {
    users: BTreeMap<Vec<u8>, Principal>,
    /// `None`: all.
    allowed: Option<BTreeSet<EngineId>>,
    engines: engine::RemoteEngines,
}

impl RemoteEngines {
    pub(super) fn new(
        users: impl IntoIterator<Item = Principal>,
        allowed: Option<BTreeSet<EngineId>>,
    ) -> Self {
        let users = users.into_iter().map(|user| (user.credentials.name().to_vec(), user)).collect();
        Self { users, allowed, engines: engine::RemoteEngines::default() }
    }

    /// The level below which a user is not believed, if it is listened to.
    pub(super) fn least(&self, user: &[u8]) -> Option<Level> {
        self.users.get(user).map(|user| user.least)
    }

    /// Whether messages of this engine are taken, if they are authentic.
    pub(super) fn allows(&self, engine_id: &EngineId) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(engine_id))
    }
}

/// Each fault is the Report that says so; none is sent, since traps are not answered.
impl SecurityModel for RemoteEngines {
    type Message<'m> = V3Message<'m>;
    type State<'s> = EngineId;
    type Fault = Report;

    fn process_incoming(&self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<EngineId, Report> {
        let engine_id = EngineId::new(message.usm.engine_id).map_err(|_| Report::UnknownEngineId)?;
        if !self.allows(&engine_id) {
            return Err(Report::UnknownEngineId);
        }
        let user = self.users.get(message.usm.user).ok_or(Report::UnknownUser)?;
        self.engines.authenticate(message, engine_id, &user.credentials, plain)?;
        Ok(engine_id)
    }
}
