//! The user-based security model of a receiver of traps: their senders are authoritative, and any number of them may
//! come up (RFC 3414 §3.2, RFC 3413 §3.4).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::engine::{RemoteClock, Report};
use crate::message::Level;
use crate::security::{SecurityModel, V3Message, unprotect};
use crate::usm::{Credentials, EngineId, LocalKeys};

/// Engines whose clock and keys are kept at most; the one heard longest ago makes room, and is met anew the next time.
pub const MAX_ENGINES: usize = 4_096;

/// A user of the listener.
#[derive(Debug)]
pub(super) struct Principal {
    pub(super) credentials: Credentials,
    /// Messages at a lower level are not believed.
    pub(super) least: Level,
}

/// The users, and the engines that have proved to exist: only an authentic message gets an engine in.
#[derive(Debug)]
pub(super) struct RemoteEngines {
    users: BTreeMap<Vec<u8>, Principal>,
    /// `None`: all.
    allowed: Option<BTreeSet<EngineId>>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    engines: HashMap<EngineId, Engine>,
    /// By the moment of their last message, the oldest first.
    by_age: BTreeMap<u64, EngineId>,
    moment: u64,
}

#[derive(Debug)]
struct Engine {
    clock: RemoteClock,
    /// 0 for one that has just come up: that is nobody's.
    moment: u64,
    /// Of the users that it has been heard in the name of.
    keys: BTreeMap<Vec<u8>, LocalKeys>,
}

impl RemoteEngines {
    pub(super) fn new(
        users: impl IntoIterator<Item = Principal>,
        allowed: Option<BTreeSet<EngineId>>,
    ) -> Self {
        let users = users.into_iter().map(|user| (user.credentials.name().to_vec(), user)).collect();
        Self { users, allowed, known: Mutex::default() }
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
        if !message.level.has_auth() {
            return Ok(engine_id);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = message.now;
        if let Some(engine) = known.engines.get_mut(&engine_id)
            && let Some(keys) = engine.keys.get(message.usm.user)
        {
            let clock = &mut engine.clock;
            unprotect(message, keys, |sent| clock.accept(sent.boots, sent.time, now), plain)?;
            known.touch(&engine_id);
            return Ok(engine_id);
        }
        // Not kept before the message has proved to be authentic.
        let keys = user.credentials.localize(&engine_id);
        let clock = known.engines.get(&engine_id).map(|engine| engine.clock);
        let mut clock = clock.unwrap_or_else(|| RemoteClock::guess(0, 0, now));
        unprotect(message, &keys, |sent| clock.accept(sent.boots, sent.time, now), plain)?;
        known.meet(engine_id, clock, message.usm.user, keys);
        Ok(engine_id)
    }
}

impl Known {
    fn meet(&mut self, engine_id: EngineId, clock: RemoteClock, user: &[u8], keys: LocalKeys) {
        let new = || Engine { clock, moment: 0, keys: BTreeMap::new() };
        let engine = self.engines.entry(engine_id).or_insert_with(new);
        engine.clock = clock;
        engine.keys.insert(user.to_vec(), keys);
        self.touch(&engine_id);
        while self.engines.len() > MAX_ENGINES
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.engines.remove(&oldest);
        }
    }

    /// Makes it the one that was heard last.
    fn touch(&mut self, engine_id: &EngineId) {
        let Some(engine) = self.engines.get_mut(engine_id) else { return };
        self.by_age.remove(&engine.moment);
        self.moment += 1;
        engine.moment = self.moment;
        self.by_age.insert(self.moment, *engine_id);
    }
}
