//! An agent of a configuration.

use mibc_admin::config::{Config, Network, Peers, Problem, Severity};
use mibc_admin::datastore::Datastore;
use mibc_admin::store::{EngineRecord, LogStore, Store};
use mibc_runtime::access::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc_runtime::agent::{Account, Agent, Community, Grant};
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

/// Opens the store of a configuration, unless it is open.
pub(super) fn store(config: &Config, open: Option<Open>) -> Result<Option<Open>, String> {
    let Some(folder) = &config.persistence else { return Ok(None) };
    match open {
        Some(open) if open.folder == *folder => Ok(Some(open)),
        other => {
            drop(other);
            let store = LogStore::open(folder).map_err(|error| error.to_string())?;
            Ok(Some(Open { folder: folder.clone(), store: Arc::new(store) }))
        }
    }
}

/// What the configuration asks for and this agent cannot do. It does not start then: it would answer whom it should not.
pub(super) fn missing(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut lacks = |place, what: &str, advice: &str| {
        let (what, advice) = (what.to_owned(), advice.to_owned());
        problems.push(Problem { severity: Severity::Error, place, what, advice });
    };
    let v4_only = listen(config).iter().all(|address| {
        let plain = ["udp:", "tcp:"].iter().find_map(|transport| address.strip_prefix(transport));
        plain.is_some_and(|address| !address.starts_with('[') && address.matches(':').count() <= 1)
    });
    let mut names = std::collections::BTreeSet::new();
    for community in &config.communities {
        let everybody = |source: &mibc_admin::config::Source| {
            !source.refused && source.peers == Peers::Network(Network::ALL_V4) && v4_only
        };
        if !community.sources.is_empty() && !community.sources.iter().all(everybody) {
            lacks(
                community.place,
                "the agent does not look where requests come from yet",
                "leave `source` out and let a firewall do it, or use a user of SNMPv3",
            );
        }
        if !names.insert(community.name.reveal()) {
            lacks(community.place, "the agent takes a community once", "leave one of the entries out");
        }
    }
    problems
}

fn listen(config: &Config) -> Vec<String> {
    match &config.listen[..] {
        [] => vec![LISTEN.to_owned()],
        listen => listen.iter().map(|(address, _)| address.clone()).collect(),
    }
}

/// Makes an agent that listens.
///
/// # Errors
/// What stops it.
pub(super) async fn agent(
    config: &Config,
    rows: &Datastore,
    vacm: &Arc<Vacm>,
    targets: &Arc<Targets>,
    open: Option<&Open>,
) -> Result<Agent, String> {
    let builder = Agent::builder().access_control(Shared(Arc::clone(vacm)));
    let mut builder = builder.targets(Arc::clone(targets));
    for row in rows.communities.values().filter(|row| row.row.transport_tag != "nobody") {
        // Of what it may do, access control knows.
        let community = Community::new(row.row.name.reveal(), Grant::read_only())
            .security_name(row.row.security_name.clone())
            .context(row.row.context.clone());
        builder = builder.community(community);
    }
    for user in config.users.iter().filter(|user| user.engine_id.is_none()) {
        builder = builder.user(Account::new(user.user.clone(), Grant::read_only()));
    }
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
    let mut addresses = Vec::new();
    for text in listen(config) {
        let found = TransportAddress::lookup(&text, 161).await;
        addresses.extend(found.map_err(|error| format!("`{text}` cannot be listened on: {error}"))?);
    }
    builder.bind_to(addresses).map_err(|error| error.to_string())
}
