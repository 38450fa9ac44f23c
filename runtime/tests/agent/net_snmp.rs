//! net-snmp's tools against the agent. Without them the test is skipped, unless `MIBC_REQUIRE_PEERS` is set.

use std::collections::BTreeMap;
use std::sync::Arc;

use mibc_runtime::agent::{Agent, Community};
use mibc_runtime::value::{Counter64, OctetString};
use mibc_test_support::netsnmp::{installed, run};

use crate::acme::{
    ACME_CHARGE, ACME_LIMIT, ACME_LOCATION, AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlet, Outlets,
};

/// What a tool prints, or what it complains about.
fn said(tool: &str, arguments: &[&str]) -> String {
    let output = run(tool, &[], arguments);
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    text.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tools_of_net_snmp_understand_the_agent() {
    if !installed("snmpget") {
        return;
    }
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .community(Community::read_write("private"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve_rw(ACME_LOCATION, || OctetString::from("cellar"), |_| Ok(()));
    agent.serve(ACME_CHARGE, || Counter64(1 << 40));
    agent.serve_rw(ACME_LIMIT, || 7, |_| Ok(()));
    let outlets = Outlets::default();
    *outlets.rows.lock().expect("not poisoned") = (1..=40)
        .map(|bank| {
            let outlet = Outlet { load: bank as u32, state: 1, owner: Some("ann".into()) };
            (AcmeOutletIndex::new(bank, "a"), outlet)
        })
        .collect::<BTreeMap<_, _>>();
    agent.serve_table(AcmeOutletEntry, Arc::new(outlets));
    let _running = agent.spawn();
    let target = agent.local_addr().to_string();
    tokio::task::spawn_blocking(move || talk(&target)).await.expect("no panic");
}

/// How many varbinds with a value a tool has printed.
fn values(text: &str) -> usize {
    text.lines().filter(|line| line.contains(" = ") && !line.contains("No more variables")).count()
}

fn talk(target: &str) {
    let read = |tool: &str, version: &str, rest: &[&str]| {
        let mut arguments = vec!["-On", "-r0", "-t2", version, "-c", "public", target];
        arguments.extend(rest);
        said(tool, &arguments)
    };
    let location = ".1.3.6.1.4.1.9999.1.1.0 = STRING: \"cellar\"";
    for version in ["-v1", "-v2c"] {
        assert_eq!(read("snmpget", version, &["1.3.6.1.4.1.9999.1.1.0"]), location);
        let text = read("snmpgetnext", version, &["1.3.6.1.4.1.9999"]);
        assert_eq!(text, location);
        let walk = read("snmpwalk", version, &["1.3.6.1.4.1.9999"]);
        // Three scalars and four columns, less what is Counter64.
        let lines = if version == "-v1" { 2 + 3 * 40 } else { 3 + 4 * 40 };
        assert_eq!(values(&walk), lines, "{walk}");
        let set = |value: &[&str]| {
            let mut arguments = vec!["-On", "-r0", "-t2", version, "-c", "private", target];
            arguments.extend(value);
            said("snmpset", &arguments)
        };
        assert_eq!(
            set(&["1.3.6.1.4.1.9999.1.1.0", "s", "attic"]),
            ".1.3.6.1.4.1.9999.1.1.0 = STRING: \"attic\""
        );
        let refused = set(&["1.3.6.1.4.1.9999.1.3.0", "i", "101"]);
        let reason = if version == "-v1" { "badValue" } else { "wrongValue" };
        assert!(refused.contains(reason), "{refused}");
    }
    let bulk = read("snmpbulkwalk", "-v2c", &["-Cr13", ENTRY]);
    assert_eq!(values(&bulk), 4 * 40, "{bulk}");
    let text = read("snmpget", "-v2c", &["1.3.6.1.4.1.9999.1.1.1"]);
    assert!(text.ends_with("No Such Instance currently exists at this OID"), "{text}");
    let text = read("snmpget", "-v2c", &["1.3.6.1.4.1.9999.7.1"]);
    assert!(text.ends_with("No Such Object available on this agent at this OID"), "{text}");
}
