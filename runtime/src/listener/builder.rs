//! Describing a listener before it listens.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{ToSocketAddrs, lookup_host};

use super::acknowledgement::Later;
use super::listener::{Listener, Manner, OnDropped};
use super::receiver::Receiver;
use crate::ber::MAX_MESSAGE;
use crate::engine::{Dropped, Random};
use crate::net::{BUFFER, Intake, OsRandom, TransportAddress, listen_resting, listen_with};

/// Notifications that wait for [`Listener::next`] at most, unless [`ListenerBuilder::queue`] says otherwise.
pub const QUEUE: usize = 1_024;

/// Octets of messages that wait for [`Listener::next`] at most, unless [`ListenerBuilder::queue_octets`] says
/// otherwise.
pub const QUEUE_OCTETS: usize = 64 << 20;

/// How long a buffer of so many octets holds what comes in a storm, of 100 octets in a microsecond as the kernel counts
/// them.
fn held(octets: usize) -> Duration {
    Duration::from_micros((octets / 100) as u64)
}

/// What a listener is made of; ends with [`bind`](Self::bind).
#[derive(Clone)]
pub struct ListenerBuilder {
    communities: Vec<Vec<u8>>,
    any_community: bool,
    queue: usize,
    queue_octets: usize,
    receive_buffer: usize,
    max_response: usize,
    rest: Duration,
    later: bool,
    on_dropped: Option<OnDropped>,
    #[cfg(feature = "usm")]
    users: Vec<(crate::usm::User, crate::message::Level)>,
    #[cfg(feature = "usm")]
    engines: Option<std::collections::BTreeSet<crate::usm::EngineId>>,
    #[cfg(feature = "usm")]
    engine_id: Option<crate::usm::EngineId>,
    #[cfg(feature = "usm")]
    store: Option<std::sync::Arc<dyn crate::net::EngineStore>>,
}

/// Why a listener cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// Neither a community nor a user was given, and neither has a default.
    #[error(
        "a listener without a community or a user takes nothing: give it `.community(..)` for SNMPv1 and SNMPv2c, or \
         `.user(..)` for SNMPv3"
    )]
    NoSender,
    /// A user cannot be worked with.
    #[cfg(feature = "usm")]
    #[error("a user of the listener cannot be used: {0}")]
    User(#[from] crate::usm::UserError),
    /// What the engine keeps over restarts cannot be read or saved.
    #[cfg(feature = "usm")]
    #[error("the engine's boots cannot be kept: {0}")]
    EngineStore(#[source] io::Error),
    /// Informs are to be acknowledged later, by a listener that has no sockets of its own.
    #[error(
        "a listener on the sockets of an entity acknowledges informs at once: leave `.acknowledge_later()` out"
    )]
    AcknowledgesLater,
    /// The address to listen on is not valid, or its name does not resolve.
    #[error("the address to listen on does not resolve: {0}")]
    Address(#[source] io::Error),
    /// The system refuses the socket.
    #[error("cannot listen on {address}: {source}")]
    Socket {
        /// Where it should have listened.
        address: TransportAddress,
        /// What the system says.
        source: io::Error,
    },
}

impl ListenerBuilder {
    pub(super) fn new() -> Self {
        Self {
            communities: Vec::new(),
            any_community: false,
            queue: QUEUE,
            queue_octets: QUEUE_OCTETS,
            receive_buffer: BUFFER,
            max_response: MAX_MESSAGE,
            rest: Duration::ZERO,
            later: false,
            on_dropped: None,
            #[cfg(feature = "usm")]
            users: Vec::new(),
            #[cfg(feature = "usm")]
            engines: None,
            #[cfg(feature = "usm")]
            engine_id: None,
            #[cfg(feature = "usm")]
            store: None,
        }
    }

    /// Accepts SNMPv1 and SNMPv2c with this community. A listener has none by default.
    #[must_use]
    pub fn community(mut self, community: impl Into<Vec<u8>>) -> Self {
        self.communities.push(community.into());
        self
    }

    /// Takes SNMPv1 and SNMPv2c with every community, also the empty one: from anyone who can send a datagram.
    #[must_use]
    pub fn any_community(mut self) -> Self {
        self.any_community = true;
        self
    }

