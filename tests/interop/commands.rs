//! net-snmp's commands against the quick start's agent, in v1 and v2c, with our own MIB text.

use crate::relay::Relay;
use mibc::agent::{Agent, Community, Running};
use mibc_test_support::netsnmp::{Output, installed, run};
use quickstart::strip::Strip;
use std::path::Path;

struct Served {
    relay: Relay,
    running: Running,
}

/// The quick start's agent on a port that the kernel picks, what is said to it recorded under a name.
async fn serve(name: &'static str) -> Served {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .community(Community::read_write("private"))
        .bind("127.0.0.1:0")
        .await
        .expect("an agent on loopback");
    Strip::example().expect("the outlets are fine").serve(&agent);
    Served { relay: Relay::start(name, agent.local_addr()), running: agent.spawn() }
}

impl Served {
    /// Runs a net-snmp command against the agent, with our MIB text.
    fn ask(&self, program: &str, version: &str, community: &str, rest: &[&str]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (standard, own) = (root.join("mibs/text"), root.join("examples/quickstart/mibs"));
        let address = self.relay.address().to_string();
        let mut arguments = vec![version, "-c", community, "-t", "5", "-r", "1", &address];
        arguments.extend(rest);
        // net-snmp reads the text of `mibs/` on the way: complaints about it come on standard error.
        let output = run(program, &[&standard, &own], &arguments);
        assert!(
            !output.stderr.contains("Cannot find module") && !output.stderr.contains("error"),
            "net-snmp on our MIB text: {}",
            output.stderr
        );
        output
    }

    async fn stop(self) {
        self.running.stop().await.expect("the agent stops");
        self.relay.finish(&[]);
    }
}

