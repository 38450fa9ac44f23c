//! The handle of a master agent.

use std::fmt;
use std::sync::Arc;

use mibc_runtime::logs;

use tokio::task::JoinHandle;

use super::builder::MasterBuilder;
use super::listener::Listener;
use super::shared::Shared;
use crate::endpoint::Endpoint;

/// A master agent (RFC 2741): lets sub-agents answer for parts of the tree of an [`Agent`](mibc_runtime::agent::Agent). Clones are the same master agent.
///
/// What sub-agents register has its place beside what the application serves: the longer subtree wins, of equal ones the lower
/// priority, and the application's has 127. Access control is the agent's. A sub-agent that does not answer in time, or answers
/// something else than it was asked, harms nobody but itself.
///
/// ```no_run
/// use mibc_agentx::Master;
/// use mibc_runtime::agent::{Agent, Community};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let agent = Agent::builder().community(Community::read_only("public")).bind("0.0.0.0:161").await?;
/// let master = Master::builder().bind(&agent, ["unix:/var/agentx/master"]).await?;
/// let _running = master.spawn();
/// agent.run().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Master {
    shared: Arc<Shared>,
    listeners: Arc<Vec<Listener>>,
}

impl Master {
    /// Begins to describe a master agent.
    #[must_use]
    pub fn builder() -> MasterBuilder {
        MasterBuilder::new()
    }

    pub(super) fn new(shared: Arc<Shared>, listeners: Vec<Listener>) -> Self {
        Self { shared, listeners: Arc::new(listeners) }
    }

    /// Where it listens, with the ports that the system has chosen.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.listeners.iter().filter_map(|listener| listener.endpoint().ok()).collect()
    }

    /// How many sessions sub-agents have open.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.shared.core().sessions().len()
    }

    /// Hears sub-agents, until [`stop`](Self::stop) is called. What they have registered is taken back then, also where the future
    /// is dropped.
    pub async fn run(&self) {
        self.shared.run(&self.listeners).await;
    }

    /// Runs the master agent in a task of the current tokio runtime, until the handle is dropped or told to stop.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use = "the master agent stops when the handle is dropped"]
    pub fn spawn(&self) -> RunningMaster {
        let master = self.clone();
        RunningMaster { master: self.clone(), task: tokio::spawn(async move { master.run().await }) }
    }

    /// Ends it, for good: closes all sessions.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Master").field("endpoints", &self.endpoints()).finish_non_exhaustive()
    }
}

/// A master agent that runs in a task of its own; dropping this stops it.
#[derive(Debug)]
pub struct RunningMaster {
    master: Master,
    task: JoinHandle<()>,
}

impl RunningMaster {
    /// The master agent that runs.
    #[must_use]
    pub fn master(&self) -> &Master {
        &self.master
    }

    /// Stops the master agent and waits until it has.
    pub async fn stop(mut self) {
        self.master.stop();
        if let Err(error) = (&mut self.task).await {
            tracing::error!(target: logs::AGENTX, %error, "the master agent has not ended as it should");
        }
    }
}

impl Drop for RunningMaster {
    fn drop(&mut self) {
        self.master.stop();
    }
}
