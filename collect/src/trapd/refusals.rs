//! Messages that nothing comes of: counted by reason, and told in the log.

use mibc_runtime::engine::Report;
use mibc_runtime::listener::Dropped;
use mibc_runtime::net::TransportAddress;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A source is told of once in this time for each reason.
const WINDOW: Duration = Duration::from_secs(60);

/// Lines of the log in that time. What comes beyond is counted, and its count is told at the end of the time.
const LINES: usize = 16;

/// Why nothing comes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Community,
    Source,
    User,
    Level,
    Digest,
    Decryption,
    Time,
    Engine,
    Version,
    Pdu,
    Decode,
    Size,
    Duplicate,
    Other,
}

impl Reason {
    const ALL: [Self; 14] = [
        Self::Community,
        Self::Source,
        Self::User,
        Self::Level,
        Self::Digest,
        Self::Decryption,
        Self::Time,
        Self::Engine,
        Self::Version,
        Self::Pdu,
        Self::Decode,
        Self::Size,
        Self::Duplicate,
        Self::Other,
    ];

    fn of(dropped: &Dropped) -> Self {
        match dropped {
            Dropped::UnknownCommunity => Self::Community,
            Dropped::Reported(Report::UnknownUser) => Self::User,
            Dropped::Level | Dropped::Reported(Report::UnsupportedLevel) => Self::Level,
            Dropped::Reported(Report::WrongDigest) => Self::Digest,
            Dropped::Reported(Report::DecryptionError) => Self::Decryption,
            Dropped::Reported(Report::NotInTimeWindow) => Self::Time,
            Dropped::OtherEngine | Dropped::Reported(Report::UnknownEngineId) => Self::Engine,
            Dropped::UnknownVersion(_) => Self::Version,
            Dropped::UnknownPdu | Dropped::Reported(Report::UnknownPduHandler) => Self::Pdu,
            Dropped::Malformed(_) | Dropped::InvalidFlags | Dropped::SecurityModel(_) => Self::Decode,
            Dropped::Silent { .. } => Self::Size,
            Dropped::Duplicate => Self::Duplicate,
            _ => Self::Other,
        }
    }

    /// Its name among the metrics.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Source => "source",
            Self::User => "user",
            Self::Level => "level",
            Self::Digest => "digest",
            Self::Decryption => "decryption",
            Self::Time => "time",
            Self::Engine => "engine",
            Self::Version => "version",
            Self::Pdu => "pdu",
            Self::Decode => "decode",
            Self::Size => "size",
            Self::Duplicate => "duplicate",
            Self::Other => "other",
        }
    }

    /// What is wrong, and where to look. No message is quoted: the community is a secret.
    const fn words(self) -> &'static str {
        match self {
            Self::Community => "unknown community: it is not in `communities` of the listener",
            Self::Source => "its community is not accepted from this address: see `sources` of the community",
            Self::User => "unknown user: the listener has no such [[user]]",
            Self::Level => {
                "wrong security level: below `level` of the [[user]], or encrypted although the [[user]] has no `privacy`"
            }
            Self::Digest => {
                "wrong digest: `auth` or `auth-passphrase` of the [[user]] is not that of the sender"
            }
            Self::Decryption => {
                "decryption error: `privacy` or `privacy-passphrase` of the [[user]] is not that of the sender"
            }
            Self::Time => "not in the time window: it is old, or its sender forgets its engine boots",
            Self::Engine => "an SNMPv3 inform for the engine of another receiver",
            Self::Version => "this version of SNMP is not accepted: for SNMPv3 the listener needs a [[user]]",
            Self::Pdu => "it is not a notification, but a request or a response",
            Self::Decode => "it is not an SNMP message",
            Self::Size => "the answer does not fit into a message",
            Self::Duplicate => "a duplicate",
            Self::Other => "it cannot be handled",
        }
    }
}

