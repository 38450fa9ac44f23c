//! A monitor of TCP services under an agent that is there, such as net-snmp's `snmpd` (AgentX): its table is part of that agent's
//! tree, and when a service goes down or is up again, that agent's receivers get a notification.
//!
//! ```sh
//! cargo run -p example-agents --bin agentx-subagent -- unix:/var/agentx/master NAME=HOST:PORT…
//! ```
//!
//! `snmpd.conf` needs the line `master agentx`, `mibc agent` the table `[agentx]`.
#![forbid(unsafe_code)]

use example_agents::mibs::acme_service_mib::*;
use mibc::agent::table::next_key;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc_agentx::SubAgent;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How often services are looked at, and how long they may take.
const INTERVAL: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_millis(400);

/// Services by name, in the order in which SNMP walks them.
struct Services(Mutex<BTreeMap<AcmeServiceIndex, Service>>);

#[derive(Clone)]
struct Service {
    address: String,
    state: AcmeServiceState,
}

impl Services {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<AcmeServiceIndex, Service>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AcmeServiceTable for Services {
    fn next(&self, after: Option<&AcmeServiceIndex>) -> Option<AcmeServiceIndex> {
        next_key(&self.lock(), after)
    }

    fn acme_service_address(&self, index: &AcmeServiceIndex) -> Option<DisplayString> {
        self.lock().get(index).map(|service| service.address.as_str().into())
    }

    fn acme_service_state(&self, index: &AcmeServiceIndex) -> Option<AcmeServiceState> {
        self.lock().get(index).map(|service| service.state)
    }
}

/// Looks at all services from time to time, and tells of those that have changed.
async fn watch(services: Arc<Services>, agent: SubAgent) {
    loop {
        let known = services.lock().clone();
        for (name, service) in known {
            let connection = timeout(PATIENCE, TcpStream::connect(&service.address)).await;
            let is_up = matches!(connection, Ok(Ok(_)));
            let state = if is_up { AcmeServiceState::UP } else { AcmeServiceState::DOWN };
            if state == service.state {
                continue;
            }
            if let Some(service) = services.lock().get_mut(&name) {
                service.state = state;
            }
            // It waits until a master agent is there.
            if let Err(error) = agent.notify_queued(AcmeServiceChanged::at(name, state)) {
                eprintln!("a service without a name: {error}");
            }
        }
        sleep(INTERVAL).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let master = arguments.next().ok_or("expected where the master agent is: unix:PATH or tcp:HOST:PORT")?;
    let services: Option<BTreeMap<AcmeServiceIndex, Service>> = arguments
        .map(|argument| {
            let (name, address) = argument.split_once('=')?;
            // A service is up until it is known to be down.
            Some((
                name.to_owned().into(),
                Service { address: address.to_owned(), state: AcmeServiceState::UP },
            ))
        })
        .collect();
    let services = Arc::new(Services(Mutex::new(services.ok_or("expected services as NAME=HOST:PORT")?)));

    let agent = SubAgent::builder().wait_for_master().connect(&master).await?;
    agent.serve_table(AcmeServiceEntry, Arc::clone(&services));
    println!("listening on behalf of {}", agent.endpoint());
    tokio::select! {
        ended = agent.run() => Ok(ended?),
        () = watch(services, agent.clone()) => Ok(()),
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}
