//! Communities, targets, and configurations that are read again.

use crate::lab::{Lab, USER, configuration, user};
use mibc_test_support::netsnmp::installed;

/// C10, C11: communities by source, made over SNMP as well; targets and notifications follow their tables.
#[test]
fn communities_and_targets() {
    if !installed("snmpset") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let text = configuration("");
    let lab = Lab::start(&text, Some(folder.path()));
    assert!(lab.name(&["-v2c", "-cpublic"]).is_some());
    assert!(lab.name(&["-v2c", "-cfar"]).is_none());
    assert!(lab.name(&["-v2c", "-ctrap"]).is_none());
    // The index ends where the name does (IMPLIED).
    let (community, address, mask) =
        (".1.3.6.1.6.3.18.1.1.1", ".1.3.6.1.6.3.12.1.2.1", ".1.3.6.1.6.3.18.1.2.1");
    let row = |status: &str| [format!("{community}.8.97"), "i".to_owned(), status.to_owned()];
    let [status, kind, make] = row("4");
    lab.done(
        "snmpset",
        &[
            &status,
            &kind,
            &make,
            &format!("{community}.2.97"),
            "s",
            "mine",
            &format!("{community}.3.97"),
            "s",
            "community-1",
        ],
    );
    assert!(lab.name(&["-v2c", "-cmine"]).is_some());
    lab.done("snmpset", &[&format!("{community}.6.97"), "s", "elsewhere"]);
    assert!(lab.name(&["-v2c", "-cmine"]).is_none());
    lab.done(
        "snmpset",
        &[
            &format!("{address}.9.97"),
            "i",
            "4",
            &format!("{address}.2.97"),
            "o",
            ".1.3.6.1.6.1.1",
            &format!("{address}.3.97"),
            "x",
            "7f0000010000",
            &format!("{address}.6.97"),
            "s",
            "elsewhere",
            &format!("{address}.7.97"),
            "s",
            "none",
        ],
    );
    assert!(lab.name(&["-v2c", "-cmine"]).is_none(), "the port is another one");
    lab.refused("snmpset", &[&format!("{mask}.1.97"), "x", "ffffffff"], "inconsistentValue");
    lab.done("snmpset", &[&format!("{mask}.1.97"), "x", "ffffffff0000"]);
    assert!(lab.name(&["-v2c", "-cmine"]).is_some());
    drop(lab);
    let lab = Lab::start(&text, Some(folder.path()));
    assert!(lab.name(&["-v2c", "-cmine"]).is_some());
    lab.done("snmpset", &[&status, "i", "6"]);
    assert!(lab.name(&["-v2c", "-cmine"]).is_none());
    lab.done("snmpset", &[".1.3.6.1.2.1.1.5.0", "s", "written"]);
    drop(lab);
    let lab = Lab::start(&text, Some(folder.path()));
    assert!(lab.name(&["-v2c", "-cpublic"]).is_some_and(|name| name.contains("written")));
}

/// A reload takes away what the configuration had, and leaves what was made over SNMP.
#[test]
fn a_reload() {
    if !installed("snmpvacm") {
        return;
    }
    let lab = Lab::start(&configuration(&USER.replace("NAME", "second")), None);
    lab.done("snmpvacm", &["createView", "mine", ".1.3.6.1.2.1.1"]);
    assert!(lab.name(&user("second", "maplesyrup")).is_some());
    lab.reload(&configuration(""));
    assert!(lab.name(&user("second", "maplesyrup")).is_none());
    let views = lab.done("snmpbulkwalk", &[".1.3.6.1.6.3.16.1.5.2.1.6"]);
    assert!(views.contains(".4.109.105.110.101."), "{views}");
}
