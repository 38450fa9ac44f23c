//! Whom to ask, and how.

use super::circuit::Breaker;
use crate::ber::{MAX_MESSAGE, Rules};
use crate::engine::Retry;
use crate::message::Version;
use crate::net::{Endpoint, TransportAddress};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// UDP port of agents (RFC 3417 §3.2).
const PORT: u16 = 161;

/// An agent: address, version, community, and how patiently to ask.
///
/// Sessions of equal targets share what is known of the agent: address, SNMPv3 engine and clock, requests
/// outstanding, circuit breaker, and how many repetitions it answers.
///
/// ```
/// # use mibc_runtime::manager::Target;
/// # use std::time::Duration;
/// let target = Target::v2c("router.example.net", "public").timeout(Duration::from_secs(3)).retries(1);
/// assert_eq!(target.to_string(), "router.example.net");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    pub(super) address: Address,
    pub(super) version: Version,
    pub(super) community: Vec<u8>,
    pub(super) retry: Retry,
    pub(super) any_source: bool,
    pub(super) any_community: bool,
    pub(super) rules: Rules,
    pub(super) max_repetitions: u32,
    pub(super) max_outstanding: usize,
    // A datagram has no more.
    pub(super) max_varbinds: u16,
    pub(super) max_message: u16,
    pub(super) breaker: Option<Breaker>,
    pub(super) deadline: Option<Duration>,
    #[cfg(feature = "usm")]
    pub(super) v3: Option<Box<super::target_v3::Security>>,
}

/// Where an agent is. Text is `[TRANSPORT:]ADDRESS`. TRANSPORT is `udp`, the default, or `tcp` (RFC 3430); `udp6` and
/// `tcp6` are for IPv6 only. ADDRESS is `host`, `host:port`, `[ipv6]:port` or a bare IPv6 address; `host` is a name
/// or an address and may have a zone (`fe80::1%eth0`). Without a port it is 161. Text can also be `unix:PATH` for a
/// stream socket of the Unix domain, `unixgram:PATH` for a datagram socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address(Form);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    Text(String),
    Transport(TransportAddress),
}

impl Target {
    /// Rows that bulk walks and table reads begin to ask for at a time.
    pub const MAX_REPETITIONS: u32 = 10;

    /// Names in one request to read variables by name.
    pub const MAX_VARBINDS: usize = 64;

    /// Requests that may be outstanding at a time: many agents work one off after the other, and lose
    /// what their small buffers cannot hold.
    pub const MAX_OUTSTANDING: usize = 8;

    /// An agent that speaks SNMPv2c.
    pub fn v2c(address: impl Into<Address>, community: impl AsRef<[u8]>) -> Self {
        Self::new(Version::V2c, address.into(), community.as_ref())
    }

    /// An agent that speaks SNMPv1.
    pub fn v1(address: impl Into<Address>, community: impl AsRef<[u8]>) -> Self {
        Self::new(Version::V1, address.into(), community.as_ref())
    }

    pub(super) fn new(version: Version, address: Address, community: &[u8]) -> Self {
        Self {
            address,
            version,
            community: community.to_vec(),
            retry: Retry::default(),
            any_source: false,
            any_community: false,
            rules: Rules::Lenient,
            max_repetitions: Self::MAX_REPETITIONS,
            max_outstanding: Self::MAX_OUTSTANDING,
            max_varbinds: Self::MAX_VARBINDS as u16,
            max_message: MAX_MESSAGE as u16,
            breaker: Some(Breaker::default()),
            deadline: None,
            #[cfg(feature = "usm")]
            v3: None,
        }
    }

