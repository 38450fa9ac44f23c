//! The users of a running agent.

use std::sync::Arc;
use std::time::Instant;

use crate::security::Authority;
use crate::usm::{Credentials, EngineClock, EngineId};

/// The users that an agent knows by their keys, to be changed while it runs. Clones are the same users. What a user may do,
/// access control says.
#[derive(Clone, Debug)]
pub struct LocalUsers(Arc<Authority>);

impl LocalUsers {
    pub(super) fn of(authority: Arc<Authority>) -> Self {
        Self(authority)
    }

    /// The agent's engine.
    #[must_use]
    pub fn engine_id(&self) -> EngineId {
        *self.0.engine_id()
    }

    /// snmpEngineBoots and snmpEngineTime as they are then.
    #[must_use]
    pub fn clock(&self, now: Instant) -> EngineClock {
        self.0.clock(now)
    }

    /// Adds a user, or puts it in the place of the one with its name, at once. What is being answered is answered with the
    /// keys that it was asked with.
    pub fn set(&self, user: &Credentials) {
        self.0.set_user(user);
    }

    /// Removes a user at once; whether there was one.
    pub fn remove(&self, name: &[u8]) -> bool {
        self.0.remove_user(name)
    }
}
