//! net-snmp on the other side of TCP and of the Unix domain. Without it the tests are skipped, unless
//! `MIBC_REQUIRE_PEERS` is set.

use super::*;
use mibc_runtime::manager::Target;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Whether the tool is there; a notice if not.
fn installed(tool: &str) -> bool {
    let there =
        Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "{tool} is required and cannot be run");
        eprintln!("not tested: {tool} cannot be run");
    }
    there
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpget_asks_the_agent() {
    if !installed("snmpget") {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    for address in ["tcp:127.0.0.1:0".to_owned(), format!("unix:{}", directory.path().join("s").display())] {
        let agent = agent(&address).await;
        let _running = agent.spawn();
        let target = local(&agent).to_string();
        let asked = tokio::task::spawn_blocking(move || {
            let mut get = Command::new("snmpget");
            get.args(["-v2c", "-c", "public", "-On", "-r0", "-t5", &target, "1.3.6.1.2.1.1.5.0"]);
            get.env("MIBS", "").output().expect("it runs")
        });
        let output = asked.await.expect("no panic");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text.trim(), ".1.3.6.1.2.1.1.5.0 = STRING: \"an agent\"", "{output:?}");
    }
}

/// net-snmp's agent, ended when dropped.
struct Snmpd(Child);

impl Snmpd {
    fn start(directory: &Path, address: &str) -> Self {
        let configuration = directory.join("snmpd.conf");
        std::fs::write(&configuration, "rocommunity public\nrocommunity public localhost\nsysName a peer\n")
            .expect("the directory is there");
        let mut command = Command::new("snmpd");
        command.args(["-f", "-C", "-c"]).arg(configuration).args(["-I", "system_mib", "-Lf"]);
        command.arg(directory.join("log")).arg(address);
        command.env("SNMP_PERSISTENT_DIR", directory).env("MIBS", "");
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs"))
    }
}

impl Drop for Snmpd {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_manager_asks_snmpd() {
    if !installed("snmpd") {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    // snmpd cannot say which port the system has chosen.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|s| s.local_addr()).expect("loopback").port();
    let manager = manager().await;
    for address in [format!("tcp:127.0.0.1:{port}"), format!("unix:{}", directory.path().join("s").display())]
    {
        let _snmpd = Snmpd::start(directory.path(), &address);
        let session = manager.target(Target::v2c(address.as_str(), "public").timeout(Duration::from_secs(5)));
        let start = Instant::now();
        let name = loop {
            match session.get(SYS_NAME).await {
                Ok(name) => break name,
                // It is not up yet.
                Err(error) if start.elapsed() > Duration::from_secs(30) => panic!("{address}: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        assert_eq!(name, OctetString::from("a peer"));
        let system: mibc_runtime::oid::Oid = "1.3.6.1.2.1.1".parse().expect("an OID");
        let walked = session.bulk_walk(system.clone()).collect().await.expect("a walk");
        assert!(walked.len() >= 6, "{walked:?}");
        assert_eq!(session.walk(system).collect().await.expect("a walk").len(), walked.len());
    }
}
