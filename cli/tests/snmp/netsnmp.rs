//! Beside net-snmp's tools: the same agent, the same modules, the same text.

use crate::place::{Place, Said, said, v3_user, workspace};
pub(crate) use mibc_test_support::netsnmp::installed;
use mibc_test_support::netsnmp::{SNMPD, Snmpd, command};
use std::fs;

/// The modules that net-snmp is told to load: those of which both know the same definitions.
pub(crate) const MODULES: &str = "SNMPv2-MIB:IF-MIB:HOST-RESOURCES-MIB:HOST-RESOURCES-TYPES:SNMP-FRAMEWORK-MIB:SNMP-MPD-MIB:\
                       SNMP-TARGET-MIB:IP-MIB:TCP-MIB:UDP-MIB:NOTIFICATION-LOG-MIB:SNMP-VIEW-BASED-ACM-MIB:SNMP-NOTIFICATION-MIB:SNMP-USER-BASED-SM-MIB";

/// Objects under the agent that stay the same from one question to the next.
const STEADY: [&str; 6] = [
    "sysORTable",
    "ifPhysAddress",
    "ifSpecific",
    "hrStorageAllocationUnits",
    "vacmAccessTable",
    "vacmViewTreeFamilyMask",
];

/// Runs one of net-snmp's tools over our modules, with nothing of the machine's configuration.
pub(crate) fn run(place: &Place, program: &str, arguments: &[&str]) -> Said {
    let mut command = command(program, place.path());
    command.env("MIBDIRS", workspace("mibs/text")).env("MIBS", MODULES).args(arguments);
    let output = command.output();
    said(&output.expect("the tool starts"))
}

/// net-snmp's agent. What it serves is read-only, except for the name of the system and its contact.
pub(crate) fn snmpd() -> (Snmpd, String) {
    snmpd_with(
        "rocommunity public 127.0.0.1\nview few included .1.3.6.1.2.1.1.4\nview few included .1.3.6.1.2.1.1.5\n\
         rwcommunity private 127.0.0.1 -V few\ncreateUser alice SHA maplesyrup AES pancakes\n\
         createUser old MD5 maplesyrup DES pancakes\nrouser alice authPriv\nrouser old noauth\n",
    )
}

/// The same with a configuration of its own.
pub(crate) fn snmpd_with(configuration: &str) -> (Snmpd, String) {
    let snmpd = Snmpd::start(configuration);
    let address = snmpd.address().to_string();
    (snmpd, address)
}

/// Both tools' text, character by character.
fn same(place: &Place, theirs: &str, ours: &str, arguments: &[&str]) {
    let expected = run(place, theirs, arguments);
    let found = place.run(&[&[ours], arguments].concat());
    assert_eq!(found.out, expected.out, "{theirs} {arguments:?}: {}{}", expected.err, found.err);
    assert!(!found.out.is_empty(), "{arguments:?}: {}", found.err);
}

#[test]
fn walks_in_every_form_of_output() {
    if !installed(SNMPD) || !installed("snmpwalk") {
        return;
    }
    let place = Place::new();
    let (_snmpd, address) = snmpd();
    for form in [
        "-OS", "-Os", "-On", "-Of", "-Ou", "-Oq", "-OQ", "-Ov", "-Oqv", "-Oe", "-Ot", "-OU", "-Oa", "-Ox",
        "-OT", "-O0", "-Ob", "-OX", "-OE", "-OQs", "-One", "-OvQ", "-Oxq", "-OSUe",
    ] {
        for object in STEADY {
            same(&place, "snmpwalk", "walk", &[form, "-v2c", "-c", "public", &address, object]);
        }
    }
    let v3 = v3_user("alice", "SHA", ["maplesyrup", "pancakes"]);
    let asked = [v3.as_slice(), &[address.as_str(), "ifTable"]].concat();
    let [theirs, ours] =
        [run(&place, "snmpbulkwalk", &asked), place.run(&[&["bulkwalk"], asked.as_slice()].concat())];
    assert_eq!(ours.out.lines().count(), theirs.out.lines().count(), "{}", ours.err);
    for (version, object) in
        [("-v1", "sysORDescr"), ("-v2c", "sysDescr.0"), ("-v2c", "sysName.7"), ("-v2c", "mib-2.999")]
    {
        same(&place, "snmpwalk", "walk", &[version, "-c", "public", &address, object]);
    }
    same(&place, "snmpgetnext", "getnext", &["-v2c", "-cpublic", &address, "sysORID.1", "1.3.6.2"]);
    let bulk = ["-v2c", "-cpublic", "-Cn1", "-Cr3", &address, "sysServices", "sysORID", "ifDescr"];
    same(&place, "snmpbulkget", "getbulk", &bulk);
}

