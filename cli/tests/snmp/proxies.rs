//! `proxy` lines of snmpd.conf: an imported configuration beside snmpd with the same lines, both in front of one agent.

use crate::place::Place;
use mibc_test_support::netsnmp::{self, Snmpd, installed};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const ROOT: &str = ".1.3.6.1.4.1.32473";

/// `mibc agent`, ended when dropped.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a command of net-snmp prints about an agent; time passes between two of them.
fn ask(tool: &str, address: &str, community: &str, arguments: &[&str]) -> String {
    let mut words = vec!["-v2c", "-c", community, "-On", "-t", "10", "-r0", address];
    words.extend(arguments);
    let output = netsnmp::run(tool, &[], &words);
    // The tools say where they make folders for their state.
    let errors = output.stderr.lines().filter(|line| !line.starts_with("Created directory"));
    let lines = output.stdout.lines().chain(errors);
    let still = |line: &str| line.split("Timeticks: ").next().unwrap_or_default().to_owned();
    lines.map(still).collect::<Vec<_>>().join("\n")
}

#[test]
fn proxies_answer_as_under_snmpd() {
    if !installed("snmpget") || !installed(netsnmp::SNMPD) {
        return;
    }
    let place = Place::new();
    let behind = Snmpd::start(
        "rocommunity public\nrwcommunity private\ncreateUser eve SHA maplesyrup AES maplesyrup\nrwuser eve priv\n\
         sysDescr behind\nsysContact somebody\n",
    );
    let to = behind.address();
    let lines = format!(
        "rwcommunity public\ncom2sec -Cn other others default elsewhere\ngroup others v2c others\n\
         view everything included .1\naccess others other v2c noauth exact everything none none\n\
         proxy -v 2c -c private {to} {ROOT}.1 .1.3.6.1.2.1.1\n\
         proxy -v 1 -c public {to} {ROOT}.2 .1.3.6.1.2.1.1\n\
         proxy -v 3 -u eve -l authPriv -a SHA -A maplesyrup -x AES -X maplesyrup {to} {ROOT}.3 .1.3.6.1.2.1.1\n\
         proxy -Cn other -v2c -cpublic {to} {ROOT}.4 .1.3.6.1.2.1.1\n"
    );
    let snmpd = Snmpd::start(&lines);
    let theirs = snmpd.address().to_string();
    let ours = netsnmp::free_udp_address().to_string();
    let conf = place.secret("snmpd.conf", &format!("agentaddress udp:{ours}\n{lines}"));
    let toml = place.answer(&["agent", "import", &conf]).replace("/var/lib/mibc", "store");
    assert!(!toml.contains("Left out"), "{toml}");
    let file = place.secret("agent.toml", &toml);
    let child =
        place.command(&["agent", "--config", &file]).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let mut agent = Agent(child.expect("it starts"));
    let begun = Instant::now();
    while !ask("snmpget", &ours, "public", &["1.3.6.1.2.1.1.3.0"]).starts_with(".1.3.6.1.2.1.1.3.0") {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not answer");
        assert!(matches!(agent.0.try_wait(), Ok(None)), "it has ended");
    }
    let both = |tool: &str, community: &str, arguments: &[&str]| {
        let said = ask(tool, &ours, community, arguments);
        assert_eq!(said, ask(tool, &theirs, community, arguments), "{tool} {community} {arguments:?}");
        said
    };
    for number in 1..=3 {
        let name = |end: &str| format!("{ROOT}.{number}{end}");
        let walked = both("snmpwalk", "public", &[&name("")]);
        assert!(walked.lines().count() > 6 && walked.contains("behind"), "{walked}");
        both("snmpbulkwalk", "public", &[&name("")]);
        both("snmpget", "public", &[&name(".1.0"), &name(".4.0")]);
        both("snmpgetnext", "public", &[&name(".1")]);
        // snmpd hands on the error of SNMPv1 as it is, which managers of SNMPv2c are not to see (RFC 3584 §4.4).
        let absent = match number {
            2 => ask("snmpget", &ours, "public", &[&name(".99.0")]),
            _ => both("snmpget", "public", &[&name(".99.0")]),
        };
        assert!(absent.contains("No Such"), "{absent}");
    }
    // What is set is set there, whoever asks.
    for (number, place) in [(1, "attic"), (3, "cellar")] {
        let name = format!("{ROOT}.{number}.6.0");
        let set = both("snmpset", "public", &[&name, "s", place]);
        assert!(set.contains(place), "{set}");
        let found = ask("snmpget", &to.to_string(), "public", &["1.3.6.1.2.1.1.6.0"]);
        assert!(found.contains(place), "{found}");
        let refused = both("snmpset", "public", &[&format!("{ROOT}.{number}.4.0"), "s", "nobody"]);
        assert!(refused.contains("notWritable"), "{refused}");
    }
    // In its context only.
    let name = format!("{ROOT}.4");
    let walked = both("snmpwalk", "elsewhere", &[&name]);
    assert!(walked.contains("behind"), "{walked}");
    assert!(!both("snmpwalk", "public", &[&name]).contains("behind"));
    assert!(!both("snmpwalk", "elsewhere", &[&format!("{ROOT}.1")]).contains("behind"));
}
