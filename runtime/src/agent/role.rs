//! An agent on sockets that somebody else receives from.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::agent::{Agent, Shared};
use super::standard::{AuthenticationFailure, AuthenticationObserver};
use crate::dispatcher::Dispatched;
use crate::engine::Dropped;
use crate::net::Origin;

/// An agent, as those know it who receive for it. It is there as long as it has a handle, and runs.
pub(crate) struct AgentRole(Weak<Shared>);

impl AgentRole {
    pub(crate) fn agent(&self) -> Option<Agent> {
        let shared = self.0.upgrade()?;
        let runs = shared.runs.load(Ordering::Relaxed) > 0;
        runs.then_some(Agent { shared })
    }
}

impl Agent {
    /// For those who receive.
    pub(crate) fn role(&self) -> AgentRole {
        AgentRole(Arc::downgrade(&self.shared))
    }

    #[cfg(feature = "usm")]
    pub(crate) fn max_message(&self) -> usize {
        self.responder().max_message
    }

    /// Tells of a message that was not authentic.
    pub(crate) fn note_failure<E, C, N>(
        &self,
        dispatched: &Result<Dispatched<E, C, N>, Dropped>,
        origin: &Origin,
    ) {
        if let Some(failure) = AuthenticationFailure::of(dispatched) {
            self.authentication_failed(failure, origin.peer());
        }
    }
}