const VERSIONS: [&str; 2] = ["-v1", "-v2c"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpget_reads_scalars_and_cells() {
    if !installed("snmpget") {
        return;
    }
    let served = serve("snmpget").await;
    for version in VERSIONS {
        let names = [
            "ACME-POWER-MIB::acmePowerName.0",
            "ACME-POWER-MIB::acmePowerTotal.0",
            "ACME-POWER-MIB::acmeOutletState.2.\"A\"",
            "ACME-POWER-MIB::acmeOutletCurrent.1.\"A\"",
            "ACME-POWER-MIB::acmeOutletAlarms.2.\"A\"",
        ];
        let output = served.ask("snmpget", version, "public", &names);
        assert!(output.success, "{}", output.stderr);
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert_eq!(
            lines,
            [
                "ACME-POWER-MIB::acmePowerName.0 = STRING: rack 7",
                "ACME-POWER-MIB::acmePowerTotal.0 = Gauge32: 460 watts",
                "ACME-POWER-MIB::acmeOutletState.2.\"A\" = INTEGER: tripped(3)",
                "ACME-POWER-MIB::acmeOutletCurrent.1.\"A\" = INTEGER: 1.2 amperes",
                "ACME-POWER-MIB::acmeOutletAlarms.2.\"A\" = BITS: A0 overload(0) groundFault(2) ",
            ],
            "{version}"
        );
    }
    served.stop().await;
}

/// P1, C3: what v2c says per varbind, v1 says with an error-status.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpget_of_what_is_not_there() {
    if !installed("snmpget") {
        return;
    }
    let served = serve("snmpget-missing").await;
    let missing = ["ACME-POWER-MIB::acmeOutletState.9.\"A\""];
    let output = served.ask("snmpget", "-v2c", "public", &missing);
    assert!(output.stdout.contains("No Such Instance"), "{}", output.stdout);
    let output = served.ask("snmpget", "-v1", "public", &missing);
    assert!(output.stderr.contains("noSuchName"), "{}", output.stderr);
    let output = served.ask("snmpget", "-v2c", "public", &["ACME-POWER-MIB::acmeOutletName.1.\"A\""]);
    assert!(output.stdout.contains("No Such Object"), "S8, not-accessible: {}", output.stdout);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpgetnext_goes_from_object_to_object() {
    if !installed("snmpgetnext") {
        return;
    }
    let served = serve("snmpgetnext").await;
    for version in VERSIONS {
        let names = ["ACME-POWER-MIB::acmePowerName", "ACME-POWER-MIB::acmeOutletState.1.\"C\""];
        let output = served.ask("snmpgetnext", version, "public", &names);
        assert!(output.success, "{}", output.stderr);
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert_eq!(lines[0], "ACME-POWER-MIB::acmePowerName.0 = STRING: rack 7", "{version}");
        assert_eq!(lines[1], "ACME-POWER-MIB::acmeOutletState.2.\"A\" = INTEGER: tripped(3)", "{version}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walks_see_every_instance_in_order() {
    if !installed("snmpwalk") || !installed("snmpbulkwalk") {
        return;
    }
    let served = serve("snmpwalk").await;
    let mut walks = Vec::new();
    for (program, version) in [("snmpwalk", "-v1"), ("snmpwalk", "-v2c"), ("snmpbulkwalk", "-v2c")] {
        let output = served.ask(program, version, "public", &["ACME-POWER-MIB::acmePowerMIB"]);
        assert!(output.success, "{program} {version}: {}", output.stderr);
        // The up time moves on between two walks, and every version tells the end of the MIB in its own words.
        let stable: Vec<String> = output
            .stdout
            .lines()
            .filter(|line| line.starts_with("ACME-POWER-MIB::") && !line.contains("No more variables"))
            .filter(|line| !line.contains("acmePowerUpTime"))
            .map(str::to_owned)
            .collect();
        // Three scalars, of which one is left out above, and four columns of five rows.
        assert_eq!(stable.len(), 2 + 4 * 5, "{program} {version}:\n{}", output.stdout);
        assert!(stable[2].starts_with("ACME-POWER-MIB::acmeOutletState.1.\"A\" ="), "{}", stable[2]);
        // A length-prefixed string sorts by its length first: "spare" is last.
        assert!(stable[6].starts_with("ACME-POWER-MIB::acmeOutletState.2.\"spare\" ="), "{}", stable[6]);
        walks.push(stable);
    }
    assert_eq!(walks[0], walks[1]);
    assert_eq!(walks[1], walks[2]);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpset_writes_and_is_refused() {
    if !installed("snmpset") {
        return;
    }
    let served = serve("snmpset").await;
    for (version, name) in VERSIONS.into_iter().zip(["left", "right"]) {
        let state = "ACME-POWER-MIB::acmeOutletState.1.\"C\"";
        let label = "ACME-POWER-MIB::acmeOutletLabel.1.\"C\"";
        let output = served.ask("snmpset", version, "private", &[state, "i", "on", label, "s", name]);
        assert!(output.success, "{version}: {}", output.stderr);
        let output = served.ask("snmpget", version, "public", &[state, label]);
        assert!(output.stdout.contains("INTEGER: on(2)"), "{}", output.stdout);
        assert!(output.stdout.contains(&format!("STRING: {name}")), "{}", output.stdout);
        // Put it back for the other version.
        assert!(served.ask("snmpset", version, "private", &[state, "i", "off"]).success);

        // P8, C4: not for this community; not that value; not this object; both or none.
        let refused = |rest: &[&str], community: &str, v1: &str, v2c: &str| {
            let output = served.ask("snmpset", version, community, rest);
            assert!(!output.success, "{version} {rest:?} {}", output.stdout);
            let reason = if version == "-v1" { v1 } else { v2c };
            assert!(output.stderr.contains(reason), "{version} {rest:?}: {}", output.stderr);
        };
        refused(&[state, "i", "on"], "public", "noSuchName", "authorizationError");
        refused(&[state, "i", "tripped"], "private", "badValue", "wrongValue");
        refused(
            &["ACME-POWER-MIB::acmeOutletState.1.\"Z\"", "i", "on"],
            "private",
            "noSuchName",
            "noCreation",
        );
        refused(&["1.3.6.1.4.1.32473.1.1.2.0", "u", "1"], "private", "noSuchName", "notWritable");
        refused(&[label, "s", "gone", state, "i", "tripped"], "private", "badValue", "wrongValue");
        let output = served.ask("snmpget", version, "public", &[label]);
        assert!(
            output.stdout.contains(&format!("STRING: {name}")),
            "P9: nothing is written: {}",
            output.stdout
        );
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmptable_prints_the_rows() {
    if !installed("snmptable") {
        return;
    }
    let served = serve("snmptable").await;
    for version in VERSIONS {
        let output = served.ask("snmptable", version, "public", &["-Ci", "ACME-POWER-MIB::acmeOutletTable"]);
        assert!(output.success, "{}", output.stderr);
        let lines = output.stdout.lines().skip_while(|line| !line.starts_with("SNMP table:"));
        let rows: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(rows.len(), 1 + 1 + 5, "{version}:\n{}", output.stdout);
        assert!(rows[1].contains("acmeOutletLabel"), "{}", rows[1]);
        assert!(rows.iter().any(|row| row.contains("coffee machine") && row.contains("tripped")), "{rows:?}");
    }
    served.stop().await;
}
