//! Notifications that SNMPv2-MIB has every agent send: coldStart, warmStart and authenticationFailure (RFC 3418).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::agent::Agent;
use crate::dispatcher::Dispatched;
use crate::engine::Dropped;
use crate::net::TransportAddress;
use crate::originator::Event;

/// One authenticationFailure per source and second.
const PER_SOURCE: Duration = Duration::from_secs(1);

/// Sources that are remembered. When there are more within a second, they count as one.
const MAX_SOURCES: usize = 1_024;

/// A message that is not properly authenticated.
///
/// That is a message with a community that is not known, or may not be used from its address (RFC 3584 §5.2.1), and one
/// of SNMPv3 whose digest is wrong, that cannot be decrypted, or whose user is not known. Questions for the engine ID,
/// unsupported levels and messages out of time are not: every manager sends such before it has found out what to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthenticationFailure {
    /// The community.
    Community,
    /// The user is not known.
    UnknownUser,
    /// The digest.
    WrongDigest,
    /// It cannot be decrypted.
    Decryption,
}

impl AuthenticationFailure {
    /// What was not authentic about a message that this has come of.
    pub(super) fn of<E, C, N>(dispatched: &Result<Dispatched<E, C, N>, Dropped>) -> Option<Self> {
        match dispatched {
            Err(Dropped::UnknownCommunity) => Some(Self::Community),
            #[cfg(feature = "usm")]
            Ok(Dispatched::Report(report)) | Err(Dropped::Reported(report)) => Self::of_report(*report),
            _ => None,
        }
    }

    /// The failure that a Report tells of, if it is one.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn of_report(report: crate::engine::Report) -> Option<Self> {
        use crate::engine::Report;
        match report {
            Report::UnknownUser => Some(Self::UnknownUser),
            Report::WrongDigest => Some(Self::WrongDigest),
            Report::DecryptionError => Some(Self::Decryption),
            _ => None,
        }
    }
}

/// Hears of messages that are not properly authenticated. What answers requests tells it.
pub trait AuthenticationObserver: Send + Sync {
    /// A message came from there. Called for every such message, so it should neither wait nor take long.
    fn authentication_failed(&self, failure: AuthenticationFailure, from: &TransportAddress);
}

/// Whether authenticationFailure is sent, and how often at most.
#[derive(Debug, Default)]
pub(super) struct AuthenticationTraps {
    enabled: AtomicBool,
    recent: Mutex<Recent>,
}

/// The sources of the last second.
#[derive(Debug, Default)]
struct Recent {
    by_source: HashMap<Option<IpAddr>, Instant>,
    /// When old ones were last looked for: a flood must not have them looked for again and again.
    swept: Option<Instant>,
}

/// Whether authenticationFailure is sent by an agent. Clones are the same switch.
#[derive(Clone, Debug)]
pub struct AuthenticationSwitch(Arc<AuthenticationTraps>);

impl AuthenticationSwitch {
    /// See [`Agent::authentication_traps`].
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_enabled()
    }

    /// See [`Agent::enable_authentication_traps`].
    pub fn enable(&self, enabled: bool) {
        self.0.enable(enabled);
    }
}

impl AuthenticationTraps {
    pub(super) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    pub(super) fn enable(&self, enabled: bool) {
        self.enabled.store(enabled, Ordering::Relaxed);
    }

    /// Whether a message from there is told now.
    pub(super) fn admits(&self, now: Instant, from: &TransportAddress) -> bool {
        self.is_enabled() && self.recent.lock().unwrap_or_else(PoisonError::into_inner).admits(now, from)
    }
}

impl Recent {
    fn admits(&mut self, now: Instant, from: &TransportAddress) -> bool {
        let is_recent = |last: &Instant| now.saturating_duration_since(*last) < PER_SOURCE;
        // Ports are easy to change, and sockets of the Unix domain are all of this machine.
        let mut source = from.ip().map(|ip| ip.ip());
        if self.by_source.len() >= MAX_SOURCES && !self.by_source.contains_key(&source) {
            if !self.swept.as_ref().is_some_and(is_recent) {
                self.swept = Some(now);
                self.by_source.retain(|_, last| is_recent(last));
            }
            if self.by_source.len() >= MAX_SOURCES {
                source = None;
            }
        }
        if self.by_source.get(&source).is_some_and(is_recent) {
            return false;
        }
        self.by_source.insert(source, now);
        true
    }
}

