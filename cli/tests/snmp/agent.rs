//! Our agent on a loopback port: the strip of the quick start.

use mibc::agent::{Account, Agent, Community, Grant};
use mibc::runtime::usm::{Auth, Privacy, User};
use quickstart::strip::Strip;
use std::net::SocketAddr;
use tokio::runtime::Runtime;

/// An agent that runs until it is dropped.
pub(crate) struct Running {
    // Ends before its runtime does.
    _agent: mibc::agent::Running,
    _runtime: Runtime,
    pub(crate) address: String,
}

/// A user with all that there is.
pub(crate) fn operator() -> User {
    User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes")
}

pub(crate) fn start() -> Running {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let (address, agent): (SocketAddr, _) = runtime.block_on(async {
        let agent = Agent::builder()
            .community(Community::read_only("public"))
            .community(Community::read_write("secret"))
            .user(Account::new(operator(), Grant::read_write()))
            .bind("127.0.0.1:0")
            .await
            .expect("an agent on loopback");
        Strip::example().expect("the outlets are fine").serve(&agent);
        let address = agent.local_addr();
        (address, agent.spawn())
    });
    Running { _agent: agent, _runtime: runtime, address: address.to_string() }
}
