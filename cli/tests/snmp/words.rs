//! What scripts look for: the words and the exit status of net-snmp's tools.

use crate::netsnmp::{installed, run, snmpd};
use crate::place::{Place, Said};
use mibc_test_support::netsnmp::SNMPD;

/// The lines of net-snmp's tool are all among ours, but for what names the tool, its usage and its blank lines.
fn same(theirs: &Said, ours: &Said, asked: &[&str]) {
    let context = format!("{asked:?}\n{}{}", theirs.err, ours.err);
    assert_eq!(ours.status, theirs.status, "{context}");
    assert_eq!(ours.out, theirs.out, "{context}");
    let plain = |line: &str| {
        let line = line.split_once(" (Sub-id not found: (top) -> sys").map_or(line, |(line, _)| line);
        let tools = ["snmpget: ", "snmpset: ", "snmpwalk: ", "mibc: "];
        let line = tools.iter().find_map(|tool| line.strip_prefix(tool)).unwrap_or(line);
        line.trim_end_matches('.').to_owned()
    };
    let found: Vec<String> = ours.err.lines().map(plain).collect();
    let said = theirs.err.lines().filter(|line| !line.starts_with("Created directory: "));
    let expected = said.take_while(|line| !line.starts_with("USAGE:")).map(plain);
    let expected: Vec<String> = expected.filter(|line| !line.is_empty()).collect();
    assert!(!expected.is_empty(), "{context}");
    assert!(found.starts_with(&expected), "{expected:?}\n{context}");
    assert!(found.len() > expected.len(), "ours says more: {context}");
}