/// How an agent has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// As a new engine, or as one that keeps nothing over restarts: its configuration may be another than before.
    Cold,
    /// As the engine that it was before.
    Warm,
}

/// Notifications of SNMPv2-MIB.
impl Agent {
    /// How the agent has started, as its [engine store](super::AgentBuilder::engine_store) tells: an engine that has
    /// started under its ID before starts warm.
    #[must_use]
    pub fn start(&self) -> Start {
        #[cfg(feature = "usm")]
        if self
            .shared
            .responder
            .authority()
            .is_some_and(|authority| authority.clock(self.shared.started).boots > 1)
        {
            return Start::Warm;
        }
        Start::Cold
    }

    /// Sends coldStart or warmStart to every receiver; see [`start`](Self::start). An application calls it once, when
    /// what it serves is in place.
    pub fn notify_start(&self) {
        self.queue_event(&match self.start() {
            Start::Cold => Event::cold_start(),
            Start::Warm => Event::warm_start(),
        });
    }

    /// snmpEnableAuthenTraps: whether authenticationFailure is sent. It is not, unless it is enabled. `mibc-admin` has the
    /// object, for managers to read and write.
    #[must_use]
    pub fn authentication_traps(&self) -> bool {
        self.shared.authentication.is_enabled()
    }

    /// The same as a handle, for what the agent itself serves: an agent that was in its own handlers would never end.
    #[must_use]
    pub fn authentication_switch(&self) -> AuthenticationSwitch {
        AuthenticationSwitch(Arc::clone(&self.shared.authentication))
    }

    /// Sets snmpEnableAuthenTraps. One authenticationFailure per second and source address is sent at most.
    pub fn enable_authentication_traps(&self, enabled: bool) {
        self.shared.authentication.enable(enabled);
    }
}

impl AuthenticationObserver for Agent {
    fn authentication_failed(&self, failure: AuthenticationFailure, from: &TransportAddress) {
        tracing::debug!(target: crate::logs::AGENT, peer = %from, ?failure, "a message is not authentic");
        let now = tokio::time::Instant::now().into_std();
        if self.shared.authentication.admits(now, from) {
            tracing::info!(target: crate::logs::AGENT, peer = %from, ?failure, "authenticationFailure is sent");
            self.queue_event(&Event::authentication_failure());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn from(number: u32, port: u16) -> TransportAddress {
        TransportAddress::Udp(SocketAddr::from((number.to_be_bytes(), port)))
    }

    /// N4: nothing unless enabled; then one per second and source, whatever its port.
    #[test]
    fn one_per_second_and_source() {
        let traps = AuthenticationTraps::default();
        let now = Instant::now();
        assert!(!traps.admits(now, &from(1, 1)));
        traps.enable(true);
        assert!(traps.admits(now, &from(1, 1)));
        assert!(!traps.admits(now, &from(1, 2)));
        assert!(traps.admits(now, &from(2, 1)));
        assert!(!traps.admits(now + Duration::from_millis(999), &from(1, 1)));
        assert!(traps.admits(now + Duration::from_secs(1), &from(1, 1)));
    }

    /// A flood from forged sources is limited, and costs no more than so much memory.
    #[test]
    fn many_sources() {
        let traps = AuthenticationTraps::default();
        traps.enable(true);
        let now = Instant::now();
        let told = (0..100_000).filter(|number| traps.admits(now, &from(*number, 1))).count();
        assert_eq!(told, MAX_SOURCES + 1);
        let later = now + Duration::from_secs(1);
        let told = (0..100_000).filter(|number| traps.admits(later, &from(*number, 1))).count();
        assert!((MAX_SOURCES..=MAX_SOURCES + 1).contains(&told), "{told}");
        let recent = traps.recent.lock().expect("no panic");
        assert!(recent.by_source.len() <= MAX_SOURCES + 1, "{}", recent.by_source.len());
    }
}
