//! A monitor of TCP services. A row's values are found out when a manager asks for them: the services of a request are
//! connected to at the same time, and other requests are answered meanwhile.
//!
//! ```sh
//! COMMUNITY=public cargo run -p example-agents --bin service-monitor -- ADDRESS NAME=HOST:PORT…
//! ```
#![forbid(unsafe_code)]

use example_agents::mibs::acme_service_mib::*;
use mibc::agent::table::next_key;
use mibc::agent::{Page, ReadError, RowsWanted};
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::{Agent, Community, Gauge32};
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Shorter than managers wait, and than the agent's deadline.
const PATIENCE: Duration = Duration::from_millis(800);

/// Addresses by name, in the order in which SNMP walks them.
type Services = BTreeMap<AcmeServiceIndex, String>;

/// What was found out about some of them.
struct Checked(BTreeMap<AcmeServiceIndex, Check>);

struct Check {
    address: String,
    /// `None` while it is down.
    connected: Option<Duration>,
}

/// How a cell is made of what was found out: the same trait as for a table whose rows are at hand.
impl AcmeServiceTable for Checked {
    fn next(&self, after: Option<&AcmeServiceIndex>) -> Option<AcmeServiceIndex> {
        next_key(&self.0, after)
    }

    fn acme_service_address(&self, index: &AcmeServiceIndex) -> Option<DisplayString> {
        self.0.get(index).map(|check| check.address.as_str().into())
    }

    fn acme_service_state(&self, index: &AcmeServiceIndex) -> Option<AcmeServiceState> {
        let is_up = self.0.get(index)?.connected.is_some();
        Some(if is_up { AcmeServiceState::UP } else { AcmeServiceState::DOWN })
    }

    fn acme_service_connect(&self, index: &AcmeServiceIndex) -> Option<Gauge32> {
        let took = self.0.get(index)?.connected?;
        Some(Gauge32(u32::try_from(took.as_micros()).unwrap_or(u32::MAX)))
    }
}

/// Finds out about the rows that a request wants.
async fn check(
    services: Arc<Services>,
    wanted: RowsWanted<AcmeServiceIndex>,
) -> Result<Page<Checked>, ReadError> {
    let (names, count) = match wanted {
        RowsWanted::These(names) => (names, usize::MAX),
        RowsWanted::Next { from, count } => {
            let behind = services.range((from, Bound::Unbounded));
            (behind.map(|(name, _)| name.clone()).take(count).collect(), count)
        }
    };
    let is_end = names.len() < count;
    let mut checks = JoinSet::new();
    for name in names {
        let Some(address) = services.get(&name).cloned() else { continue };
        checks.spawn(async move {
            let begun = Instant::now();
            let connection = timeout(PATIENCE, TcpStream::connect(&address)).await;
            let connected = matches!(connection, Ok(Ok(_))).then(|| begun.elapsed());
            (name, Check { address, connected })
        });
    }
    Ok(Page { rows: Checked(checks.join_all().await.into_iter().collect()), is_end })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("expected the address to listen on")?;
    let services: Option<Services> = arguments
        .map(|argument| argument.split_once('=').map(|(name, at)| (name.to_owned().into(), at.to_owned())))
        .collect();
    let services = Arc::new(services.ok_or("expected services as NAME=HOST:PORT")?);
    let community = std::env::var("COMMUNITY").map_err(|_| "set COMMUNITY to the community to answer to")?;

    let agent = Agent::builder().community(Community::read_only(community)).bind(address).await?;
    agent.serve_table_lazily(AcmeServiceEntry, move |_who, wanted| check(Arc::clone(&services), wanted));
    println!("listening on {}", agent.local_addr());
    tokio::select! {
        ended = agent.run() => Ok(ended?),
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}
