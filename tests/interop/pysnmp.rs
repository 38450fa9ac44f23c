//! Our manager against pysnmp 7, which alone has 3DES and both ways of extending keys.
//!
//! `MIBC_PYTHON` names an interpreter that has pysnmp and cryptography; without it the test is skipped.

use crate::v3::{AUTH, PRIVACY, name, user};
use mibc::mibs::snmpv2_mib::*;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::runtime::oid::Oid;
use mibc::usm::{Auth, Privacy};
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
        eprintln!("notice: skipped, MIBC_PYTHON names no interpreter with pysnmp");
        return;
    };
    let (_agent, address) = Agent::start(&python.to_string_lossy());
    let manager = Manager::bind().await.expect("a socket");
    let system: Oid = "1.3.6.1.2.1.1".parse().expect("an OID");
    let mut failures = Vec::new();
    for auth in Auth::ALL {
        for privacy in std::iter::once(None).chain(Privacy::ALL.map(Some)) {
            let target = Target::v3(address, user(auth, privacy)).timeout(Duration::from_secs(3)).retries(3);
            let host = manager.target(target);
            let what = name(auth, privacy);
            let talk = async {
                let descr = host.get(SYS_DESCR).await?;
                host.set(SYS_NAME, DisplayString::from(what.as_str())).await?;
                let renamed = host.get(SYS_NAME).await?;
                let next = host.walk(system.clone()).limit(100).collect().await?.len();
                let bulk = host.bulk_walk(system.clone()).limit(100).collect().await?.len();
                Ok::<_, mibc::Error>((descr, renamed, next, bulk))
            };
            match talk.await {
                Ok((descr, renamed, next, bulk)) => {
                    assert!(descr.to_string().contains("PySNMP"), "{what}: {descr}");
                    assert_eq!(renamed, DisplayString::from(what.as_str()));
                    assert!(next > 5 && next == bulk, "{what}: {next} and {bulk}");
                }
                Err(error) => failures.push(format!("{what}: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
