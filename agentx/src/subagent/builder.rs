//! Describing a sub-agent before it connects.

use std::time::Duration;

use mibc_runtime::logs;
use mibc_runtime::oid::Oid;
use mibc_runtime::registry::Priority;

use super::core::{Core, Limits};
use super::error::ConnectError;
use super::session::Identity;
use super::sub_agent::SubAgent;
use crate::endpoint::Endpoint;
use crate::pdu::ByteOrder;
use crate::stream::Stream;

/// How long a request may wait for handlers, unless the application says it.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long the master agent may take for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often the master agent is asked whether it is there.
const PING: Duration = Duration::from_secs(15);

/// How many notifications may wait for the master agent.
const NOTIFICATIONS: usize = 1_000;

/// What a sub-agent is made of; ends with [`connect`](Self::connect).
#[derive(Clone, Debug)]
pub struct SubAgentBuilder {
    identity: Identity,
    deadline: Duration,
    patience: Duration,
    ping: Duration,
    reconnect: (Duration, Duration),
    notifications: usize,
    region_timeout: Duration,
    priority: Priority,
    waits: bool,
}

impl SubAgentBuilder {
    pub(super) fn new() -> Self {
        Self {
            identity: Identity { order: ByteOrder::native(), ..Identity::default() },
            deadline: DEADLINE,
            patience: PATIENCE,
            ping: PING,
            reconnect: (Duration::from_millis(250), Duration::from_secs(15)),
            notifications: NOTIFICATIONS,
            region_timeout: Duration::ZERO,
            priority: Priority::default(),
            waits: false,
        }
    }

    /// Who the sub-agent is, and in words what it is: agentxSessionObjectID and agentxSessionDescr.
    #[must_use]
    pub fn identity(mut self, id: Oid, description: impl Into<String>) -> Self {
        self.identity.id = id;
        self.identity.description = description.into().into_bytes();
        self
    }

    /// The order of octets in what it sends; that of this machine if this is not said. It reads both.
    #[must_use]
    pub fn byte_order(mut self, order: ByteOrder) -> Self {
        self.identity.order = order;
        self
    }

    /// The priority of registrations that do not say another one: 127 if this is not said. Of equal subtrees the lower one
    /// wins.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// How long a request may wait for handlers; 5 seconds if this is not said. It is answered with genErr then. The master agent
    /// is told to wait a second longer.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long the master agent should wait for answers about registered subtrees; as long as for the session if this is not said.
    /// It is sent in whole seconds, at most 255.
    #[must_use]
    pub fn registration_timeout(mut self, timeout: Duration) -> Self {
        self.region_timeout = timeout;
        self
    }

    /// How long the master agent may take to answer; 15 seconds if this is not said. The sub-agent connects anew then.
    #[must_use]
    pub fn master_timeout(mut self, timeout: Duration) -> Self {
        self.patience = timeout;
        self
    }

    /// How often the master agent is asked whether it is there; every 15 seconds if this is not said. Registrations that it has
    /// refused are tried again then.
    #[must_use]
    pub fn ping_every(mut self, interval: Duration) -> Self {
        self.ping = interval.max(Duration::from_millis(10));
        self
    }

    /// How long to wait before the master agent is connected to again: `least` at first, then twice as long each time, up to `most`.
    /// From a quarter of a second to 15 seconds if this is not said.
    #[must_use]
    pub fn reconnect(mut self, least: Duration, most: Duration) -> Self {
        self.reconnect = (least, most);
        self
    }

    /// How many notifications may wait for the master agent; 1,000 if this is not said. Further ones are dropped, which is logged
    /// and counted.
    #[must_use]
    pub fn notification_limit(mut self, limit: usize) -> Self {
        self.notifications = limit;
        self
    }

    /// Makes a sub-agent even before the master agent runs: it tries to connect until there is one.
    #[must_use]
    pub fn wait_for_master(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Connects to a master agent: `unix:/var/agentx/master`, or `tcp:HOST` with or without `:PORT`. What is served is registered
    /// when the sub-agent [runs](SubAgent::run).
    ///
    /// # Errors
    ///
    /// The text does not say where, or there is nobody.
    pub async fn connect(self, endpoint: &str) -> Result<SubAgent, ConnectError> {
        self.connect_to(endpoint.parse()?).await
    }

    /// As [`connect`](Self::connect), for an endpoint that is not a text.
    ///
    /// # Errors
    ///
    /// There is nobody.
    pub async fn connect_to(self, endpoint: Endpoint) -> Result<SubAgent, ConnectError> {
        let stream = match Stream::connect(&endpoint).await {
            Ok(stream) => Some(stream),
            Err(error) if self.waits => {
                tracing::info!(target: logs::AGENTX, %endpoint, %error, "there is no master agent yet");
                None
            }
            Err(source) => return Err(ConnectError::Master { endpoint, source }),
        };
        let mut identity = self.identity;
        identity.timeout = seconds(self.deadline + Duration::from_secs(1));
        let limits = Limits {
            ping: self.ping,
            patience: self.patience,
            notifications: self.notifications,
            region_timeout: seconds(self.region_timeout),
        };
        let core = Core::new(identity, limits);
        Ok(SubAgent::new(core, endpoint, stream, self.priority, self.deadline, self.reconnect))
    }
}

/// In whole seconds, rounded up.
fn seconds(duration: Duration) -> u8 {
    u8::try_from(duration.as_millis().div_ceil(1_000)).unwrap_or(u8::MAX)
}
