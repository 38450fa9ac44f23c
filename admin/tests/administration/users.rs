//! Users (RFC 3414 §5).

use crate::lab::{Lab, USM_USER, configuration, user};
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{OctetString, Value};
use mibc_test_support::netsnmp::installed;

/// U11, U12, U13: a user from its making to its end, by net-snmp's tool, with a store.
#[test]
fn users() {
    if !installed("snmpusm") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let text = configuration("");
    let lab = Lab::start(&text, Some(folder.path()));
    lab.done("snmpusm", &["create", "guest", "operator"]);
    // It is a user, and nobody has said what it may do.
    let said = lab.run("snmpget", &user("guest", "maplesyrup"), &[".1.3.6.1.2.1.1.5.0"]);
    assert!(said.stderr.contains("authorizationError"), "{} {}", said.stdout, said.stderr);
    lab.done("snmpvacm", &["createSec2Group", "3", "guest", "guests"]);
    lab.done("snmpvacm", &["createView", "small", ".1.3.6.1.2.1.1"]);
    lab.done("snmpvacm", &["createView", "small", USM_USER]);
    lab.done("snmpvacm", &["createAccess", "guests", "3", "3", "1", "small", "small", "none"]);
    assert!(lab.name(&user("guest", "maplesyrup")).is_some());
    assert!(
        lab.run("snmpget", &user("guest", "maplesyrup"), &[".1.3.6.1.2.1.11.1.0"]).stdout.contains("No Such")
    );
    // Somebody else's key; then its own, which is for nobody else.
    lab.done("snmpusm", &["passwd", "maplesyrup", "new and longer", "guest"]);
    assert!(lab.name(&user("guest", "maplesyrup")).is_none());
    assert!(lab.name(&user("guest", "new and longer")).is_some());
    let own =
        lab.run("snmpusm", &user("guest", "new and longer"), &["passwd", "new and longer", "its own one"]);
    assert!(own.success, "{} {}", own.stdout, own.stderr);
    assert!(lab.name(&user("guest", "its own one")).is_some());
    let change = "00".repeat(64);
    let mine = lab.cell(7, "guest");
    let said = lab.run("snmpset", &user("guest", "its own one"), &[&lab.cell(7, "operator"), "x", &change]);
    assert!(!said.success && said.stderr.contains("noAccess"), "{} {}", said.stdout, said.stderr);
    // The administrator is not the owner, and a community is nobody.
    lab.refused("snmpset", &[&mine, "x", &change], "noAccess");
    // No key is read, by anybody.
    let walked = lab.done("snmpbulkwalk", &[USM_USER]);
    for column in [6, 7, 9, 10] {
        let lines: Vec<&str> =
            walked.lines().filter(|line| line.starts_with(&format!("{USM_USER}.{column}."))).collect();
        assert_eq!(lines.len(), 2, "{walked}");
        assert!(lines.iter().all(|line| line.ends_with("= \"\"")), "{lines:?}");
    }
    assert!(
        walked
            .lines()
            .filter(|line| line.starts_with(&format!("{USM_USER}.4.")))
            .all(|line| line.ends_with("OID: .0.0"))
    );
    drop(lab);
    // All of it is there after a restart, and the one that is deleted is not.
    let lab = Lab::start(&text, Some(folder.path()));
    assert!(lab.name(&user("guest", "its own one")).is_some());
    lab.reload(&text);
    assert!(lab.name(&user("guest", "its own one")).is_some());
    lab.done("snmpusm", &["delete", "guest"]);
    let said = lab.run("snmpget", &user("guest", "its own one"), &[".1.3.6.1.2.1.1.5.0"]);
    assert!(!said.success && said.stderr.contains("Unknown user name"), "{} {}", said.stdout, said.stderr);
    // One of the configuration is permanent.
    lab.refused("snmpusm", &["delete", "operator"], "inconsistentValue");
    drop(lab);
    let lab = Lab::start(&text, Some(folder.path()));
    assert!(lab.name(&user("guest", "its own one")).is_none());
    assert!(lab.name(&user("operator", "maplesyrup")).is_some());
}

/// U12, U13: what may not be set.
#[test]
fn users_that_cannot_be() {
    if !installed("snmpset") {
        return;
    }
    let lab = Lab::start(&configuration(""), None);
    let cell = |column: u32, name: &str| lab.cell(column, name);
    // Cloned from nobody.
    lab.refused(
        "snmpset",
        &[&cell(13, "x"), "i", "4", &cell(4, "x"), "o", &cell(3, "nobody")],
        "inconsistentName",
    );
    lab.refused("snmpset", &[&cell(13, "x"), "i", "4", &cell(4, "x"), "o", ".1.3"], "inconsistentName");
    // A protocol that is none, and a row that has no key for its protocol.
    lab.refused(
        "snmpset",
        &[&cell(13, "x"), "i", "4", &cell(5, "x"), "o", ".1.3.6.1.6.3.10.1.1.99"],
        "wrongValue",
    );
    lab.refused(
        "snmpset",
        &[&cell(13, "x"), "i", "4", &cell(5, "x"), "o", ".1.3.6.1.6.3.10.1.1.2"],
        "inconsistentValue",
    );
    // Protocols only go.
    lab.refused("snmpset", &[&cell(5, "operator"), "o", ".1.3.6.1.6.3.10.1.1.2"], "inconsistentValue");
    lab.refused("snmpset", &[&cell(5, "operator"), "o", ".1.3.6.1.6.3.10.1.1.1"], "inconsistentValue");
    lab.refused("snmpset", &[&cell(6, "operator"), "x", "00112233"], "wrongLength");
    // Nothing survives a restart here, so no row can say so.
    lab.refused("snmpset", &[&cell(13, "x"), "i", "4", &cell(12, "x"), "i", "3"], "inconsistentValue");
    lab.done("snmpset", &[&cell(13, "x"), "i", "4", &cell(11, "x"), "s", "hello"]);
    assert!(lab.done("snmpget", &[&cell(12, "x")]).ends_with("INTEGER: 2\n"));
    lab.done("snmpusm", &["create", "clone", "operator"]);
    // Later clones do nothing, and succeed.
    lab.done("snmpset", &[&cell(4, "clone"), "o", &cell(3, "x")]);
    lab.done("snmpset", &[&cell(8, "clone"), "o", ".1.3.6.1.6.3.10.1.2.1"]);
    lab.done("snmpset", &[&cell(5, "clone"), "o", ".1.3.6.1.6.3.10.1.1.1"]);
    assert!(lab.done("snmpget", &[&cell(5, "clone")]).contains(".1.3.6.1.6.3.10.1.1.1"));
    lab.done("snmpset", &[".1.3.6.1.6.3.15.1.2.1.0", "i", lock(&lab).as_str(), &cell(11, "clone"), "s", "a"]);
    lab.refused("snmpset", &[".1.3.6.1.6.3.15.1.2.1.0", "i", "1"], "inconsistentValue");
}

