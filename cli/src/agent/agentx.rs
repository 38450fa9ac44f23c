//! Sub-agents under the agent of a configuration (AgentX).

use mibc_admin::administration::{Administration, Capabilities};
use mibc_admin::config::Config;
use mibc_agentx::{CapabilityTable, Master, RunningMaster};
use mibc_runtime::access::Vacm;
use mibc_runtime::agent::Agent;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::TimeTicks;
use std::sync::Arc;
use std::time::Duration;

/// sysORTable of the agent's administration.
struct SysOrTable(Arc<Capabilities>);

impl CapabilityTable for SysOrTable {
    fn add(&self, id: &Oid, description: &[u8], now: TimeTicks) -> u64 {
        self.0.add(id, description, now)
    }

    fn remove(&self, row: u64, now: TimeTicks) {
        self.0.remove(row, now);
    }
}

/// How long requests may wait where there are sub-agents: for twice as long as for one of them, so that one that says it is slow
/// is waited for.
pub(super) fn deadline(config: &Config) -> Option<Duration> {
    config.agentx.as_ref().map(|agentx| agentx.timeout * 2 + Duration::from_secs(1))
}

/// Listens for sub-agents, if the configuration says so.
///
/// # Errors
/// What stops it.
pub(super) async fn start(
    config: &Config,
    agent: &Agent,
    administration: &Administration,
    vacm: &Arc<Vacm>,
) -> Result<Option<RunningMaster>, String> {
    let Some(agentx) = &config.agentx else { return Ok(None) };
    let vacm = Arc::clone(vacm);
    let capabilities = SysOrTable(Arc::clone(administration.capabilities()));
    let builder = Master::builder()
        .timeout(agentx.timeout)
        .contexts(move |context| vacm.tables().contexts().any(|known| known == context))
        .capabilities(Arc::new(capabilities));
    let builder = agentx.deny.iter().fold(builder, |builder, subtree| builder.deny(subtree.clone()));
    let endpoints = agentx.listen.iter().map(|(endpoint, _)| endpoint.as_str());
    let master = builder.bind(agent, endpoints).await.map_err(|error| error.to_string())?;
    for endpoint in master.endpoints() {
        tracing::info!(target: mibc_runtime::logs::COMMAND, %endpoint, "listening for sub-agents");
    }
    Ok(Some(master.spawn()))
}
