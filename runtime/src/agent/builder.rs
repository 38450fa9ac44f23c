//! Describing an agent before it listens.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use tokio::net::{ToSocketAddrs, lookup_host};

use super::agent::{Agent, Home, Patience};
use super::community::{Community, CommunityLookup};
use super::outgoing::{Outgoing, own_ipv4};
use super::responder::Responder;
use super::sink::Sink;
use crate::access::{AccessControl, Vacm};
use crate::ber::MAX_MESSAGE;
#[cfg(feature = "usm")]
use crate::engine::Random;
use crate::entity::{Forwarder, Handler};
use crate::link::UdpLinks;
use crate::net::{Intake, OsRandom, TransportAddress, listen};
#[cfg(feature = "manager")]
use crate::originator::Delivered;
use crate::originator::{Limits, Originator, RowError, Targets};

/// How long a request may wait, unless the application says it.
const DEADLINE: Duration = Duration::from_secs(5);

/// Requests that may wait for values at one time, unless the application says it.
const MAX_WAITING: usize = 1_024;

/// What an agent is made of; ends with [`bind`](Self::bind).
#[derive(Clone, Debug)]
pub struct AgentBuilder {
    communities: Vec<Community>,
    sinks: Vec<Sink>,
    targets: Arc<Targets>,
    limits: Limits,
    access: Option<AgentAccess>,
    lookup: Option<AgentCommunities>,
    elsewhere: Option<AnyContext>,
    max_waiting: usize,
    forwarder: Option<AgentForwarder>,
    #[cfg(feature = "manager")]
    proxy: Option<crate::manager::Manager>,
    administered: bool,
    max_response: usize,
    deadline: Duration,
    #[cfg(feature = "usm")]
    accounts: Vec<super::Account>,
    #[cfg(feature = "usm")]
    engine_id: Option<crate::usm::EngineId>,
    #[cfg(feature = "usm")]
    store: Option<Arc<dyn super::EngineStore>>,
}

/// Why an agent cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// Neither a community nor a user was given, and neither has a default.
    #[error(
        "an agent without a community answers nobody: give it one with `.community(Community::read_only(..))`, or a \
         user with `.user(Account::read_only(..))`"
    )]
    NoCommunity,
    /// A user cannot be worked with.
    #[cfg(feature = "usm")]
    #[error("a user of the agent cannot be used: {0}")]
    User(#[from] crate::usm::UserError),
    /// What the engine keeps over restarts cannot be read or saved.
    #[cfg(feature = "usm")]
    #[error("the engine's boots cannot be kept: {0}")]
    EngineStore(#[source] io::Error),
    /// A sink makes a row that cannot be.
    #[error("a sink cannot be used: {0}")]
    Sink(#[from] RowError),
    /// The address to listen on is none, or its name does not resolve.
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

/// The application's own access control.
#[derive(Clone)]
struct AgentAccess(Arc<dyn AccessControl>);

impl fmt::Debug for AgentAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dyn AccessControl")
    }
}

/// The application's own communities.
#[derive(Clone)]
struct AgentCommunities(Arc<dyn CommunityLookup>);

impl fmt::Debug for AgentCommunities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dyn CommunityLookup")
    }
}

/// Who answers where nothing is registered.
#[derive(Clone)]
struct AnyContext(Arc<dyn Handler>);

impl fmt::Debug for AnyContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dyn Handler")
    }
}

/// The application's forwarder.
#[derive(Clone)]
struct AgentForwarder(Arc<dyn Forwarder>);

impl fmt::Debug for AgentForwarder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dyn Forwarder")
    }
}

/// The engine of an agent.
enum Engine {
    /// One that it makes, if it speaks SNMPv3.
    Own,
    /// That of an entity.
    #[cfg(all(feature = "manager", feature = "listener"))]
    Shared {
        counters: Arc<crate::engine::Counters>,
        #[cfg(feature = "usm")]
        authority: Arc<crate::security::Authority>,
        links: UdpLinks,
    },
}

impl Engine {
    /// What notifications leave by, where the agent is not to have sockets of its own for that.
    fn links(&self) -> UdpLinks {
        match self {
            Self::Own => UdpLinks::default(),
            #[cfg(all(feature = "manager", feature = "listener"))]
            Self::Shared { links, .. } => links.clone(),
        }
    }
}

