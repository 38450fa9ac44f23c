//! One request and what becomes of it.

#[cfg(feature = "usm")]
use super::v3_exchange::Renewal;
use super::{Report, Unaccepted};
use crate::ber::{Anomalies, Rules, VarBinds};
use crate::message::{ErrorStatus, PduRef, Version};
use std::io;
use std::time::{Duration, Instant};

/// Names an exchange of one engine. Never reused for another exchange while it could be mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl ExchangeId {
    /// A small number that no other exchange has at the same time, for tables of one's own.
    pub fn slot(self) -> usize {
        self.slot as usize
    }
}

/// How long to wait for a response and how often to ask again.
///
/// Attempt k (from 0) waits for `timeout`·2^k, at most [`MAX_WAIT`](Self::MAX_WAIT); from the first
/// repetition on up to a quarter is added at random, so that many targets that time out together do
/// not ask again together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How long to wait for the first attempt.
    pub timeout: Duration,
    /// How many attempts follow the first.
    pub retries: u32,
    /// Whether each attempt waits as long as the first, instead of twice as long as the one before.
    pub steady: bool,
}

impl Retry {
    /// Doubling stops here, unless `timeout` itself is longer.
    pub const MAX_WAIT: Duration = Duration::from_secs(60);

    /// Longest time that one attempt waits, whatever `timeout` says.
    pub const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

    /// How long attempt `attempt` (from 0) waits; `random` is any number.
    pub(super) fn wait(&self, attempt: u32, random: u32) -> Duration {
        let longest = self.timeout.max(Self::MAX_WAIT).min(Self::MAX_TIMEOUT);
        let factor = 1u32.checked_shl(attempt).unwrap_or(u32::MAX);
        let base = self.timeout.saturating_mul(factor).min(longest);
        if attempt == 0 || self.steady {
            return self.timeout.min(Self::MAX_TIMEOUT);
        }
        // Sixteen random bits make a fraction of a quarter.
        base.saturating_add((base / 4 / 0x1_0000).saturating_mul(random & 0xffff))
    }
}

impl Default for Retry {
    /// One second, and three more attempts.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(1), retries: 3, steady: false }
    }
}

/// Where a request goes and how.
#[derive(Clone, Debug)]
pub struct Peer<A> {
    /// Its address.
    pub address: A,
    /// The version to speak.
    pub version: Version,
    /// The community string.
    pub community: Vec<u8>,
    /// Timeout and repetitions.
    pub retry: Retry,
    /// Accept responses from other addresses as well, as some agents with several interfaces send.
    pub any_source: bool,
    /// Accept responses with another community as well, as some agents send.
    pub any_community: bool,
    /// How much deviation from the encoding rules is accepted in this peer's responses, where the
    /// engine's own rules are not stricter.
    pub rules: Rules,
    /// The longest message that is sent to it, in octets; [`MAX_MESSAGE`](crate::ber::MAX_MESSAGE) as a rule. Small, as there
    /// is one per target.
    pub max_message: u16,
}

/// How an exchange ended.
#[derive(Debug)]
pub enum Outcome<A> {
    /// A response came.
    Response(Response),
    /// Every attempt went unanswered.
    TimedOut {
        /// How many times the request was sent.
        attempts: u32,
        /// From the start to the end of the last wait.
        elapsed: Duration,
        /// A matching response came from here, and was not accepted for that.
        wrong_source: Option<A>,
        /// A matching response was not accepted for these deviations, under strict rules.
        anomalies: Anomalies,
        /// What came all the same.
        dropped: Unaccepted,
    },
    /// SNMPv3: the agent answered with a Report that nothing could be done about.
    Refused {
        /// What it said.
        report: Report,
        /// The value of that counter there; 0 if it does not say one.
        value: u32,
        /// How many times the request was sent.
        attempts: u32,
        /// From the start to the end.
        elapsed: Duration,
    },
    /// SNMPv3: the question for the engine ID went unanswered.
    Undiscovered {
        /// How many times it was sent.
        attempts: u32,
        /// From the start to the end of the last wait.
        elapsed: Duration,
        /// A matching answer came from here, and was not accepted for that.
        wrong_source: Option<A>,
        /// What came all the same.
        dropped: Unaccepted,
    },
    /// The request could not be sent.
    Unsent(io::Error),
}

