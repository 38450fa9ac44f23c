//! Engines that are authoritative for what they send, such as traps: any number of them may come up (RFC 3414 §3.2).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::RemoteClock;
use crate::security::{Report, V3Message, unprotect};
use crate::usm::{Credentials, EngineId, LocalKeys};

/// Engines whose clock and keys are kept at most; the one heard longest ago makes room, and is met anew the next time.
pub const MAX_ENGINES: usize = 4_096;

/// The engines that have proved to exist: only an authentic message gets an engine in.
#[derive(Debug, Default)]
pub(crate) struct RemoteEngines {
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
    keys: BTreeMap<Vec<u8>, (Arc<Credentials>, LocalKeys)>,
}

impl RemoteEngines {
    /// Whether a message of an engine is authentic, in the name of this user. What was encrypted is in `plain` afterwards.
    ///
    /// # Errors
    /// Each fault is the Report that says so.
    pub(crate) fn authenticate(
        &self,
        message: &V3Message<'_>,
        engine_id: EngineId,
        user: &Arc<Credentials>,
        plain: &mut Vec<u8>,
    ) -> Result<(), Report> {
        if !message.level.has_auth() {
            return Ok(());
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = message.now;
        if let Some(engine) = known.engines.get_mut(&engine_id)
            && let Some((of, keys)) = engine.keys.get(message.usm.user)
            && Arc::ptr_eq(of, user)
        {
            let clock = &mut engine.clock;
            unprotect(message, keys, |sent| clock.accept(sent.boots, sent.time, now), plain)?;
            known.touch(&engine_id);
            return Ok(());
        }
        // Not kept before the message has proved to be authentic.
        let keys = user.localize(&engine_id);
        let clock = known.engines.get(&engine_id).map(|engine| engine.clock);
        let mut clock = clock.unwrap_or_else(|| RemoteClock::guess(0, 0, now));
        unprotect(message, &keys, |sent| clock.accept(sent.boots, sent.time, now), plain)?;
        known.meet(engine_id, clock, user, keys);
        Ok(())
    }
}

impl Known {
    fn meet(&mut self, engine_id: EngineId, clock: RemoteClock, user: &Arc<Credentials>, keys: LocalKeys) {
        let new = || Engine { clock, moment: 0, keys: BTreeMap::new() };
        let engine = self.engines.entry(engine_id).or_insert_with(new);
        engine.clock = clock;
        engine.keys.insert(user.name().to_vec(), (Arc::clone(user), keys));
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
