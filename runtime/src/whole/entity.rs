//! An entity and its handles.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::ToSocketAddrs;
use tokio::task::AbortHandle;

use super::builder::{BindError, EntityBuilder};
use super::run;
use crate::agent::{self, Agent, AgentBuilder, AgentRole};
use crate::engine::Counters;
use crate::listener::{self, Listener, ListenerBuilder, ListenerRole};
use crate::manager::{Manager, SharedLink};
use crate::net::{Drops, Intake, Outlet, TransportAddress};

/// Manager, agent and listener on the same sockets. See the [module](super).
///
/// Clones are the same entity.
#[derive(Clone)]
pub struct Entity {
    home: Arc<Home>,
    manager: Manager,
}

/// What all handles need: dropping the last one ends the task that receives.
struct Home {
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Home {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the task and the handles share.
pub(super) struct Shared {
    pub(super) outlet: Outlet,
    addresses: Vec<TransportAddress>,
    drops: Drops,
    pub(super) counters: Arc<Counters>,
    #[cfg(feature = "usm")]
    pub(super) engine: Arc<crate::security::Authority>,
    /// The manager's side of each transport; `None` for those that it does not send by.
    pub(super) links: Vec<Option<SharedLink>>,
    roles: Mutex<Roles>,
}

/// Who takes requests and notifications, if anybody does.
#[derive(Default)]
pub(super) struct Roles {
    pub(super) agent: Option<AgentRole>,
    pub(super) listener: Option<ListenerRole>,
}

impl Shared {
    fn roles(&self) -> MutexGuard<'_, Roles> {
        self.roles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the roles out for a while.
    pub(super) fn take_roles(&self) -> Roles {
        std::mem::take(&mut *self.roles())
    }

    /// Puts them back; what the entity has become meanwhile counts.
    pub(super) fn put_back(&self, roles: Roles) {
        let mut now = self.roles();
        let Roles { agent, listener } = &mut *now;
        *agent = agent.take().or(roles.agent);
        *listener = listener.take().or(roles.listener);
    }
}

impl Entity {
    /// Begins to describe an entity.
    #[must_use]
    pub fn builder() -> EntityBuilder {
        EntityBuilder::default()
    }

    /// An entity on a UDP socket for every address that `addresses` resolves to. Port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// An address that does not resolve, a socket that the system refuses.
    pub async fn bind(addresses: impl ToSocketAddrs) -> Result<Self, BindError> {
        Self::builder().bind(addresses).await
    }

    pub(super) fn start(
        intake: Intake,
        #[cfg(feature = "usm")] engine: Arc<crate::security::Authority>,
    ) -> Self {
        let outlet = intake.outlet();
        let (make, links) = Manager::sharing(&outlet);
        let shared = Arc::new(Shared {
            outlet,
            addresses: intake.local_addresses().cloned().collect(),
            drops: intake.drops(),
            counters: Arc::default(),
            #[cfg(feature = "usm")]
            engine,
            links,
            roles: Mutex::default(),
        });
        let task = tokio::spawn(run::receive(Arc::clone(&shared), intake)).abort_handle();
        let home = Arc::new(Home { shared, task });
        let keeper: Arc<dyn std::any::Any + Send + Sync> = Arc::clone(&home) as _;
        Self { home, manager: make(keeper) }
    }

    /// The manager. It is the same each time.
    #[must_use]
    pub fn manager(&self) -> Manager {
        self.manager.clone()
    }

    /// Makes the entity an agent as well, in the place of an earlier one. It answers while it
    /// [runs](Agent::run). The engine is the entity's, whatever the builder says about one, and its users are added to it.
    ///
    /// # Errors
    ///
    /// As [`AgentBuilder::bind_to`].
    pub fn agent(&self, builder: AgentBuilder) -> Result<Agent, agent::BindError> {
        let shared = &self.home.shared;
        let keeper: Arc<dyn std::any::Any + Send + Sync> = Arc::clone(&self.home) as _;
        let agent = builder.join(
            &shared.outlet,
            &shared.addresses,
            Arc::clone(&shared.counters),
            #[cfg(feature = "usm")]
            Arc::clone(&shared.engine),
            self.manager.udp_links(),
            keeper,
        )?;
        shared.roles().agent = Some(agent.role());
        Ok(agent)
    }

    /// Makes the entity a listener as well, in the place of an earlier one. The engine is the entity's, whatever the builder
    /// says about one, and the listener's users are added to it.
    ///
    /// # Errors
    ///
    /// As [`ListenerBuilder::bind_to`].
    pub fn listener(&self, builder: ListenerBuilder) -> Result<Listener, listener::BindError> {
        let shared = &self.home.shared;
        let keeper: Arc<dyn std::any::Any + Send + Sync> = Arc::clone(&self.home) as _;
        let (listener, role) = builder.join(
            &shared.addresses,
            shared.drops.clone(),
            Arc::clone(&shared.counters),
            #[cfg(feature = "usm")]
            Arc::clone(&shared.engine),
            keeper,
        )?;
        shared.roles().listener = Some(role);
        Ok(listener)
    }

    /// Where the entity is, with the port that the system has chosen if that was left to it; of several IP addresses the
    /// first, and 0.0.0.0:0 if there are none.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        let mut addresses = self.local_addresses().filter_map(TransportAddress::ip);
        addresses.next().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// All addresses of the entity.
    pub fn local_addresses(&self) -> impl Iterator<Item = &TransportAddress> {
        self.home.shared.addresses.iter()
    }

    /// The entity's engine ID.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(&self) -> crate::usm::EngineId {
        *self.home.shared.engine.engine_id()
    }

    /// What has been counted of what came to its sockets, for all applications together.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.home.shared.counters
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entity").field("addresses", &self.home.shared.addresses).finish_non_exhaustive()
    }
}
