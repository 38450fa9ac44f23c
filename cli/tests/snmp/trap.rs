//! Sending notifications: beside net-snmp's tools into its snmptrapd, and into `mibc listen`.

use crate::listen::Listening;
use crate::netsnmp::{installed, run};
use crate::place::{Place, v3_user};
use crate::trapd::{Trapd, steady};
use mibc_test_support::netsnmp::SNMPTRAPD;

const OPERATOR: [&str; 13] = v3_user("operator", "SHA", ["maplesyrup", "pancakes"]);
const SIGNER: [&str; 9] = ["-v3", "-u", "signer", "-l", "authNoPriv", "-a", "SHA", "-A", "maplesyrup"];
const GUEST: [&str; 5] = ["-v3", "-u", "guest", "-l", "noAuthNoPriv"];
const ENGINE: [&str; 2] = ["-e", "0x8000000001020304"];
const LINK_UP: [&str; 11] = [
    "4711",
    "IF-MIB::linkUp",
    "IF-MIB::ifIndex.7",
    "i",
    "7",
    "IF-MIB::ifAdminStatus.7",
    "i",
    "up",
    "IF-MIB::ifOperStatus.7",
    "i",
    "1",
];

/// Every version and level, as traps and as informs: what snmptrapd prints of ours is what it prints of net-snmp's.
#[test]
fn the_same_for_the_receiver() {
    if !installed(SNMPTRAPD) || !installed("snmptrap") {
        return;
    }
    let v2c = ["-v2c", "-ctraps"];
    let varbinds: &[&str] = &[
        "0",
        "1.3.6.1.4.1.32473.0.9",
        "1.3.6.1.4.1.32473.1.1.0",
        "i",
        "-5",
        "1.3.6.1.4.1.32473.1.2.0",
        "u",
        "5",
        "1.3.6.1.4.1.32473.1.3.0",
        "t",
        "5",
        "1.3.6.1.4.1.32473.1.4.0",
        "a",
        "192.0.2.7",
        "1.3.6.1.4.1.32473.1.5.0",
        "o",
        "IF-MIB::ifIndex",
        "1.3.6.1.4.1.32473.1.6.0",
        "s",
        "a b",
        "1.3.6.1.4.1.32473.1.7.0",
        "x",
        "00ff",
        "1.3.6.1.4.1.32473.1.8.0",
        "d",
        "1.2",
        "1.3.6.1.4.1.32473.1.9.0",
        "c",
        "7",
        "1.3.6.1.4.1.32473.1.10.0",
        "C",
        "7",
    ];
    let v1: &[&str] = &["1.3.6.1.4.1.32473.1", "192.0.2.1", "6", "17", "4711", "IF-MIB::ifIndex.7", "i", "7"];
    let generic: &[&str] = &["", "192.0.2.1", "3", "0", "100"];
    let place = Place::new();
    let (theirs, ours) = (Trapd::theirs(&place, &[]), Trapd::start_theirs(&place, "other", &[]));
    let cases: Vec<(&str, Vec<&str>, &[&str])> = vec![
        ("snmptrap", v2c.to_vec(), &LINK_UP),
        ("snmptrap", v2c.to_vec(), varbinds),
        ("snmptrap", vec!["-v1", "-ctraps"], v1),
        ("snmptrap", vec!["-v1", "-c", "traps"], generic),
        ("snmptrap", [OPERATOR.as_slice(), &ENGINE].concat(), &LINK_UP),
        ("snmptrap", [OPERATOR.as_slice(), &ENGINE, &["-n", "there"]].concat(), &LINK_UP),
        ("snmptrap", [SIGNER.as_slice(), &ENGINE].concat(), &LINK_UP),
        ("snmptrap", [GUEST.as_slice(), &ENGINE].concat(), &LINK_UP),
        ("snmptrap", [v2c.as_slice(), &["-Ci"]].concat(), &LINK_UP),
        ("snmpinform", v2c.to_vec(), &LINK_UP),
        ("snmpinform", OPERATOR.to_vec(), &LINK_UP),
        ("snmpinform", SIGNER.to_vec(), &LINK_UP),
        ("snmpinform", GUEST.to_vec(), &LINK_UP),
        ("snmptrap", v2c.to_vec(), &["1", "IF-MIB::linkDown", "IF-MIB::ifDescr.7", "s", "the last one"]),
    ];
    for (tool, options, what) in &cases {
        let asked = |to: &str| -> Vec<String> {
            [options.as_slice(), &[to], what].concat().iter().map(|word| (*word).to_owned()).collect()
        };
        for (own, receiver) in [(false, &theirs), (true, &ours)] {
            let words = asked(&receiver.address.to_string());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let said = if own { place.tool(tool, &words) } else { run(&place, tool, &words) };
            assert_eq!(said.status, Some(0), "{own} {tool} {words:?}: {}", said.err);
            assert_eq!(said.out, "");
        }
    }
    let last = ["the last one"];
    let expected = theirs.printed(&place, "theirs", &last);
    let found = ours.printed(&place, "other", &last);
    assert_eq!(steady(&found), steady(&expected));
    assert!(expected.matches("IF-MIB::linkUp").count() >= 10, "all have arrived: {expected}");
}

