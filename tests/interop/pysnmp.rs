//! Our manager against pysnmp 7, the only implementation with 3DES and both ways of extending keys.
//!
//! `MIBC_PYTHON` names an interpreter that has pysnmp and cryptography; without it the test is skipped.

use crate::matrix::{AUTH, PRIVACY, Pair, exercise, oid};
use crate::relay::Relay;
use mibc::usm::Privacy;
use mibc::{Manager, Target};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The agent as a child process; ended when dropped.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Agent {
    fn start(python: &str) -> (Self, SocketAddr) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/pysnmp_agent.py");
        let mut child = Command::new(python)
            .arg(script)
            .args([AUTH, PRIVACY])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("MIBC_PYTHON names an interpreter");
        let stdout = child.stdout.take().expect("a pipe");
        let agent = Self(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let port: u16 = line.trim().parse().expect("the agent's port; does MIBC_PYTHON have pysnmp 7?");
        (agent, SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

#[tokio::test]
async fn our_manager_and_its_agent() {
    let Some(python) = std::env::var_os("MIBC_PYTHON") else {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "MIBC_PYTHON is not set");
        eprintln!("notice: skipped, MIBC_PYTHON names no interpreter with pysnmp");
        return;
    };
    let (_agent, address) = Agent::start(&python.to_string_lossy());
    let relay = Relay::start("pysnmp-agent", address);
    let manager = Manager::bind().await.expect("a socket");
    let system = oid("1.3.6.1.2.1.1");
    let mut failures = Vec::new();
    let pairs = Pair::all(&Privacy::ALL);
    for pair in &pairs {
        let target = Target::v3(relay.address(), pair.user()).timeout(Duration::from_secs(3)).retries(3);
        let what = pair.name();
        match exercise(&manager.target(target), &what, &system).await {
            Ok(descr) => assert!(descr.contains("PySNMP"), "{what}: {descr}"),
            Err(error) => failures.push(format!("{what}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    relay.finish(&pairs);
}