    /// Accepts SNMPv3 from this user at the level of its keys, from any engine. A listener has no user by default.
    ///
    /// An engine's keys are made from the user's passphrases when the engine is first heard. That takes a few short
    /// hashes, but with AES-192 and AES-256 in Reeder's way another mebibyte of hashing per message of an unknown
    /// engine, also for forged ones; there [`only_engines`](Self::only_engines) keeps the cost down.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn user(self, user: crate::usm::User) -> Self {
        let level = user.level();
        self.user_from_level(user, level)
    }

    /// Takes SNMPv3 from this user at `level` or a higher one. At
    /// [`NoAuthNoPriv`](crate::message::Level::NoAuthNoPriv) anybody can use the name.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn user_from_level(mut self, user: crate::usm::User, level: crate::message::Level) -> Self {
        self.users.push((user, level));
        self
    }

    /// Takes traps over SNMPv3 only from these engines. Informs are sent to the listener's own engine, and are taken
    /// from every user.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn only_engines(mut self, engines: impl IntoIterator<Item = crate::usm::EngineId>) -> Self {
        self.engines.get_or_insert_default().extend(engines);
        self
    }

    /// Keeps the listener's engine ID and the number of its starts, which senders of informs go by. Without a store the
    /// engine has a new random ID each time, which is as safe; senders find it out.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_store(mut self, store: impl crate::net::EngineStore + 'static) -> Self {
        self.store = Some(std::sync::Arc::new(store));
        self
    }

    /// Gives the listener's engine this ID. It takes a [store](Self::engine_store) to count its starts.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(mut self, engine_id: crate::usm::EngineId) -> Self {
        self.engine_id = Some(engine_id);
        self
    }

    /// How many notifications wait for [`Listener::next`] at most, at least 1; [`QUEUE`] by default. When so many wait,
    /// nothing more is read from the sockets.
    #[must_use]
    pub fn queue(mut self, notifications: usize) -> Self {
        self.queue = notifications.max(1);
        self
    }

    /// Of how many octets the messages may be, all in all, whose notifications wait for [`Listener::next`];
    /// [`QUEUE_OCTETS`] by default. In memory a notification takes more than its message: some 500 octets, and for
    /// each varbind some 100.
    #[must_use]
    pub fn queue_octets(mut self, octets: usize) -> Self {
        self.queue_octets = octets;
        self
    }

    /// How many octets the kernel is asked to keep for each UDP socket, of what has come and has not been read;
    /// [`BUFFER`] by default. Linux gives more than `net.core.rmem_max` only to a process with the capability
    /// CAP_NET_ADMIN, and counts several hundred octets for the smallest datagram.
    #[must_use]
    pub fn receive_buffer(mut self, octets: usize) -> Self {
        self.receive_buffer = octets;
        self
    }

    /// How long reading rests at most once all traps that are there have been read: those that come meanwhile are then read
    /// together, which costs less. None by default, which is right where each is to be seen at once. The first trap after a
    /// silence does not wait, nor does anything while informs are on their way. A small buffer of the kernel makes it
    /// shorter, so that it holds what comes meanwhile. In an [`Entity`](crate::whole::Entity) reading never rests.
    #[must_use]
    pub fn rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    /// The longest acknowledgement in octets; see [`Receiver::max_response`].
    #[must_use]
    pub fn max_response(mut self, octets: usize) -> Self {
        self.max_response = octets;
        self
    }

    /// Informs are acknowledged when the application says so: [`Listener::next_unacknowledged`] gives an
    /// [`Acknowledgement`](super::Acknowledgement) with each. [`Listener::next`] acknowledges what it gives.
    ///
    /// At most [`MAX_HELD`](super::MAX_HELD) informs wait for it; further ones are left to the repetitions of their senders.
    #[must_use]
    pub fn acknowledge_later(mut self) -> Self {
        self.later = true;
        self
    }

    /// Calls this for each message that nothing comes of, with its source and the reason: it is refused, cannot be read, or
    /// is a duplicate. It runs where messages are read, so it must not wait. In an [`Entity`](crate::whole::Entity) it is not
    /// called, since a message that is not for the listener may be for others.
    #[must_use]
    pub fn on_dropped(mut self, told: impl Fn(&TransportAddress, &Dropped) + Send + Sync + 'static) -> Self {
        self.on_dropped = Some(Arc::new(told));
        self
    }

    /// Listens on every address that `addresses` resolves to, over UDP; 162 is the port for it. Port 0 lets the system
    /// choose.
    ///
    /// An IPv6 socket takes only IPv6: name both families to serve both.
    ///
    /// # Errors
    ///
    /// No sender, a user that cannot be used, an address that does not resolve, a socket that the system refuses.
    pub async fn bind(self, addresses: impl ToSocketAddrs) -> Result<Listener, BindError> {
        let addresses = lookup_host(addresses).await.map_err(BindError::Address)?;
        self.bind_to(addresses.map(TransportAddress::Udp))
    }

    /// Listens on addresses of any transport; [`TransportAddress::lookup`] makes them from text. Needs a tokio runtime
    /// around it.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub fn bind_to(
        self,
        addresses: impl IntoIterator<Item = TransportAddress>,
    ) -> Result<Listener, BindError> {
        if self.communities.is_empty() && !self.any_community && !self.has_users() {
            return Err(BindError::NoSender);
        }
        let mut transports = Vec::new();
        for address in addresses {
            let listen = if self.rest.is_zero() { listen_with } else { listen_resting };
            let transport = listen(&address, self.receive_buffer);
            transports.push(transport.map_err(|source| BindError::Socket { address, source })?);
        }
        if transports.is_empty() {
            let none = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
            return Err(BindError::Address(none));
        }
        let (room, later) = ((self.queue, self.queue_octets), self.later.then(Later::new));
        let intake = Intake::new(transports);
        let rest = intake.receive_buffer().map_or(self.rest, |octets| self.rest.min(held(octets)));
        let manner = Manner { later, rest, on_dropped: self.on_dropped.clone() };
        Ok(Listener::start(self.receiver()?, intake, room, manner))
    }

    /// A listener for which somebody else receives.
    #[cfg(all(feature = "manager", feature = "agent"))]
    pub(crate) fn join(
        self,
        addresses: &[TransportAddress],
        drops: crate::net::Drops,
        counters: std::sync::Arc<crate::engine::Counters>,
        #[cfg(feature = "usm")] engine: std::sync::Arc<crate::security::Authority>,
        keeper: super::listener::Keeper,
    ) -> Result<(Listener, super::role::ListenerRole), BindError> {
        if self.communities.is_empty() && !self.any_community && !self.has_users() {
            return Err(BindError::NoSender);
        }
        if self.later {
            return Err(BindError::AcknowledgesLater);
        }
        let mut random = OsRandom::new();
        let seed = u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
        let room = (self.queue, self.queue_octets);
        let mut receiver = Receiver::new(self.communities, seed).max_response(self.max_response);
        if self.any_community {
            receiver = receiver.any_community();
        }
        receiver.count_in(counters);
        #[cfg(feature = "usm")]
        {
            let cache = crate::usm::KeyCache::new();
            let users = self.users.iter();
            let users: Result<Vec<_>, _> = users
                .map(|(user, level)| crate::usm::Credentials::new(user, &cache).map(|user| (user, *level)))
                .collect();
            receiver = receiver.of_engine(engine, users?, self.engines);
        }
        Ok(Listener::join(receiver, addresses, drops, room, keeper))
    }

    fn receiver(self) -> Result<Receiver<TransportAddress>, BindError> {
        let mut random = OsRandom::new();
        let mut number = || u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
        let mut receiver = Receiver::new(self.communities, number()).max_response(self.max_response);
        if self.any_community {
            receiver = receiver.any_community();
        }
        if self.later {
            receiver = receiver.acknowledge_later();
        }
        #[cfg(feature = "usm")]
        if !self.users.is_empty() {
            let state = crate::net::EngineState::configured(self.store.as_deref(), self.engine_id);
            let state = state.map_err(BindError::EngineStore)?;
            let cache = crate::usm::KeyCache::new();
            let mut users = Vec::with_capacity(self.users.len());
            for (user, level) in &self.users {
                users.push((crate::usm::Credentials::new(user, &cache)?, *level));
            }
            let now = std::time::Instant::now();
            receiver = receiver.with_users(state, now, number(), users, self.engines);
            if let Some(store) = self.store {
                receiver = receiver.with_engine_store(store);
            }
        }
        Ok(receiver)
    }

    fn has_users(&self) -> bool {
        #[cfg(feature = "usm")]
        return !self.users.is_empty();
        #[cfg(not(feature = "usm"))]
        false
    }
}

/// Keeps the communities out of logs.
impl fmt::Debug for ListenerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerBuilder")
            .field("communities", &self.communities.len())
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
