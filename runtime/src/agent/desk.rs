//! What waits for its answers.

use tokio::task::JoinSet;

use super::agent::Agent;
use crate::entity::Transaction;
use crate::net::Origin;

/// Messages that may be passed on at one time. Those to a target that is dead are among them for as long as the forwarder
/// waits, and must not keep the agent's own requests from waiting.
const MAX_FORWARDED: usize = 16_384;

/// What waits for its answers.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    waiting: JoinSet<()>,
    forwarded: JoinSet<()>,
}

impl Desk {
    /// Forgets what has been answered.
    pub(crate) fn tidy(&mut self) {
        while self.waiting.try_join_next().is_some() || self.forwarded.try_join_next().is_some() {}
    }

    /// Lets a request wait, if there is room.
    pub(crate) fn wait(&mut self, agent: &Agent, origin: &Origin, request: Transaction) {
        if request.is_forwarded() && self.forwarded.len() < MAX_FORWARDED {
            self.forwarded.spawn(agent.clone().forward(origin.clone(), request));
        } else if !request.is_forwarded() && self.waiting.len() < agent.shared.patience.max_waiting {
            self.waiting.spawn(agent.clone().wait(origin.clone(), request));
        } else {
            tracing::debug!(target: crate::logs::AGENT, peer = %origin.peer(), "too many requests wait for values");
        }
    }
}
