//! Asking agents: get, set, walk, and tables as typed rows.
//!
//! A [`Manager`] is one engine with one UDP socket per address family, for any number of targets, and one
//! with a connection for each target that is reached over TCP or the Unix domain. A [`Session`] is one
//! target seen from it; sessions are cheap, and any number of operations can run on one at a time. Nothing runs in
//! the background but one task per socket, which ends with the last handle; dropping a future takes back its request.
//!
//! A device that misbehaves affects only itself. Sessions of equal targets share a limit on outstanding requests
//! ([`Target::max_outstanding`]), a circuit breaker ([`Breaker`]), and how many repetitions and names the device
//! answers ([`Target::max_repetitions`], [`Target::max_varbinds`]). Every operation can have a deadline
//! ([`Target::deadline`]), every walk and table a limit. [`Session::recorded`] tells what was odd about responses.
//! [`blocking`] is for threads without a runtime.
//!
//! ```no_run
//! use mibc_runtime::manager::{Manager, Target};
//! use mibc_runtime::oid::Oid;
//! # use mibc_runtime::{meta::Meta, typed::{Module, Scalar, access}, value::OctetString};
//! # struct SnmpV2Mib;
//! # impl Module for SnmpV2Mib { const META: Meta<'static> = Meta::EMPTY; }
//! # const SYS_NAME: Scalar<SnmpV2Mib, OctetString, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let manager = Manager::bind().await?;
//! let router = manager.target(Target::v2c("router.example.net", "public"));
//! // An object of a MIB, as generated code has them: the value is of its type.
//! let name = router.get(SYS_NAME).await?;
//! println!("{name}");
//! // Any object.
//! let system: Oid = "1.3.6.1.2.1.1".parse()?;
//! let mut walk = router.bulk_walk(system).limit(1_000);
//! while let Some(varbind) = walk.try_next().await? {
//!     println!("{} = {:?}", varbind.name, varbind.value);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Every operation ends with an [`Error`] that says with which target, in which phase, after how many attempts and how
//! long. Nothing was sent for [`Error::Name`], [`Error::Resolve`], [`Error::TooLarge`], [`Error::CircuitOpen`] and
//! [`Error::Busy`]; nothing was received for [`Error::Timeout`] and [`Error::Deadline`]; the agent refuses with
//! [`Error::Status`] and, over SNMPv3, [`Error::Report`]; what came is of no use for [`Error::Value`], [`Error::Index`],
//! [`Error::Mismatch`], [`Error::NotIncreasing`] and [`Error::Limit`].

pub mod blocking;
mod circuit;
mod deadline;
mod details;
#[cfg(feature = "usm")]
mod discovery;
mod error;
mod error_text;
mod inform;
mod learned;
mod log;
mod outstanding;
mod pace;
#[cfg(feature = "agent")]
mod pass;
mod registry;
mod request;
mod request_future;
mod rows;
mod session;
#[cfg(all(feature = "agent", feature = "listener"))]
mod shared;
mod table;
mod target;
#[cfg(feature = "usm")]
mod target_v3;
mod typed;
mod typed_walk;
mod walk;

pub use crate::engine::Extent;
pub use circuit::{Breaker, OpenCircuit};
pub use details::{Details, Record};
pub use error::{Attempt, Error, Hint, Phase};
pub use request_future::Request;
pub use rows::Rows;
pub use session::Session;
#[cfg(all(feature = "agent", feature = "listener"))]
pub(crate) use shared::{Received, SharedLink};
pub use table::Table;
pub use target::{Address, Target};
pub use typed_walk::Walk;

use crate::ber::Rules;
use crate::link::Link;
use crate::net::{BUFFER, Tap, TransportAddress, Udp, dial, tapped};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, Weak};
use tokio::runtime::Handle;

/// Sends requests and pairs them with their responses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Manager {
    links: Arc<Links>,
}

/// How to bind a [`Manager`].
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much deviation from the encoding rules is accepted in responses.
    pub rules: Rules,
    /// The local address to send datagrams from. With one, the manager has one UDP socket and only reaches targets of
    /// that address family; otherwise the system chooses, as it does for connections.
    pub local: Option<SocketAddr>,
    /// Octets to ask the system for as receive buffer of each UDP socket; [`BUFFER`] unless set. The
    /// system may give less: requests wait for each other so that the responses fit what it gave.
    pub receive_buffer: Option<usize>,
    /// Is called for every message that is sent or received, to see what goes wrong.
    pub tap: Option<Tap>,
}

/// A UDP socket per address family, and the connections of targets that are reached otherwise.
#[derive(Debug)]
struct Links {
    v4: Option<Arc<Link>>,
    v6: Option<Arc<Link>>,
    /// Each belongs to its target.
    connections: Mutex<Vec<Weak<Link>>>,
    rules: Rules,
    tap: Option<Tap>,
    runtime: Handle,
    registry: registry::Registry,
    #[cfg(feature = "usm")]
    keys: crate::usm::KeyCache,
    /// Those who receive from the sockets, if it is not the manager.
    _keeper: Option<Arc<dyn std::any::Any + Send + Sync>>,
}

