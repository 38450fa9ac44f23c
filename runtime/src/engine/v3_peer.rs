//! An SNMPv3 agent as an engine knows it.

use super::Retry;
use super::clock::RemoteClock;
use crate::ber::{MAX_MESSAGE, Rules};
use crate::message::Level;
use crate::usm::{Credentials, EngineId, LocalKeys};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// An agent that speaks SNMPv3: where it is, who asks it, and, once there was an answer, its engine ID,
/// its clock and the user's keys for it. What is known stays with the peer and goes with it, so that an
/// engine has no state that strangers could fill.
pub struct V3Peer<A> {
    pub(super) address: A,
    pub(super) retry: Retry,
    pub(super) any_source: bool,
    any_engine_id: bool,
    pub(super) rules: Rules,
    max_message: u16,
    pub(super) credentials: Arc<Credentials>,
    // Boxes: nearly all peers have neither.
    pub(super) context_engine_id: Option<Box<EngineId>>,
    pub(super) context_name: Vec<u8>,
    /// Configured: it is not discovered, and no other is believed.
    pub(super) known: Option<Box<EngineId>>,
    authority: Mutex<Option<Authority>>,
    /// The last exchange went unanswered: perhaps the agent is another engine by now.
    doubt: AtomicBool,
}

/// An authoritative engine.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    pub(super) engine_id: EngineId,
    pub(super) clock: RemoteClock,
    pub(super) keys: LocalKeys,
}

impl<A> V3Peer<A> {
    /// An agent at `address`, asked with these credentials at the level that they allow. Peers may share them.
    pub fn new(address: A, credentials: impl Into<Arc<Credentials>>, retry: Retry) -> Self {
        Self {
            address,
            retry,
            any_source: false,
            any_engine_id: false,
            rules: Rules::Lenient,
            max_message: MAX_MESSAGE as u16,
            credentials: credentials.into(),
            context_engine_id: None,
            context_name: Vec::new(),
            known: None,
            authority: Mutex::new(None),
            doubt: AtomicBool::new(false),
        }
    }

    /// Knows from the beginning what another peer has found out, which is the same user at the same engine.
    #[cfg(feature = "agent")]
    #[must_use]
    pub(crate) fn knowing(self, other: &Self) -> Self {
        let authority = other.authority().clone();
        Self { authority: Mutex::new(authority), ..self }
    }

    /// Accepts responses from other addresses as well.
    #[must_use]
    pub fn any_source(mut self, any_source: bool) -> Self {
        self.any_source = any_source;
        self
    }

    /// Accepts an engine ID that is not one by the standard ([`EngineId::odd`]).
    #[must_use]
    pub fn any_engine_id(mut self, any_engine_id: bool) -> Self {
        self.any_engine_id = any_engine_id;
        self
    }

    /// How much deviation from the encoding rules is accepted in the agent's messages, where the
    /// engine's own rules are not stricter.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// The longest message that is sent to it, in octets.
    #[must_use]
    pub fn max_message(mut self, octets: usize) -> Self {
        self.max_message = u16::try_from(octets.min(MAX_MESSAGE)).unwrap_or(u16::MAX);
        self
    }

    /// The longest message that is sent to it.
    pub(super) fn limit(&self) -> usize {
        self.max_message.into()
    }

    /// Asks for objects of this context.
    #[must_use]
    pub fn context_name(mut self, name: impl Into<Vec<u8>>) -> Self {
        self.context_name = name.into();
        self
    }

    /// Asks for a context of this engine, for which the agent is a proxy; otherwise it is the agent's own.
    /// [`EngineId::LOCAL`] means the agent, whatever its ID (RFC 5343).
    #[must_use]
    pub fn context_engine_id(mut self, engine_id: EngineId) -> Self {
        self.context_engine_id = Some(Box::new(engine_id));
        self
    }

    /// The agent's engine ID is known: it is not asked for, and no other is accepted.
    #[must_use]
    pub fn known_engine_id(mut self, engine_id: EngineId) -> Self {
        self.known = Some(Box::new(engine_id));
        self
    }

    /// The agent's engine ID, if it is known by now.
    pub fn engine_id(&self) -> Option<EngineId> {
        self.known
            .as_deref()
            .copied()
            .or_else(|| self.authority().as_ref().map(|authority| authority.engine_id))
    }

    /// The engine ID that a message of the agent has, where it may have that one.
    pub(super) fn engine_id_of(&self, octets: &[u8]) -> Option<EngineId> {
        if self.any_engine_id { EngineId::odd(octets).ok() } else { EngineId::new(octets).ok() }
    }

    /// Whether the next exchange is to begin with the question for the engine ID.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubt.load(Ordering::Relaxed)
    }

    /// All attempts of an exchange went unanswered, or one was answered. An agent that does not answer the question,
    /// either, is asked as before the next time.
    pub(super) fn doubt(&self, doubt: bool) {
        if self.is_doubtful() != doubt {
            self.doubt.store(doubt, Ordering::Relaxed);
        }
    }

    /// The level at which the agent is asked.
    pub fn level(&self) -> Level {
        self.credentials.level()
    }

    /// What is known of the agent's engine; `None` before discovery.
    pub(super) fn authority(&self) -> MutexGuard<'_, Option<Authority>> {
        self.authority.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, where a configured engine ID makes discovery needless.
    pub(super) fn authority_or_known(&self, now: Instant) -> MutexGuard<'_, Option<Authority>> {
        let mut authority = self.authority();
        if let (None, Some(engine_id)) = (authority.as_ref(), self.known.as_deref()) {
            *authority = Some(self.meet(*engine_id, RemoteClock::guess(0, 0, now)));
        }
        authority
    }

    /// The user's side of an engine.
    pub(super) fn meet(&self, engine_id: EngineId, clock: RemoteClock) -> Authority {
        Authority { engine_id, clock, keys: self.credentials.localize_as_met(&engine_id) }
    }
}

impl<A: fmt::Debug> fmt::Debug for V3Peer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("V3Peer")
            .field("address", &self.address)
            .field("user", &String::from_utf8_lossy(self.credentials.name()))
            .field("level", &self.credentials.level())
            .field("engine_id", &self.engine_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    /// What is kept per target: this, and two names.
    #[test]
    fn the_size_of_a_peer() {
        const NAMES: usize = 64;
        let peer = size_of::<V3Peer<SocketAddr>>();
        assert!(peer + NAMES <= 768, "{peer} octets");
    }
}