/// What is wrong with arguments, and an inform that nobody acknowledges: net-snmp's words and status.
#[test]
fn the_same_for_the_sender() {
    if !installed("snmptrap") {
        return;
    }
    let place = Place::new();
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let at = silent.local_addr().expect("bound").to_string();
    let first = |text: &str| {
        let aside = ["Created directory", "MIB search path", "Cannot find module"];
        let own = |line: &&str| !aside.iter().any(|aside| line.starts_with(aside));
        let line = text.lines().find(own).unwrap_or_default();
        line.split(" (Sub-id")
            .next()
            .unwrap_or_default()
            .split(" ::")
            .next()
            .unwrap_or_default()
            .trim_end_matches(')')
            .to_owned()
    };
    let cases: [(&str, &[&str]); 18] = [
        ("snmptrap", &["-v1", "-cx", &at]),
        ("snmptrap", &["-v1", "-cx", &at, ""]),
        ("snmptrap", &["-v1", "-cx", &at, "", ""]),
        ("snmptrap", &["-v1", "-cx", &at, "", "", "6"]),
        ("snmptrap", &["-v1", "-cx", &at, "", "", "6", "1"]),
        ("snmptrap", &["-v1", "-cx", &at, "", "nosuch.invalid", "6", "1", ""]),
        ("snmptrap", &["-v2c", "-cx", &at]),
        ("snmptrap", &["-v2c", "-cx", &at, ""]),
        ("snmptrap", &["-v2c", "-cx", &at, "", "IF-MIB::linkUp", "ifIndex.7"]),
        ("snmptrap", &["-v2c", "-cx", &at, "", "IF-MIB::linkUp", "ifIndex.7", "i"]),
        ("snmptrap", &["-v2c", "-cx", &at, "", "IF-MIB::linkUp", "ifAdminStatus.7", "s", "x"]),
        ("snmptrap", &["-v2c", "-cx", &at, "", "IF-MIB::linkUp", "ifIndex.7", "q", "x"]),
        ("snmptrap", &["-v2c", "-cx", &at, "", "IF-MIB::linkUp", "nosuch.7", "i", "1"]),
        ("snmptrap", &[]),
        ("snmptrap", &["-v2c", "-cx", "-Cz", &at, "", "IF-MIB::linkUp"]),
        ("snmpinform", &["-v1", "-cx", &at, "", "IF-MIB::linkUp"]),
        ("snmpinform", &["-v2c", "-cx", "-r0", "-t.2", &at, "", "IF-MIB::linkUp"]),
        ("snmptrap", &["-v2c", "-cx", "-r0", "-t.2", "-Ci", &at, "", "IF-MIB::linkUp"]),
    ];
    for (tool, arguments) in cases {
        let (theirs, ours) = (run(&place, tool, arguments), place.tool(tool, arguments));
        assert_eq!(first(&ours.err), first(&theirs.err), "{tool} {arguments:?}: {}", ours.err);
        assert_eq!(ours.status, theirs.status, "{tool} {arguments:?}: {}", ours.err);
        assert!(!theirs.err.is_empty());
    }
}