impl AgentBuilder {
    pub(super) fn new() -> Self {
        Self {
            communities: Vec::new(),
            sinks: Vec::new(),
            targets: Arc::default(),
            limits: Limits::default(),
            access: None,
            lookup: None,
            elsewhere: None,
            max_waiting: MAX_WAITING,
            forwarder: None,
            #[cfg(feature = "manager")]
            proxy: None,
            administered: false,
            max_response: MAX_MESSAGE,
            deadline: DEADLINE,
            #[cfg(feature = "usm")]
            accounts: Vec::new(),
            #[cfg(feature = "usm")]
            engine_id: None,
            #[cfg(feature = "usm")]
            store: None,
        }
    }

    /// Adds a community. An agent has none by default.
    #[must_use]
    pub fn community(mut self, community: Community) -> Self {
        self.communities.push(community);
        self
    }

    /// Adds a user of SNMPv3 and what it may do: `Account::read_only(user)`, `Account::read_write(user)`. There is no
    /// default one.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn user(mut self, account: super::Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Keeps the engine ID and the number of starts, as SNMPv3 asks for. Without a store the engine has a new random ID
    /// each time, which is as safe, but managers and receivers of notifications see another engine.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_store(mut self, store: impl super::EngineStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Gives the engine this ID. It takes a [store](Self::engine_store) to count its starts.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(mut self, engine_id: crate::usm::EngineId) -> Self {
        self.engine_id = Some(engine_id);
        self
    }

    /// Adds a receiver for [`Agent::notify`].
    #[must_use]
    pub fn sink(mut self, sink: Sink) -> Self {
        self.sinks.push(sink);
        self
    }

    /// Takes these tables of receivers, instead of empty ones; [sinks](Self::sink) add rows to them.
    #[must_use]
    pub fn targets(mut self, targets: Arc<Targets>) -> Self {
        self.targets = targets;
        self
    }

    /// How many notifications may be on their way, and wait.
    #[must_use]
    pub fn notification_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets `access` decide who may see and change what, instead of what communities and users are built with: of those
    /// only the security names count then.
    #[must_use]
    pub fn access_control(mut self, access: impl AccessControl + 'static) -> Self {
        self.access = Some(AgentAccess(Arc::new(access)));
        self
    }

    /// Asks `lookup` what communities mean, instead of those that are added one by one. It takes an
    /// [access control](Self::access_control) that knows the security names that it gives.
    #[must_use]
    pub fn community_lookup(mut self, lookup: impl CommunityLookup + 'static) -> Self {
        self.lookup = Some(AgentCommunities(Arc::new(lookup)));
        self
    }

    /// Lets `handler` answer in every context in which nothing is registered; see
    /// [`Responder::with_any_context`].
    #[must_use]
    pub fn any_context(mut self, handler: impl Handler + 'static) -> Self {
        self.elsewhere = Some(AnyContext(Arc::new(handler)));
        self
    }

    /// How many requests may wait for handlers at one time; 1,024 if this is not said. Further ones are dropped, and
    /// managers send them again.
    #[must_use]
    pub fn max_waiting(mut self, requests: usize) -> Self {
        self.max_waiting = requests;
        self
    }

    /// Asks `forwarder` about requests and notifications whose context is not of this agent.
    #[must_use]
    pub fn forwarder(mut self, forwarder: impl Forwarder + 'static) -> Self {
        self.forwarder = Some(AgentForwarder(Arc::new(forwarder)));
        self
    }

    /// Passes on requests and notifications of other engines as snmpProxyTable in [`targets`](Self::targets) says
    /// ([`proxy`](crate::proxy)); `manager` asks the targets. A [forwarder](Self::forwarder) takes its place.
    #[cfg(feature = "manager")]
    #[must_use]
    pub fn proxy(mut self, manager: crate::manager::Manager) -> Self {
        self.proxy = Some(manager);
        self
    }

    /// For an agent whose communities and users come and go while it runs: communities are those of snmpCommunityTable in
    /// [`targets`](Self::targets), users are
    /// those of [`Responder::local_users`]. It may start before there are any, and is an
    /// engine of SNMPv3.
    #[must_use]
    pub fn administered(mut self) -> Self {
        self.administered = true;
        self
    }

    /// The largest response in octets, from 484 to 65,507, which is the default.
    ///
    /// GETBULK fills responses up to it: 1,472 keeps them in one Ethernet frame, and limits what a forged source
    /// address can turn on others.
    #[must_use]
    pub fn max_response(mut self, octets: usize) -> Self {
        self.max_response = octets;
        self
    }

    /// How long a request may wait for handlers; 5 seconds if this is not said. It is answered with genErr then; a SET
    /// that is half done is undone first, which may take as long again. Managers do not wait for much longer, and send
    /// the request again.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Listens for datagrams on every address that `addresses` resolves to. Port 0 lets the system choose.
    ///
    /// An IPv6 socket takes only IPv6: name both families to serve both. On Linux, a socket for all addresses
    /// (`0.0.0.0`, `[::]`) answers from the address that was asked.
    ///
    /// # Errors
    ///
    /// No community, an address that does not resolve, a socket that the system refuses.
    pub async fn bind(self, addresses: impl ToSocketAddrs) -> Result<Agent, BindError> {
        self.check()?;
        let addresses = lookup_host(addresses).await.map_err(BindError::Address)?;
        self.bind_to(addresses.map(TransportAddress::Udp))
    }

    /// Listens on addresses of any transport; [`TransportAddress::lookup`] makes them from text. Needs a tokio runtime
    /// around it.
    ///
    /// A TCP or Unix stream socket keeps up to 256 connections, each for ten minutes without a message. It closes
    /// those that send something that is not a message, and those that do not read their answers.
    ///
    /// # Errors
    ///
    /// No community, no address, a socket that the system refuses.
    pub fn bind_to(self, addresses: impl IntoIterator<Item = TransportAddress>) -> Result<Agent, BindError> {
        self.check()?;
        let mut transports = Vec::new();
        for address in addresses {
            let transport = listen(&address);
            transports.push(transport.map_err(|source| BindError::Socket { address, source })?);
        }
        if transports.is_empty() {
            let none = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
            return Err(BindError::Address(none));
        }
        let intake = Intake::new(transports);
        let home = Home {
            outlet: intake.outlet(),
            addresses: intake.local_addresses().cloned().collect(),
            intake: Some(intake),
            keeper: None,
        };
        self.build(home, Engine::Own)
    }

    /// An agent for which somebody else receives.
    #[cfg(all(feature = "manager", feature = "listener"))]
    pub(crate) fn join(
        self,
        outlet: &crate::net::Outlet,
        addresses: &[TransportAddress],
        counters: Arc<crate::engine::Counters>,
        #[cfg(feature = "usm")] authority: Arc<crate::security::Authority>,
        links: UdpLinks,
        keeper: Arc<dyn std::any::Any + Send + Sync>,
    ) -> Result<Agent, BindError> {
        self.check()?;
        let addresses = addresses.to_vec();
        let home = Home { outlet: outlet.clone(), addresses, intake: None, keeper: Some(keeper) };
        let engine = Engine::Shared {
            counters,
            #[cfg(feature = "usm")]
            authority,
            links,
        };
        self.build(home, engine)
    }

    fn build(self, home: Home, engine: Engine) -> Result<Agent, BindError> {
        #[cfg(feature = "usm")]
        let speaks_v3 = self.speaks_v3();
        let mut responder = Responder::new(self.communities, self.max_response);
        if self.administered {
            responder = responder.with_community_table(Arc::clone(&self.targets));
        }
        if let Some(AgentCommunities(lookup)) = self.lookup {
            responder = responder.with_community_lookup(lookup);
        }
        if let Some(AnyContext(handler)) = self.elsewhere {
            responder = responder.with_any_context(handler);
        }
        let links = engine.links();
        let own_access = self.access.map(|AgentAccess(access)| access);
        if let Some(access) = &own_access {
            responder = responder.with_access_control(Arc::clone(access));
        }
        let responder = match engine {
            #[cfg(all(feature = "manager", feature = "listener"))]
            Engine::Shared {
                counters,
                #[cfg(feature = "usm")]
                authority,
                links: _,
            } => {
                responder.counters = counters;
                #[cfg(feature = "usm")]
                let responder = responder.of_engine(authority, &self.accounts)?;
                responder
            }
            #[cfg(feature = "usm")]
            Engine::Own if speaks_v3 => {
                let state = crate::net::EngineState::configured(self.store.as_deref(), self.engine_id);
                let state = state.map_err(BindError::EngineStore)?;
                let mut random = OsRandom::new();
                let salt = u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
                let now = std::time::Instant::now();
                let responder = responder.with_users(state, now, salt, self.accounts)?;
                match self.store {
                    Some(store) => responder.with_engine_store(store),
                    None => responder,
                }
            }
            Engine::Own => responder,
        };
        responder.vacm().edit(|vacm| {
            self.targets.edit(|targets| {
                let numbered = self.sinks.iter().zip(1..);
                numbered.into_iter().try_for_each(|(sink, number)| sink.fill(number, targets, vacm))
            })
        })?;
        let vacm = responder.vacm();
        let originator = match own_access {
            Some(access) => Originator::new(Arc::clone(&self.targets), access, OsRandom::new()),
            None => Originator::new(Arc::clone(&self.targets), Arc::<Vacm>::clone(vacm), OsRandom::new())
                .vacm(Arc::clone(vacm)),
        };
        let originator = originator.limits(self.limits).own_address(own_ipv4);
        #[cfg(feature = "usm")]
        let originator = match responder.authority() {
            Some(authority) => originator.authority(Arc::clone(authority)),
            None => originator,
        };
        let outgoing = Outgoing::new(originator, links);
        let responder = match self.forwarder {
            Some(AgentForwarder(forwarder)) => responder.with_forwarder(forwarder),
            #[cfg(feature = "manager")]
            None => match self.proxy {
                Some(manager) => with_proxy(responder, &self.targets, manager, &outgoing),
                None => responder,
            },
            #[cfg(not(feature = "manager"))]
            None => responder,
        };
        Ok(Agent::new(
            responder,
            home,
            self.targets,
            outgoing,
            Patience { deadline: self.deadline, max_waiting: self.max_waiting },
        ))
    }

    /// Sending traps over SNMPv3 takes an engine, also one without users.
    #[cfg(feature = "usm")]
    fn speaks_v3(&self) -> bool {
        let is_engine = self.administered || self.store.is_some() || self.engine_id.is_some();
        is_engine || !self.accounts.is_empty() || self.sinks.iter().any(Sink::is_v3_trap)
    }

    fn check(&self) -> Result<(), BindError> {
        if !self.administered && self.lookup.is_none() && self.communities.is_empty() && !self.has_users() {
            Err(BindError::NoCommunity)
        } else {
            Ok(())
        }
    }

    fn has_users(&self) -> bool {
        #[cfg(feature = "usm")]
        return !self.accounts.is_empty();
        #[cfg(not(feature = "usm"))]
        false
    }
}

/// Lets a responder pass on what the tables say.
#[cfg(feature = "manager")]
fn with_proxy(
    responder: Responder,
    targets: &Arc<Targets>,
    manager: crate::manager::Manager,
    outgoing: &Outgoing,
) -> Responder {
    let mail = outgoing.mail();
    let deliver: crate::proxy::Deliver = Box::new(move |receiver, event| {
        let report = mail.forward(receiver, event);
        Box::pin(async move {
            let mut deliveries = report.await.into_deliveries().into_iter();
            deliveries.any(|delivery| matches!(delivery.result, Ok(Delivered::Acknowledged { .. })))
        })
    });
    #[cfg(feature = "usm")]
    let senders = Arc::clone(targets);
    let (targets, counters) = (Arc::clone(targets), Arc::clone(responder.counters()));
    let proxy = crate::proxy::Proxy::new(targets, manager, deliver, counters, responder.own_id());
    #[cfg(feature = "usm")]
    let responder = responder.with_trap_senders(super::trap_senders::TrapSenders::new(senders));
    responder.with_forwarder(Arc::new(proxy))
}