impl Manager {
    /// Binds a socket for IPv4 and one for IPv6, as far as the system has them. Needs a tokio runtime
    /// with I/O and time enabled, of either kind; the manager works as long as that runtime does.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`]: the system refuses a socket of either family.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one without I/O.
    pub async fn bind() -> Result<Self, Error> {
        Self::bind_with(&Settings::default()).await
    }

    /// Binds with settings of one's own.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`]: the system refuses the socket, or the local address does not belong to this host.
    ///
    /// # Panics
    ///
    /// As [`bind`](Self::bind).
    pub async fn bind_with(settings: &Settings) -> Result<Self, Error> {
        let runtime = Handle::current();
        let buffer = settings.receive_buffer.unwrap_or(BUFFER);
        let bind = |address: SocketAddr| {
            let transport = Udp::bind(address, buffer)?;
            let transport = tapped(Box::new(transport), settings.tap.as_ref());
            io::Result::Ok(Arc::new(Link::new(transport, settings.rules, &runtime)))
        };
        let (v4, v6) = match settings.local {
            Some(local) => {
                let link = Some(bind(local).map_err(|source| Error::Bind { source })?);
                if local.is_ipv4() { (link, None) } else { (None, link) }
            }
            None => {
                let v4 = bind((Ipv4Addr::UNSPECIFIED, 0).into());
                let v6 = bind((Ipv6Addr::UNSPECIFIED, 0).into());
                match (v4, v6) {
                    (Err(source), Err(_)) => return Err(Error::Bind { source }),
                    (v4, v6) => (v4.ok(), v6.ok()),
                }
            }
        };
        let links = Links {
            v4,
            v6,
            connections: Mutex::default(),
            rules: settings.rules,
            tap: settings.tap.clone(),
            runtime,
            registry: registry::Registry::default(),
            #[cfg(feature = "usm")]
            keys: crate::usm::KeyCache::new(),
            _keeper: None,
        };
        Ok(Self { links: Arc::new(links) })
    }

    /// An agent to talk to. Its name is looked up at the first request.
    pub fn target(
        &self,
        #[cfg_attr(not(feature = "usm"), expect(unused_mut))] mut target: Target,
    ) -> Session {
        #[cfg(feature = "usm")]
        if let Some(v3) = &mut target.v3 {
            v3.share_user(self.links.keys());
        }
        Session::new(Arc::clone(&self.links), target)
    }

    /// The addresses of the manager's UDP sockets.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.links.iter().filter_map(|link| link.local_address()?.ip())
    }

    /// Ends the manager: what is under way and what is begun later fails with [`Error::Closed`], and the
    /// tasks end. The ports are free when the last handle has gone; dropping all handles does all of it.
    pub fn stop(&self) {
        self.links.iter().for_each(|link| link.stop());
    }

    /// What has been counted so far, over all transports of the manager that are open.
    pub fn counters(&self) -> crate::engine::Counters {
        let counters = crate::engine::Counters::default();
        self.links.iter().for_each(|link| link.add_counters(&counters));
        counters
    }

    /// How many requests are under way.
    pub fn outstanding(&self) -> usize {
        self.links.iter().map(|link| link.outstanding()).sum()
    }
}

impl Links {
    /// The way to a peer with this address: a socket that is there, or a connection of its own, for which the peer's
    /// other addresses do as well.
    fn to(&self, address: &TransportAddress, others: &[TransportAddress]) -> io::Result<Arc<Link>> {
        if let TransportAddress::Udp(address) = address {
            let link = if address.is_ipv4() { &self.v4 } else { &self.v6 };
            return link.clone().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into());
        }
        let transport = {
            let _entered = self.runtime.enter();
            dial(address, others)?
        };
        let transport = tapped(transport, self.tap.as_ref());
        let link = Arc::new(Link::new(transport, self.rules, &self.runtime));
        let mut connections = request::lock(&self.connections);
        connections.retain(|link| link.strong_count() > 0);
        connections.push(Arc::downgrade(&link));
        drop(connections);
        if self.iter().any(|link| link.is_stopped()) {
            link.stop();
        }
        Ok(link)
    }

    /// Master keys of passphrases that were used before.
    #[cfg(feature = "usm")]
    fn keys(&self) -> &crate::usm::KeyCache {
        &self.keys
    }

    fn iter(&self) -> impl Iterator<Item = Arc<Link>> {
        let connections: Vec<_> = request::lock(&self.connections).iter().filter_map(Weak::upgrade).collect();
        self.v4.iter().chain(&self.v6).cloned().chain(connections)
    }
}

#[cfg(test)]
mod tests;