/// Our own commands into our own listener: values by the MIB, and what is doubtful.
#[test]
fn from_us_to_us() {
    let place = Place::new();
    let listening = Listening::start(&place, &["-c", "traps", "--count", "4", "--format", "json"]);
    let at = listening.address.clone();
    let credentials = ["-v2c", "-ctraps", at.as_str()];
    let whole = ["", "IF-MIB::linkDown", "ifIndex.7=7", "ifAdminStatus.7=up", "ifOperStatus.7", "i", "down"];
    let said = place.run(&[&["trap"], credentials.as_slice(), &whole].concat());
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
    let said = place
        .run(&[&["inform"], credentials.as_slice(), &["42", "IF-MIB::linkDown", "ifIndex.7=7"]].concat());
    let doubt = "warning: IF-MIB::linkDown lists ifAdminStatus, ifOperStatus, which are not there\n";
    assert_eq!((said.status, said.err.as_str()), (Some(0), doubt));
    let said =
        place.run(&[&["trap"], credentials.as_slice(), &["42", "IF-MIB::ifDescr", "ifDescr.7=a=b"]].concat());
    assert_eq!(
        (said.status, said.err.as_str()),
        (Some(0), "warning: IF-MIB::ifDescr is a column, not a notification\n")
    );
    let v1 = ["trap", "-v1", "-ctraps", &at, "SNMPv2-MIB::snmpTraps", "", "2", "0", "9", "ifIndex.7=7"];
    let said = place.run(&v1);
    let doubt = "warning: IF-MIB::linkDown lists ifAdminStatus, ifOperStatus, which are not there\n";
    assert_eq!((said.status, said.err.as_str()), (Some(0), doubt));
    let lines: Vec<serde_json::Value> =
        listening.rest().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["notification"], "IF-MIB::linkDown");
    assert_eq!(lines[0]["varbinds"][2]["text"], "down");
    assert!(lines[0]["up_time"].as_u64().is_some());
    assert_eq!((&lines[1]["kind"], &lines[1]["up_time"]), (&"inform".into(), &42.into()));
    assert_eq!(lines[2]["varbinds"][0]["value"], "a=b");
    assert_eq!((&lines[3]["version"], &lines[3]["notification"]), (&"v1".into(), &"IF-MIB::linkDown".into()));
    assert_eq!(lines[3]["varbinds"][1]["value"], "127.0.0.1", "the sender's own address");
    // Nothing is sent that is not of its type, or that names no instance.
    for (wrong, expected) in [
        ("ifIndex.7=x", "ifIndex.7: "),
        ("ifOperStatus.7=sideways", "ifOperStatus.7: "),
        ("ifIndex=7", "is a column"),
        ("nosuch.1=7", "Unknown Object Identifier"),
        ("ifIndex.7", "expected NAME TYPE VALUE"),
    ] {
        let said =
            place.run(&[&["trap"], credentials.as_slice(), &["1", "IF-MIB::linkDown", wrong]].concat());
        assert!(said.status == Some(1) && said.err.contains(expected), "{wrong}: {}", said.err);
    }
    let said = place.run(&["inform", "-v1", "-cx", &at, "1", "IF-MIB::linkDown"]);
    assert!(said.status == Some(1) && said.err.contains("SNMPv1 has no informs"), "{}", said.err);
    let said = place.run(&["inform", "-v2c", "-cx", "-r0", "-t.1", &at, "1", "SNMPv2-MIB::coldStart"]);
    assert!(said.status == Some(1) && said.err.contains("Timeout: No Response from"), "{}", said.err);
}

/// SNMPv3 without a given engine ID: that of this user, which starts once more with each command, so that none is taken for
/// an old message.
#[test]
fn the_engine_of_traps_is_kept() {
    let place = Place::new();
    let options = ["-u", "operator", "-a", "SHA", "-x", "AES"];
    let listening =
        Listening::start(&place, &[options.as_slice(), &["--count", "4", "--format", "json"]].concat());
    let send = |verb: &str, more: &[&str]| {
        let words =
            [&[verb], options.as_slice(), more, &[&listening.address, "1", "SNMPv2-MIB::coldStart"]].concat();
        let mut command = place.command(&words);
        command.env("XDG_STATE_HOME", place.path().join("state"));
        command.env("MIBC_AUTH_PASSPHRASE", "maplesyrup").env("MIBC_PRIV_PASSPHRASE", "pancakes");
        let said = crate::place::said(&command.output().expect("mibc runs"));
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{verb} {more:?}");
    };
    for more in [&[][..], &[], &["-e", "0x8000000001020304", "-Z", "7,100"]] {
        send("trap", more);
    }
    send("inform", &[]);
    let kept = std::fs::read_to_string(place.path().join("state/mibc/engine")).expect("it is kept");
    assert!(kept.contains("boots = 2"), "{kept}");
    let text = listening.rest();
    assert_eq!(text.matches("\"user\":\"operator\"").count(), 4, "{text}");
    assert_eq!(text.matches("\"kind\":\"inform\"").count(), 1, "{text}");
}
