//! Managers and agents over all transports.
#![cfg(all(feature = "manager", feature = "agent"))]

mod connections;
mod crowd;
#[cfg(unix)]
mod net_snmp;
mod sources;

use mibc_runtime::agent::{Agent, AgentBuilder, Community};
use mibc_runtime::manager::Manager;
use mibc_runtime::meta::Meta;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::typed::access::ReadOnly;
use mibc_runtime::typed::{Module, Scalar};
use mibc_runtime::value::OctetString;

struct TestMib;

impl Module for TestMib {
    const META: Meta<'static> = Meta::EMPTY;
}

const SYS_NAME: Scalar<TestMib, OctetString, ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);

fn builder() -> AgentBuilder {
    Agent::builder().community(Community::read_only("public"))
}

/// An agent that serves sysName.0 on this address.
async fn agent(address: &str) -> Agent {
    let addresses = TransportAddress::lookup(address, 0).await.expect("an address");
    let agent = builder().bind_to(addresses).expect("a socket");
    agent.serve(SYS_NAME, || "an agent".into());
    agent
}

async fn manager() -> Manager {
    Manager::bind().await.expect("a socket")
}

fn local(agent: &Agent) -> TransportAddress {
    agent.local_addresses().next().expect("it listens").clone()
}
