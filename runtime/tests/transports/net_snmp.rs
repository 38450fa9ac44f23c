//! net-snmp on the other side of TCP and of the Unix domain. Without it the tests are skipped, unless
//! `MIBC_REQUIRE_PEERS` is set.

use super::*;
use mibc_runtime::manager::Target;
use mibc_test_support::netsnmp::{Daemon, SNMPD, installed, run};
use std::time::{Duration, Instant};

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
            run("snmpget", &[], &["-v2c", "-c", "public", "-On", "-r0", "-t60", &target, "1.3.6.1.2.1.1.5.0"])
        });
        let output = asked.await.expect("no panic");
        assert_eq!(output.stdout.trim(), ".1.3.6.1.2.1.1.5.0 = STRING: \"an agent\"", "{output:?}");
    }
}

#[tokio::test]
async fn the_manager_asks_snmpd() {
    if !installed(SNMPD) {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    // snmpd cannot say which port the system has chosen.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|s| s.local_addr()).expect("loopback").port();
    let manager = manager().await;
    for address in [format!("tcp:127.0.0.1:{port}"), format!("unix:{}", directory.path().join("s").display())]
    {
        let configuration = "rocommunity public\nrocommunity public localhost\nsysName a peer\n";
        let _snmpd = Daemon::start(SNMPD, &["-I", "system_mib"], configuration, &address);
        let session = manager.target(Target::v2c(address.as_str(), "public").timeout(Duration::from_secs(5)));
        let start = Instant::now();
        let name = loop {
            match session.get(SYS_NAME).await {
                Ok(name) => break name,
                // It is not up yet.
                Err(error) if start.elapsed() > Duration::from_secs(60) => panic!("{address}: {error}"),
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