/// What was refused.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    counters: [AtomicU64; Reason::ALL.len()],
    told: Mutex<Told>,
}

/// What the log has of the time in hand.
#[derive(Debug, Default)]
struct Told {
    since: Option<Instant>,
    lines: Vec<(String, Reason)>,
    /// Messages that have no line.
    further: u64,
}

impl Refusals {
    /// A listener has dropped a message.
    pub(super) fn dropped(&self, source: &TransportAddress, dropped: &Dropped) {
        self.note(source, Reason::of(dropped), Instant::now());
    }

    /// A message is refused.
    pub(super) fn note(&self, source: &TransportAddress, reason: Reason, now: Instant) {
        if let Some(counter) = self.counters.get(reason as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        // The network has doubled it: the first one is there.
        if reason == Reason::Duplicate {
            return;
        }
        self.tell(now);
        // All ports of a host are one source.
        let source =
            source.ip().map_or_else(|| source.to_string(), |source| source.ip().to_canonical().to_string());
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).is_new(&source, reason, now) {
            let reason = reason.words();
            tracing::warn!(target: mibc_runtime::logs::TRAPD, %source, %reason, "a message is refused");
        }
    }

    /// Tells how many had no line of their own, when the time for that has come.
    pub(super) fn tell(&self, now: Instant) {
        let messages = self.told.lock().unwrap_or_else(PoisonError::into_inner).end(now);
        if messages > 0 {
            tracing::warn!(target: mibc_runtime::logs::TRAPD, messages, "further messages were refused");
        }
    }

    /// The reasons, and how many messages each has.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.counters.iter().map(|counter| counter.load(Ordering::Relaxed));
        Reason::ALL.iter().map(|reason| reason.as_str()).zip(counts)
    }
}

impl Told {
    /// Whether this has no line yet, and is to have one.
    fn is_new(&mut self, source: &str, reason: Reason, now: Instant) -> bool {
        self.since.get_or_insert(now);
        let known = self.lines.iter().any(|(known, why)| known == source && *why == reason);
        if known || self.lines.len() >= LINES {
            self.further += 1;
            return false;
        }
        self.lines.push((source.to_owned(), reason));
        true
    }

    /// Begins anew if the time is over; gives how many messages had no line.
    fn end(&mut self, now: Instant) -> u64 {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) < WINDOW) {
            return 0;
        }
        std::mem::take(self).further
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, Reason, Refusals, Told, WINDOW};
    use mibc_runtime::engine::Report;
    use mibc_runtime::listener::Dropped;
    use mibc_runtime::net::TransportAddress;
    use std::time::Instant;

    #[test]
    fn each_reason_has_a_counter_of_its_own() {
        let refusals = Refusals::default();
        let source = TransportAddress::Udp(([192, 0, 2, 1], 162).into());
        for (place, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, place, "{reason:?}");
            refusals.note(&source, reason, Instant::now());
        }
        refusals.dropped(&source, &Dropped::Reported(Report::WrongDigest));
        let counts: Vec<_> = refusals.counts().collect();
        assert!(
            counts.iter().all(|(name, count)| *count == if *name == "digest" { 2 } else { 1 }),
            "{counts:?}"
        );
    }

    #[test]
    fn the_log_is_bounded() {
        let (mut told, now) = (Told::default(), Instant::now());
        assert!(told.is_new("a", Reason::Community, now) && told.is_new("a", Reason::User, now));
        assert!(!told.is_new("a", Reason::Community, now));
        let lines =
            (0..1_000).filter(|source| told.is_new(&source.to_string(), Reason::Community, now)).count();
        assert_eq!(lines, LINES - 2);
        assert_eq!(told.end(now), 0, "not yet");
        assert_eq!(told.end(now + WINDOW), 1_001 - lines as u64);
        assert_eq!(told.end(now + 2 * WINDOW), 0);
        assert!(told.is_new("a", Reason::Community, now + 2 * WINDOW));
    }
}
