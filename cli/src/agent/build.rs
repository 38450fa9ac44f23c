//! An agent of a configuration.

use mibc_admin::config::Config;
use mibc_admin::store::{EngineRecord, LogStore, Store};
use mibc_runtime::access::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc_runtime::agent::Agent;
use mibc_runtime::manager::Manager;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::originator::Targets;
use std::path::PathBuf;
use std::sync::Arc;

/// Where an agent listens unless it is told.
const LISTEN: &str = "udp:0.0.0.0:161";

/// Access control whose tables can be changed while the agent runs.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(principal, context, kind)
    }
}

/// The store of a configuration, while it is open.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) folder: PathBuf,
    pub(super) store: Arc<dyn Store>,
}

/// Opens the store of a configuration.
pub(super) fn store(config: &Config) -> Result<Option<Open>, String> {
    let Some(folder) = &config.persistence else { return Ok(None) };
    let store = LogStore::open(folder).map_err(|error| error.to_string())?;
    Ok(Some(Open { folder: folder.clone(), store: Arc::new(store) }))
}

fn listen(config: &Config) -> Vec<String> {
    match &config.listen[..] {
        [] => vec![LISTEN.to_owned()],
        listen => listen.iter().map(|(address, _)| address.clone()).collect(),
    }
}

/// Makes an agent that listens. Whom it answers, its administration says.
///
/// # Errors
/// What stops it.
pub(super) async fn agent(
    config: &Config,
    vacm: &Arc<Vacm>,
    targets: &Arc<Targets>,
    open: Option<&Open>,
    manager: &Manager,
) -> Result<Agent, String> {
    let builder = Agent::builder().administered().access_control(Shared(Arc::clone(vacm)));
    // Rows of snmpProxyTable can be made at any time.
    let mut builder = builder.targets(Arc::clone(targets)).proxy(manager.clone());
    if let Some(open) = open {
        let mut record = EngineRecord::new(Arc::clone(&open.store));
        if let Some(engine_id) = config.engine_id {
            record = record.at_least(engine_id, config.engine_boots);
        }
        builder = builder.engine_store(record);
    }
    if let Some(engine_id) = config.engine_id {
        builder = builder.engine_id(engine_id);
    }
    if let Some(deadline) = super::agentx::deadline(config) {
        builder = builder.deadline(deadline);
    }
    let mut addresses = Vec::new();
    for text in listen(config) {
        let found = TransportAddress::lookup(&text, 161).await;
        addresses.extend(found.map_err(|error| format!("`{text}` cannot be listened on: {error}"))?);
    }
    builder.bind_to(addresses).map_err(|error| error.to_string())
}