fn lock(lab: &Lab) -> String {
    let said = lab.done("snmpget", &["-Oqv", ".1.3.6.1.6.3.15.1.2.1.0"]);
    said.trim().to_owned()
}

/// U14: a user that is made in steps is not ready before it is cloned and has keys of its own, also not after a restart; and
/// only then can it be activated.
#[test]
fn a_user_that_is_made_in_steps() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = configuration("");
    let mut lab = Lab::start(&text, Some(folder.path()));
    let (status, clone) = (lab.cell(13, "guest"), lab.cell(4, "guest"));
    let state = |lab: &Lab| lab.get(&status);
    const NOT_READY: Value = Value::Integer(3);
    let activate = |lab: &Lab| lab.set(&[(&status, Value::Integer(1))]).0;
    let pointer = |lab: &Lab| Value::ObjectIdentifier(crate::lab::oid(&lab.cell(3, "operator")));
    assert_eq!(lab.set(&[(&status, Value::Integer(5))]).0, ErrorStatus::NO_ERROR);
    assert_eq!(lab.set(&[(&clone, pointer(&lab))]).0, ErrorStatus::NO_ERROR);
    assert_eq!((state(&lab), activate(&lab)), (NOT_READY, ErrorStatus::INCONSISTENT_VALUE));
    let change = |octet| Value::OctetString(OctetString::from(&[octet; 64][..]));
    let short = |octet| Value::OctetString(OctetString::from(&[octet; 32][..]));
    assert_eq!(lab.set(&[(&lab.cell(6, "guest"), change(1))]).0, ErrorStatus::NO_ERROR);
    // One of its two keys is still its template's.
    for _ in 0..2 {
        assert_eq!((state(&lab), activate(&lab)), (NOT_READY, ErrorStatus::INCONSISTENT_VALUE));
        assert_eq!(lab.set(&[(&lab.cell(11, "guest"), "hello".into())]).0, ErrorStatus::NO_ERROR);
        drop(lab);
        lab = Lab::start(&text, Some(folder.path()));
    }
    assert_eq!(lab.set(&[(&lab.cell(9, "guest"), short(1))]).0, ErrorStatus::NO_ERROR);
    assert_eq!((state(&lab), activate(&lab)), (Value::Integer(2), ErrorStatus::NO_ERROR));
    // It stays ready, whatever else is set and however often it is taken out of service.
    assert_eq!(lab.set(&[(&status, Value::Integer(2))]).0, ErrorStatus::NO_ERROR);
    drop(lab);
    let lab = Lab::start(&text, Some(folder.path()));
    assert_eq!((state(&lab), activate(&lab)), (Value::Integer(2), ErrorStatus::NO_ERROR));
    // One of the configuration too.
    let own = lab.cell(13, "operator");
    for (value, found) in [(2, 2), (1, 1)] {
        assert_eq!(lab.set(&[(&own, Value::Integer(value))]).0, ErrorStatus::NO_ERROR);
        assert_eq!(lab.get(&own), Value::Integer(found));
    }
    // One that is activated by the SET that clones it has its template's keys, as net-snmp's tool expects.
    let (status, clone) = (lab.cell(13, "twin"), lab.cell(4, "twin"));
    assert_eq!(lab.set(&[(&status, Value::Integer(5))]).0, ErrorStatus::NO_ERROR);
    let cloned = [(&*status, Value::Integer(1)), (&*clone, pointer(&lab))];
    assert_eq!((lab.set(&cloned).0, lab.get(&status)), (ErrorStatus::NO_ERROR, Value::Integer(1)));
    // Without protocols no keys are awaited; with one nobody has a key that could be used.
    let plain = lab.cell(13, "plain");
    assert_eq!(lab.set(&[(&plain, Value::Integer(4))]).0, ErrorStatus::NO_ERROR);
    let (keyless, protocol) = (lab.cell(13, "keyless"), lab.cell(5, "keyless"));
    let sha: Oid = crate::lab::oid("1.3.6.1.6.3.10.1.1.5");
    let made = [(&*keyless, Value::Integer(5)), (&*protocol, Value::ObjectIdentifier(sha))];
    assert_eq!(lab.set(&made).0, ErrorStatus::NO_ERROR);
    let refused = lab.set(&[(&keyless, Value::Integer(1))]).0;
    assert_eq!((lab.get(&keyless), refused), (NOT_READY, ErrorStatus::INCONSISTENT_VALUE));
}