    /// How long to wait for the first attempt; each further one waits twice as long as the one before.
    /// One second unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.retry.timeout = timeout;
        self
    }

    /// How often to ask again when no response comes. Three times unless set.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retry.retries = retries;
        self
    }

    /// Whether each attempt waits as long as the first. Unless set, each further one waits twice as long as the one
    /// before, which spares an agent that is too busy to answer.
    #[must_use]
    pub fn steady(mut self, steady: bool) -> Self {
        self.retry.steady = steady;
        self
    }

    /// Rows that bulk walks and table reads begin to ask for at a time;
    /// [`MAX_REPETITIONS`](Self::MAX_REPETITIONS) unless set.
    ///
    /// From there the number follows what the target has shown to answer, in all its sessions: it grows
    /// with full responses, as long as they fit an Ethernet frame, and halves if a request goes
    /// unanswered or is too big. With 1 it is GETNEXT for good. Walks and tables can be given a number of
    /// their own.
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        self.max_repetitions = max_repetitions;
        self
    }

    /// How many variables one request may ask for by name; [`MAX_VARBINDS`](Self::MAX_VARBINDS) unless
    /// set, at least 1. More are asked for in several requests; so are fewer, if the target has said that its
    /// response to as many would be too big (tooBig), in all its sessions: half of them, and slowly more again while
    /// that goes well. Does not concern what is written: that is all or none.
    #[must_use]
    pub fn max_varbinds(mut self, varbinds: usize) -> Self {
        self.max_varbinds = u16::try_from(varbinds).unwrap_or(u16::MAX);
        self
    }

    /// The longest request that is sent to it, in octets, from 484 to 65,507, which is the default. Operations do not split
    /// what is longer: it is [`Error::TooLarge`](super::Error::TooLarge).
    #[must_use]
    pub fn max_message(mut self, octets: usize) -> Self {
        let octets = octets.clamp(crate::message::MIN_MAX_SIZE as usize, MAX_MESSAGE);
        self.max_message = u16::try_from(octets).unwrap_or(u16::MAX);
        self
    }

    /// How many requests may be outstanding at a time, over all operations;
    /// [`MAX_OUTSTANDING`](Self::MAX_OUTSTANDING) unless set, at least 1. Others wait in the order in
    /// which they came, without their timeouts running.
    #[must_use]
    pub fn max_outstanding(mut self, requests: usize) -> Self {
        self.max_outstanding = requests;
        self
    }

    /// When to stop asking the target because it does not answer. [`Breaker::default`] unless set; with
    /// `None` every request is sent.
    #[must_use]
    pub fn breaker(mut self, breaker: impl Into<Option<Breaker>>) -> Self {
        self.breaker = breaker.into();
        self
    }

    /// How long each operation may take, waiting for others, repetitions and all requests that it is made
    /// of included; then it ends with [`Error::Deadline`](super::Error::Deadline). None unless set. Walks
    /// and tables can have their own.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How much deviation from the encoding rules is accepted in this target's responses, where the
    /// manager's [`Settings`](super::Settings) are not stricter. Under strict rules a response that
    /// deviates is dropped, and the error of the timeout tells the deviations.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Accept responses from any address, for agents with several interfaces that do not answer from
    /// the address that was asked. It makes forging responses easier.
    #[must_use]
    pub fn any_source(mut self, any_source: bool) -> Self {
        self.any_source = any_source;
        self
    }

    /// Accept responses with another community than that of the request, or with none, which some agents and proxies
    /// send (RFC 3584 §5.2.1 has them send the same). It makes forging responses easier: who forges one need not know
    /// the community. Without effect on targets of SNMPv3.
    #[must_use]
    pub fn any_community(mut self, any_community: bool) -> Self {
        self.any_community = any_community;
        self
    }
}

/// By address and names, for the list of targets; secrets other than the community stay out of it.
impl Hash for Target {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address.hash(state);
        self.version.number().hash(state);
        self.community.hash(state);
        #[cfg(feature = "usm")]
        if let Some(v3) = &self.v3 {
            v3.hash_names(state);
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

/// Leaves out the community, which is a secret.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Target");
        debug.field("address", &self.address).field("version", &self.version);
        #[cfg(feature = "usm")]
        if let Some(v3) = &self.v3 {
            return debug.field("v3", v3).field("retry", &self.retry).finish_non_exhaustive();
        }
        debug.field("community", &"***").field("retry", &self.retry).finish_non_exhaustive()
    }
}

impl Address {
    /// Whether it is well-formed. No resolver is asked: a name may turn out not to exist.
    ///
    /// ```
    /// use mibc_runtime::manager::Address;
    ///
    /// assert!(Address::from("tcp:switch.example.net:1161").check().is_ok());
    /// assert!(Address::from("192.0.2.1:70000").check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn check(&self) -> io::Result<()> {
        match &self.0 {
            Form::Text(text) => Endpoint::parse(text, PORT).check(),
            Form::Transport(_) => Ok(()),
        }
    }

    /// The addresses that it stands for, in the order to try them.
    pub(super) async fn resolve(&self) -> io::Result<Vec<TransportAddress>> {
        match &self.0 {
            Form::Text(text) => Endpoint::parse(text, PORT).resolve().await,
            Form::Transport(address) => Ok(vec![address.canonical()]),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Text(text) => f.write_str(text),
            Form::Transport(TransportAddress::Udp(address)) => address.fmt(f),
            Form::Transport(address) => address.fmt(f),
        }
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(Form::Text(text.to_owned()))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(Form::Text(text))
    }
}

impl From<&String> for Address {
    fn from(text: &String) -> Self {
        Self(Form::Text(text.clone()))
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self(Form::Transport(TransportAddress::Udp(address)))
    }
}

impl From<TransportAddress> for Address {
    fn from(address: TransportAddress) -> Self {
        Self(Form::Transport(address))
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self::from(SocketAddr::new(address, PORT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_keeps_the_community_secret() {
        let text = format!("{:?}", Target::v2c("router", "s3cret"));
        assert!(!text.contains("s3cret") && text.contains("***"), "{text}");
    }
}
