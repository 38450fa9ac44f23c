//! The agent on its sockets.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::builder::AgentBuilder;
use super::outgoing::Outgoing;
use super::provider::Provider;
use super::responder::Responder;
use super::scalar::SetOutcome;
use super::set_error::SetError;
use super::standard::AuthenticationTraps;
use super::table::ServeTable;
use crate::access::Vacm;
use crate::engine::Counters;
use crate::net::{Intake, Outlet, TransportAddress};
use crate::oid::Oid;
use crate::originator::Targets;
use crate::typed::access::{Readable, Writable};
use crate::typed::{Module, Scalar};
use crate::value::Syntax;

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
    pub(super) intake: tokio::sync::Mutex<Intake>,
    pub(super) outlet: Outlet,
    /// At least one.
    addresses: Vec<TransportAddress>,
    pub(super) targets: Arc<Targets>,
    pub(super) outgoing: Outgoing,
    pub(super) authentication: Arc<AuthenticationTraps>,
    pub(super) started: Instant,
    pub(super) stop: watch::Sender<bool>,
}

impl Agent {
    /// Begins to describe an agent.
    #[must_use]
    pub fn builder() -> AgentBuilder {
        AgentBuilder::new()
    }

    pub(super) fn new(
        responder: Responder,
        intake: Intake,
        targets: Arc<Targets>,
        outgoing: Outgoing,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                responder,
                outlet: intake.outlet(),
                addresses: intake.local_addresses().cloned().collect(),
                intake: tokio::sync::Mutex::new(intake),
                targets,
                outgoing,
                authentication: Arc::default(),
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

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        self.shared.responder.counters()
    }

    /// Serves a scalar; see [`Responder::serve`].
    pub fn serve<M, T, A>(&self, scalar: Scalar<M, T, A>, get: impl Fn() -> T + Send + Sync + 'static)
    where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        self.shared.responder.serve(scalar, get);
    }

    /// Serves a scalar whose value is not available at once; see [`Responder::serve_async`].
    pub fn serve_async<M, T, A, F>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> F + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
        F: Future<Output = T> + Send + 'static,
    {
        self.shared.responder.serve_async(scalar, get);
    }

    /// Serves a scalar that can be written; see [`Responder::serve_rw`].
    pub fn serve_rw<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw(scalar, get, set);
    }

    /// Serves a scalar that can be written, with a check before anything is; see [`Responder::serve_rw_checked`].
    pub fn serve_rw_checked<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        check: impl Fn(&T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw_checked(scalar, get, check, set);
    }

    /// Serves a table; see [`Responder::serve_table`].
    pub fn serve_table<R, T>(&self, row: R, table: Arc<T>)
    where
        R: ServeTable<T>,
        T: Send + Sync + 'static,
    {
        self.shared.responder.serve_table(row, table);
    }

    /// Gives the subtree at `root` to `provider`; see [`Responder::register`].
    pub fn register(&self, root: Oid, provider: Arc<dyn Provider>) {
        self.shared.responder.register(root, provider);
    }
}
