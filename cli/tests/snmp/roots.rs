//! Walks that begin above all OIDs (`.`, `.1`, `iso`), and where they end.

use crate::netsnmp::{installed, run, snmpd_with};
use crate::place::Place;
use mibc_test_support::netsnmp::{SNMPD, Snmpd};

/// An agent with what stays the same from one question to the next; the end of its view is far from that of the tree.
fn snmpd() -> (Snmpd, String) {
    snmpd_with(
        "view steady included .1.3.6.1.2.1.1.1\nview steady included .1.3.6.1.2.1.1.9.1.2\n\
         rocommunity public 127.0.0.1 -V steady\n",
    )
}

#[test]
fn everything_from_the_root_on() {
    if !installed(SNMPD) || !installed("snmpwalk") {
        return;
    }
    let place = Place::new();
    let (_snmpd, address) = snmpd();
    let both = |theirs: &str, ours: &str, rest: &[&str]| {
        for version in ["-v1", "-v2c"] {
            if version == "-v1" && theirs.contains("bulk") {
                continue;
            }
            let asked = [&[version, "-cpublic", &address], rest].concat();
            let expected = run(&place, theirs, &asked);
            let found = place.run(&[&[ours], asked.as_slice()].concat());
            assert_eq!(
                (&found.out, found.status),
                (&expected.out, expected.status),
                "{asked:?}: {}",
                found.err
            );
            assert!(!found.out.is_empty(), "{asked:?}");
        }
    };
    for root in [
        ".",
        ".1",
        "1",
        "iso",
        ".iso",
        ".iso.org",
        "iso.3",
        "org",
        ".iso.org.dod.internet",
        "internet",
        "1.3",
    ] {
        let walk = &["-On", root];
        both("snmpwalk", "walk", walk);
        both("snmpbulkwalk", "bulkwalk", walk);
        both("snmpgetnext", "getnext", &["-On", root, "sysDescr"]);
        both("snmpbulkget", "getbulk", &["-Cr2", "-On", root]);
    }
    both("snmpwalk", "walk", &["-On"]);
    // The instance itself, and an instance that nothing follows.
    both("snmpwalk", "walk", &["sysDescr.0"]);
    both("snmpwalk", "walk", &["1.3.9"]);
    both("snmpwalk", "walk", &["-CE", ".1.3.6.1.2.1.1.2", ".1"]);
}

/// Text for people says where the view ends; what programs read does not.
#[test]
fn the_end_of_the_view_is_no_variable() {
    if !installed(SNMPD) {
        return;
    }
    let place = Place::new();
    let (_snmpd, address) = snmpd();
    for version in ["-v1", "-v2c"] {
        let walk = |rest: &[&str]| {
            place.answer(&[&["walk", version, "-cpublic", &address, "-Cp"], rest, &["sysORID"]].concat())
        };
        let (text, json, csv) = (walk(&[]), walk(&["--format", "json"]), walk(&["--format", "csv"]));
        let variables = text.lines().filter(|line| line.contains(" = OID: ")).count();
        assert!(text.ends_with(&format!("\nVariables found: {variables}\n")), "{text}");
        assert_eq!(text.lines().count(), variables + 2, "{text}");
        assert_eq!((json.lines().count(), csv.lines().count()), (variables, variables + 1));
    }
}

#[test]
fn translated_and_refused() {
    let place = Place::new();
    for (question, numeric, short, full) in [
        (".1", "iso", "iso", ".iso"),
        ("1", "iso", "iso", ".iso"),
        ("iso", "1", "iso", ".iso"),
        (".2", "joint-iso-ccitt", "joint-iso-ccitt", ".joint-iso-ccitt"),
    ] {
        assert_eq!(place.answer(&["translate", question]), format!("{numeric}\n"));
        assert_eq!(place.answer(&["translate", "-Os", question]), format!("{short}\n"));
        assert_eq!(place.answer(&["translate", "-Of", question]), format!("{full}\n"));
    }
    for (arguments, expected) in [
        (
            ["get", "-v2c", "-cx", "h", ".1"],
            "`.1` is above all objects: read what is below it with `mibc walk`",
        ),
        (["get", "-v2c", "-cx", "h", "."], "is above all objects"),
        (["table", "-v2c", "-cx", "h", "."], "not a table"),
        (["walk", "-v2c", "-cx", "h", ".7"], "the first sub-identifier of an OID is 0, 1 or 2"),
    ] {
        let said = place.run(&arguments);
        assert!(said.status != Some(0) && said.err.contains(expected), "{arguments:?}: {said:?}");
    }
}