#[test]
fn strings_that_are_hard_to_print() {
    if !installed(SNMPD) || !installed("snmpset") {
        return;
    }
    let place = Place::new();
    let (_snmpd, address) = snmpd();
    let name = "1.3.6.1.2.1.1.5.0";
    for text in [
        "",
        "plain",
        "q\"x\\y",
        "two\nlines\tand a tab",
        "gr\u{fc}\u{df}e",
        "0123456789abcdef and more than a line",
    ] {
        same(&place, "snmpset", "set", &["-v2c", "-cprivate", &address, name, "s", text]);
        for form in ["-OS", "-Oq", "-Ox", "-Oa", "-OT", "-OxT"] {
            for modules in [MODULES, ""] {
                same(&place, "snmpget", "get", &[form, "-m", modules, "-v2c", "-cprivate", &address, name]);
            }
        }
    }
}

#[test]
fn tables() {
    if !installed(SNMPD) || !installed("snmptable") {
        return;
    }
    let place = Place::new();
    let (_snmpd, address) = snmpd();
    for layout in [
        vec![],
        vec!["-Ci"],
        vec!["-Cb"],
        vec!["-Cbi"],
        vec!["-Cl"],
        vec!["-Cf", ","],
        vec!["-CH"],
        vec!["-Cw", "60"],
        vec!["-Ciw", "60"],
        vec!["-Cc", "12"],
        vec!["-CB", "-Ci"],
        vec!["-Os"],
    ] {
        // Of the tables of every machine these two stay the same.
        for table in ["vacmSecurityToGroupTable", "vacmAccessTable", "hrDeviceTable"] {
            let asked = [&["-v2c", "-cpublic"], layout.as_slice(), &[&address, table]].concat();
            same(&place, "snmptable", "table", &asked);
        }
    }
}

/// CVE-2014-3565: objects of every base type over an agent's values of others (net-snmp's own INTEGER and strings, which
/// no standard module defines): the same notes.
#[test]
fn values_that_the_mib_says_are_of_another_type() {
    if !installed(SNMPD) || !installed("snmpwalk") {
        return;
    }
    let place = Place::new();
    let types = [
        "INTEGER { up(1), down(2) }",
        "Integer32",
        "Unsigned32",
        "Gauge32",
        "Counter32",
        "Counter64",
        "TimeTicks",
        "OCTET STRING",
        "OBJECT IDENTIFIER",
        "IpAddress",
        "BITS { far(99) }",
    ];
    let (_snmpd, address) = snmpd();
    for (number, syntax) in types.iter().enumerate() {
        let folder = place.path().join(format!("mibs{number}"));
        fs::create_dir_all(&folder).expect("a folder");
        let mut text = String::from(
            "WRONG-MIB DEFINITIONS ::= BEGIN\nIMPORTS OBJECT-TYPE, Integer32, Unsigned32, Gauge32, Counter32, Counter64, \
             TimeTicks, IpAddress, enterprises FROM SNMPv2-SMI;\nwrongMemory OBJECT IDENTIFIER ::= { enterprises 2021 4 }\n",
        );
        for object in [1, 2] {
            text += &format!(
                "wrong{object} OBJECT-TYPE SYNTAX {syntax} UNITS \"units\" MAX-ACCESS read-only STATUS current\n  \
                 DESCRIPTION \"Of another type.\" ::= {{ wrongMemory {object} }}\n"
            );
        }
        fs::write(folder.join("WRONG-MIB.txt"), text + "END\n").expect("a file");
        let folders = format!("{}:{}", folder.display(), workspace("mibs/text").display());
        for form in ["-Ov", "-OQv"] {
            let asked = [
                form,
                "-M",
                &folders,
                "-m",
                "WRONG-MIB",
                "-v2c",
                "-cpublic",
                &address,
                "WRONG-MIB::wrong1.0",
                "WRONG-MIB::wrong2.0",
            ];
            let (theirs, ours) =
                (run(&place, "snmpget", &asked), place.run(&[&["get"], asked.as_slice()].concat()));
            assert_eq!(ours.out, theirs.out, "{syntax} {asked:?}: {}{}", ours.err, theirs.err);
        }
    }
}
