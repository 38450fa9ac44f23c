//! The agent on its sockets.

use std::any::Any;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::builder::AgentBuilder;
use super::outgoing::Outgoing;
use super::responder::Responder;
use super::served::Served;
use super::standard::AuthenticationTraps;
use crate::access::Vacm;
use crate::engine::Counters;
use crate::net::{Intake, Outlet, TransportAddress};
use crate::originator::Targets;

/// An SNMP agent: sockets, communities and handlers. Clones are the same agent.
///
/// Handlers are called in the task that runs the agent, one request after the other.
#[derive(Clone, Debug)]
pub struct Agent {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) responder: Responder,
    /// Whoever has this receives.
    pub(super) intake: Option<tokio::sync::Mutex<Intake>>,
    /// How often it is being run, where somebody else receives.
    pub(super) runs: AtomicUsize,
    /// Those who receive, if it is not the agent.
    _keeper: Option<Arc<dyn Any + Send + Sync>>,
    pub(super) outlet: Outlet,
    /// At least one.
    addresses: Vec<TransportAddress>,
    pub(super) targets: Arc<Targets>,
    pub(super) outgoing: Outgoing,
    pub(super) authentication: Arc<AuthenticationTraps>,
    pub(super) started: Instant,
    pub(super) patience: Patience,
    pub(super) stop: watch::Sender<bool>,
}

/// Where an agent is.
pub(super) struct Home {
    pub(super) outlet: Outlet,
    pub(super) addresses: Vec<TransportAddress>,
    /// `None` where somebody else receives.
    pub(super) intake: Option<Intake>,
    pub(super) keeper: Option<Arc<dyn Any + Send + Sync>>,
}

/// How long requests may wait for handlers, and how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) deadline: Duration,
    pub(super) max_waiting: usize,
}

impl Agent {
    /// Begins to describe an agent.
    #[must_use]
    pub fn builder() -> AgentBuilder {
        AgentBuilder::new()
    }

    pub(super) fn new(
        responder: Responder,
        home: Home,
        targets: Arc<Targets>,
        outgoing: Outgoing,
        patience: Patience,
    ) -> Self {
        let Home { outlet, addresses, intake, keeper } = home;
        Self {
            shared: Arc::new(Shared {
                responder,
                outlet,
                addresses,
                intake: intake.map(tokio::sync::Mutex::new),
                runs: AtomicUsize::new(0),
                _keeper: keeper,
                targets,
                outgoing,
                authentication: Arc::default(),
                patience,
                started: Instant::now(),
                stop: watch::Sender::new(false),
            }),
        }
    }

    /// Where the agent listens, with the port that the system has chosen if that was left to it; of several IP
    /// addresses the first, and 0.0.0.0:0 if there are none. A target made of it is asked over UDP: for an agent on TCP or
    /// the Unix domain there is [`local_addresses`](Self::local_addresses), which say their transport.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addrs().next().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// All IP addresses that the agent listens on.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.shared.addresses.iter().filter_map(TransportAddress::ip)
    }

    /// All addresses that the agent listens on, of whatever transport.
    pub fn local_addresses(&self) -> impl Iterator<Item = &TransportAddress> {
        self.shared.addresses.iter()
    }

    /// The agent without its sockets.
    #[must_use]
    pub fn responder(&self) -> &Responder {
        &self.shared.responder
    }

    /// What communities and users may do, as the tables of RFC 3415; they can be changed at any time.
    #[must_use]
    pub fn vacm(&self) -> &Arc<Vacm> {
        self.shared.responder.vacm()
    }

    /// How long a request may wait for handlers; see [`AgentBuilder::deadline`].
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.shared.patience.deadline
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        self.shared.responder.counters()
    }
}

/// What it serves: all methods of [`Served`].
impl Deref for Agent {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.shared.responder
    }
}
