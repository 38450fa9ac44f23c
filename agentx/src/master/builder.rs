//! Describing a master agent.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::agent::Agent;
use mibc_runtime::oid::Oid;

use super::capabilities::{CapabilityTable, OwnTable};
use super::listener::Listener;
use super::master::Master;
use super::mib;
use super::shared::{Contexts, Rules, Shared};
use crate::endpoint::{Endpoint, EndpointError};

/// agentxDefaultTimeout (RFC 2742).
const TIMEOUT: Duration = Duration::from_secs(5);

/// snmpModules: users, access control, targets. Who answers for them decides who may do what.
const SNMP_MODULES: [u32; 6] = [1, 3, 6, 1, 6, 3];

/// agentxMIB.
const AGENTX_MIB: [u32; 8] = [1, 3, 6, 1, 2, 1, 74, 0];

/// What a master agent is made of; ends with [`bind`](Self::bind).
pub struct MasterBuilder {
    timeout: Duration,
    denied: Vec<Oid>,
    contexts: Option<Contexts>,
    capabilities: Option<Arc<dyn CapabilityTable>>,
}

/// Why a master agent cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The text does not say where.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The system refuses the socket.
    #[error("sub-agents cannot be listened to on {endpoint}: {source}")]
    Socket {
        /// Where it should have listened.
        endpoint: Endpoint,
        /// What the system says.
        source: io::Error,
    },
}

impl MasterBuilder {
    pub(super) fn new() -> Self {
        let known = |arcs: &[u32]| Oid::from_arcs(arcs).unwrap_or(Oid::ZERO);
        let agentx_mib = AGENTX_MIB.get(..7).unwrap_or_default();
        Self {
            timeout: TIMEOUT,
            denied: vec![known(&SNMP_MODULES), known(agentx_mib)],
            contexts: None,
            capabilities: None,
        }
    }

    /// How long a sub-agent may take to answer, unless it says it itself when it opens its session or registers; 5 seconds if this
    /// is not said. No sub-agent is waited for longer than nine tenths of the agent's own
    /// [deadline](mibc_runtime::agent::AgentBuilder::deadline): give that one more if sub-agents need it.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sub-agents may not register this subtree, nor anything below it. They may not register snmpModules (1.3.6.1.6.3), which has
    /// users and access control, and AGENTX-MIB in any case.
    #[must_use]
    pub fn deny(mut self, subtree: Oid) -> Self {
        self.denied.push(subtree);
        self
    }

    /// Whether there is a context, for an agent with access control of its own. Without this, there are those of the agent's
    /// [`vacm`](Agent::vacm).
    #[must_use]
    pub fn contexts(mut self, knows: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        self.contexts = Some(Box::new(knows));
        self
    }

    /// Has the rows of sysORTable that sub-agents ask for added to this table. Without it, the master agent serves a sysORTable of
    /// its own.
    #[must_use]
    pub fn capabilities(mut self, table: Arc<dyn CapabilityTable>) -> Self {
        self.capabilities = Some(table);
        self
    }

    /// Listens for sub-agents of `agent`: `unix:/var/agentx/master`, or `tcp:HOST` with or without `:PORT`; and serves AGENTX-MIB.
    /// Sub-agents are heard when the master agent [runs](Master::run).
    ///
    /// AgentX has no authentication: a socket of the Unix domain has mode 0700, and who can connect to a TCP port can answer for
    /// any part of the tree.
    ///
    /// # Errors
    ///
    /// The text does not say where, or the system refuses the socket.
    pub async fn bind<'e>(
        self,
        agent: &Agent,
        endpoints: impl IntoIterator<Item = &'e str>,
    ) -> Result<Master, ListenError> {
        let mut listeners = Vec::new();
        for text in endpoints {
            let endpoint: Endpoint = text.parse()?;
            let bound = Listener::bind(&endpoint).await;
            listeners.push(bound.map_err(|source| ListenError::Socket { endpoint, source })?);
        }
        let contexts = self.contexts.unwrap_or_else(|| {
            let vacm = Arc::clone(agent.vacm());
            Box::new(move |context| vacm.tables().contexts().any(|known| known == context))
        });
        let longest = agent.deadline().mul_f64(0.9);
        let rules = Rules {
            contexts,
            denied: self.denied,
            default_timeout: self.timeout.min(longest),
            longest_timeout: longest,
        };
        let capabilities = self.capabilities.unwrap_or_else(|| {
            let table = Arc::new(OwnTable::default());
            table.serve(agent);
            table
        });
        let shared = Arc::new(Shared::new(agent.clone(), rules, capabilities));
        mib::serve(&shared);
        Ok(Master::new(shared, listeners))
    }
}

impl fmt::Debug for MasterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterBuilder")
            .field("timeout", &self.timeout)
            .field("denied", &self.denied)
            .finish_non_exhaustive()
    }
}