#[test]
fn as_net_snmp_says_it() {
    if !installed(SNMPD) || !installed("snmpget") {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd();
    // Bound and never answering.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let dead = silent.local_addr().expect("bound").to_string();
    let (at, dead) = (at.as_str(), dead.as_str());
    let v3 = ["-v3", "-u", "alice", "-a", "SHA", "-x", "AES", "-X", "pancakes"];
    let with = |rest: &[&'static str]| [v3.as_slice(), rest].concat();
    let refused = ["get", "set", "walk"];
    let cases: Vec<(&str, Vec<&str>)> = vec![
        ("get", vec!["-v2c", "-cpublic", "-t0.2", "-r0", dead, "sysDescr.0"]),
        ("walk", vec!["-v1", "-cpublic", "-t0.2", "-r0", dead, "system"]),
        ("set", vec!["-v2c", "-cpublic", "-t0.2", "-r0", dead, "sysContact.0", "s", "x"]),
        ("get", vec!["-v2c", "-cpublic", at]),
        ("get", vec!["-v2c", at, "sysDescr.0"]),
        ("get", vec!["-v3", "-l", "noAuthNoPriv", at, "sysDescr.0"]),
        ("get", vec!["-v4", at, "sysDescr.0"]),
        ("get", vec!["-v2c", "-cpublic", at, "noSuchThing.0", "sysDescr.0", "noSuchOther.0"]),
        ("get", vec!["-v2c", "-cpublic", at, "IF-MIB::noSuchThing.0"]),
        ("get", vec!["-v2c", "-cpublic", at, "vacmGroupName.3.alice"]),
        ("walk", vec!["-v2c", "-cpublic", at, "noSuchThing.1"]),
        ("get", vec!["-v1", "-cpublic", at, "ifDescr.99"]),
        ("set", vec!["-v1", "-cpublic", at, "sysContact.0", "s", "x"]),
        ("set", vec!["-v2c", "-cpublic", at, "sysContact.0", "s", "x"]),
        ("set", vec!["-v2c", "-cprivate", at, "sysContact.0"]),
        ("set", vec!["-v2c", "-cprivate", at, "sysContact.0", "s"]),
        ("set", vec!["-v2c", "-cprivate", at, "sysContact.0", "q", "x"]),
        ("set", vec!["-v2c", "-cprivate", at, "1.3.6.1.4.1.99999.1.0", "=", "x"]),
        ("set", vec!["-v2c", "-cprivate", at, "ifAdminStatus.1", "i", "sideways"]),
        ("set", vec!["-v2c", "-cprivate", at, "sysContact.0", "x", "zz"]),
        ("get", vec!["-v3", "-u", "bob", "-l", "noAuthNoPriv", at, "sysDescr.0"]),
        ("get", [with(&["-l", "authPriv", "-A", "maplesyrupp"]), vec![at, "sysDescr.0"]].concat()),
        ("get", vec!["-v3", "-u", "alice", "-l", "authPriv2", at, "sysDescr.0"]),
        ("get", vec!["-v3", "-u", "alice", "-l", "authPriv", at, "sysDescr.0"]),
        ("get", vec!["-v3", "-u", "alice", "-l", "authNoPriv", at, "sysDescr.0"]),
        (
            "get",
            vec!["-v3", "-u", "alice", "-l", "authPriv", "-a", "SHA", "-A", "maplesyrup", at, "sysDescr.0"],
        ),
        ("walk", [with(&["-l", "authPriv"]), vec![at, "system"]].concat()),
    ];
    for (verb, asked) in &cases {
        let tool = format!("snmp{verb}");
        same(&run(&place, &tool, asked), &place.run(&[&[*verb], asked.as_slice()].concat()), asked);
    }
    // Where some of the names have values, ours ends with 0 in every version.
    for (verb, names) in [("get", ["sysContact.0", "ifDescr.99"]), ("getnext", ["sysDescr", "2.99"])] {
        let asked = [&["-v1", "-cpublic", at], names.as_slice()].concat();
        let ours = place.run(&[&[verb], asked.as_slice()].concat());
        assert_eq!(ours.status, Some(0), "{verb}: {ours:?}");
        let theirs = run(&place, &format!("snmp{verb}"), &asked);
        same(&theirs, &Said { status: theirs.status, ..ours }, &asked);
    }
    for verb in refused {
        let value: &[&str] = if verb == "set" { &["sysContact.0", "s", "x"] } else { &["sysContact.0"] };
        let asked = [with(&["-l", "authNoPriv", "-A", "maplesyrup"]).as_slice(), &[at], value].concat();
        let tool = format!("snmp{verb}");
        same(&run(&place, &tool, &asked), &place.run(&[&[verb], asked.as_slice()].concat()), &asked);
    }
}

/// The type that is given is compared with that of the MIB, letter by letter; `--force` overrides.
#[test]
fn types_are_those_of_the_mib() {
    if !installed(SNMPD) || !installed("snmpset") {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd();
    for object in [
        "sysContact.0",
        "ifPhysAddress.1",
        "ifAdminStatus.1",
        "ifSpeed.1",
        "ifInOctets.1",
        "ifHCInOctets.1",
        "ifLastChange.1",
        "ifSpecific.1",
        "ipAdEntAddr.1.2.3.4",
    ] {
        let asked = |letter: &'static str, value: &'static str| {
            vec!["-v2c", "-cprivate", at.as_str(), object, letter, value]
        };
        for (letter, value) in [
            ("i", "1"),
            ("u", "1"),
            ("t", "1"),
            ("a", "1.2.3.4"),
            ("o", ".1.3"),
            ("s", "x"),
            ("x", "00"),
            ("b", "1"),
        ] {
            let (theirs, ours) = (
                run(&place, "snmpset", &asked(letter, value)),
                place.run(&[&["set", "--force"], asked(letter, value).as_slice()].concat()),
            );
            if theirs.err.contains("Type of attribute is ") {
                let checked = place.run(&[&["set"], asked(letter, value).as_slice()].concat());
                if !checked.err.contains("is read-only by the MIB") {
                    same(&theirs, &checked, &asked(letter, value));
                }
                assert!(!ours.err.contains("Type of attribute"), "{object} {letter}: {}", ours.err);
                let sent = matches!(ours.status, Some(0 | 2));
                assert!(sent, "{object} {letter}: sent all the same: {}", ours.err);
            }
        }
        // Letters that net-snmp sends without a look at the MIB, or does not have.
        for (letter, value) in [("n", "x"), ("F", "1"), ("D", "1"), ("I", "1"), ("U", "1")] {
            let said = place.run(&[&["set"], asked(letter, value).as_slice()].concat());
            assert_eq!(said.status, Some(1), "{object} {letter}: {}", said.err);
            assert!(
                said.err.contains("Type of attribute is ") || said.err.contains("read-only"),
                "{}",
                said.err
            );
        }
    }
    let contact = ["-v2c", "-cprivate", &at, "-Oqv", "sysContact.0"];
    let before = place.answer(&[&["get"], contact.as_slice()].concat());
    let bits = place.run(&["set", "-v2c", "-cprivate", &at, "sysContact.0", "b", "1"]);
    assert_eq!(bits.status, Some(1), "{}", bits.err);
    assert_eq!(place.answer(&[&["get"], contact.as_slice()].concat()), before, "nothing was written");
}