/// A response, checked and copied out of its datagram.
#[derive(Debug, Default)]
pub struct Response {
    /// Error status.
    pub error_status: ErrorStatus,
    /// Which varbind the status is about, from 1; 0 for none.
    pub error_index: i32,
    /// What was odd about the message.
    pub anomalies: Anomalies,
    /// How many times the request had been sent.
    pub attempts: u32,
    /// From the start to the response.
    pub elapsed: Duration,
    pub(super) content: Vec<u8>,
    pub(super) count: usize,
}

impl Response {
    /// The varbinds.
    pub fn varbinds(&self) -> VarBinds<'_> {
        VarBinds::checked_before(&self.content, self.count)
    }
}

/// An exchange that waits.
#[derive(Debug)]
pub(super) struct Waiting<A> {
    pub(super) address: A,
    pub(super) version: Version,
    pub(super) any_source: bool,
    pub(super) any_community: bool,
    pub(super) retry: Retry,
    pub(super) request_id: i32,
    /// The request, kept for repetitions.
    pub(super) datagram: Vec<u8>,
    /// Attempts made so far, the present one included.
    pub(super) attempts: u32,
    pub(super) started: Instant,
    pub(super) deadline: Instant,
    /// True while the datagram waits to be sent.
    pub(super) queued: bool,
    pub(super) wrong_source: Option<A>,
    pub(super) rules: Rules,
    /// Deviations of a response that was dropped for them.
    pub(super) anomalies: Anomalies,
    /// What came and was not accepted.
    pub(super) unaccepted: Unaccepted,
    #[cfg(feature = "usm")]
    pub(super) v3: Option<Box<super::v3_exchange::V3Exchange<A>>>,
}

impl<A: Copy> Waiting<A> {
    /// Whether the peer's rules let a message with these deviations pass; remembers them if not.
    pub(super) fn puts_up_with(&mut self, anomalies: Anomalies) -> bool {
        let passes = self.rules == Rules::Lenient || anomalies.is_conforming();
        if !passes {
            self.anomalies = self.anomalies.union(anomalies);
        }
        passes
    }

    /// The response that this PDU is.
    pub(super) fn response(&self, now: Instant, pdu: &PduRef<'_>, anomalies: Anomalies) -> Response {
        Response {
            error_status: pdu.header.error_status,
            error_index: pdu.header.error_index,
            anomalies,
            attempts: self.attempts,
            elapsed: now.saturating_duration_since(self.started),
            content: pdu.varbinds.as_bytes().to_vec(),
            count: pdu.varbinds.len(),
        }
    }

    /// How the exchange ends when its last wait is over.
    pub(super) fn timed_out(&self, now: Instant, dropped: Unaccepted) -> Outcome<A> {
        #[cfg(feature = "usm")]
        if let Some(v3) = &self.v3
            && v3.report.is_none()
        {
            v3.peer.doubt(v3.renewal == Renewal::None && !v3.asking);
        }
        self.unanswered(now, dropped)
    }

    /// The same, with nothing learnt about the peer.
    pub(super) fn unanswered(&self, now: Instant, dropped: Unaccepted) -> Outcome<A> {
        let (attempts, wrong_source) = (self.attempts, self.wrong_source);
        let elapsed = now.saturating_duration_since(self.started);
        #[cfg(feature = "usm")]
        if let Some(v3) = &self.v3 {
            if let Some((report, value)) = v3.report {
                return Outcome::Refused { report, value, attempts, elapsed };
            }
            if v3.asking && v3.renewal == Renewal::None {
                return Outcome::Undiscovered { attempts, elapsed, wrong_source, dropped };
            }
        }
        Outcome::TimedOut { attempts, elapsed, wrong_source, anomalies: self.anomalies, dropped }
    }

    /// True when no further attempt is to be made.
    pub(super) fn is_last(&self) -> bool {
        #[cfg(feature = "usm")]
        if self.v3.as_ref().is_some_and(|v3| v3.refused) {
            return true;
        }
        self.attempts > self.retry.retries
    }
}
