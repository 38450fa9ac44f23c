//! `mibc usm` and `mibc vacm`, against net-snmp's agent and beside its tools.

use crate::netsnmp::{installed, run, snmpd_with};
use crate::place::{Place, Said, v3_user};
use mibc_test_support::netsnmp::SNMPD;

const ADMIN: [&str; 13] = v3_user("admin", "SHA-256", ["maplesyrup", "pancakes"]);
const AGENT: &str = "createUser admin SHA-256 maplesyrup AES pancakes\nrwuser admin authPriv\n\
     createUser plain SHA-256 maplesyrup AES maplesyrup\nrwuser plain authPriv\nrwuser watcher authPriv\nrocommunity public 127.0.0.1\n\
     rwcommunity private 127.0.0.1\n";

fn admin(place: &Place, verb: &str, options: &[&str], at: &str, command: &[&str]) -> Said {
    place.run(&[&[verb], ADMIN.as_slice(), options, &[at], command].concat())
}

/// What must be done.
fn done(place: &Place, verb: &str, options: &[&str], at: &str, command: &[&str], text: &str) {
    let said = admin(place, verb, options, at, command);
    assert_eq!(
        (said.status, said.out.as_str()),
        (Some(0), format!("{text}\n").as_str()),
        "{command:?}: {}",
        said.err
    );
}

/// Asks as a user; gives what is said.
fn asked(place: &Place, at: &str, user: &str, auth: &str, privacy: &str) -> Said {
    let user = v3_user(user, "SHA-256", [auth, privacy]);
    place.run(&[&["get"], &user[..], &["-r1", at, "sysORIndex.1"]].concat())
}

/// Whether an agent knows these passphrases of a user, whatever the user may see.
fn knows(place: &Place, at: &str, user: &str, auth: &str, privacy: &str) -> bool {
    let said = asked(place, at, user, auth, privacy);
    let refused = said.err.contains("authorizationError") || said.err.contains("noAccess");
    assert!(
        said.status == Some(0)
            || refused
            || said.err.contains("Authentication failure")
            || said.err.contains("Timeout")
            || said.err.contains("Unknown user name")
            || said.err.contains("Decryption"),
        "{said:?}"
    );
    said.status == Some(0) || refused
}

#[test]
fn a_user_from_its_making_to_its_end() {
    if !installed(SNMPD) {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd_with(AGENT);
    done(&place, "usm", &[], &at, &["create", "watcher", "plain"], "User successfully created.");
    assert!(knows(&place, &at, "watcher", "maplesyrup", "maplesyrup"), "cloned");
    // Both keys at once, and each.
    let changed = "SNMPv3 Key(s) successfully changed.";
    done(&place, "usm", &[], &at, &["passwd", "maplesyrup", "new and longer", "watcher"], changed);
    assert!(knows(&place, &at, "watcher", "new and longer", "new and longer"));
    assert!(!knows(&place, &at, "watcher", "maplesyrup", "maplesyrup"));
    assert!(knows(&place, &at, "plain", "maplesyrup", "maplesyrup"), "only the clone has changed");
    done(&place, "usm", &["-Ca"], &at, &["passwd", "new and longer", "only the first", "watcher"], changed);
    assert!(knows(&place, &at, "watcher", "only the first", "new and longer"));
    let public = ["-Cx", "-Cp", "twice"];
    done(&place, "usm", &public, &at, &["passwd", "new and longer", "the other one", "watcher"], changed);
    assert!(knows(&place, &at, "watcher", "only the first", "the other one"));
    // One's own: without a name by the objects for that.
    for (user, old, new) in [
        (None, "only the first", "by its own object"),
        (Some("watcher"), "by its own object", "only the first"),
    ] {
        let own = [
            "usm",
            "-u",
            "watcher",
            "-a",
            "SHA-256",
            "-A",
            old,
            "-x",
            "AES",
            "-X",
            "the other one",
            "-Ca",
            &at,
        ];
        let said = place
            .run(&[own.as_slice(), &["passwd", old, new], &user.into_iter().collect::<Vec<_>>()].concat());
        assert_eq!((said.status, said.out), (Some(0), format!("{changed}\n")), "{user:?}: {}", said.err);
        assert!(knows(&place, &at, "watcher", new, "the other one"));
    }
    // It cannot be used while it is not active.
    done(&place, "usm", &[], &at, &["deactivate", "watcher"], "User successfully deactivated.");
    assert!(!knows(&place, &at, "watcher", "only the first", "the other one"));
    done(&place, "usm", &[], &at, &["activate", "watcher"], "User successfully activated.");
    assert!(knows(&place, &at, "watcher", "only the first", "the other one"));
    done(&place, "usm", &[], &at, &["delete", "watcher"], "User successfully deleted.");
    assert!(!knows(&place, &at, "watcher", "only the first", "the other one"));
    // In steps.
    done(&place, "usm", &["-Cw"], &at, &["create", "slow"], "User successfully created.");
    done(&place, "usm", &[], &at, &["cloneFrom", "slow", "plain"], "User successfully cloned.");
    assert!(!knows(&place, &at, "slow", "maplesyrup", "maplesyrup"));
    done(&place, "usm", &[], &at, &["activate", "slow"], "User successfully activated.");
    assert!(knows(&place, &at, "slow", "maplesyrup", "maplesyrup"));
    // With a community, whose engine is asked for; and by a key.
    let private = ["usm", "-v2c", "-cprivate", &at];
    let said = place.run(&[private.as_slice(), &["delete", "slow"]].concat());
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(!knows(&place, &at, "slow", "maplesyrup", "maplesyrup"));
    let said = place.run(&[private.as_slice(), &["passwd", "maplesyrup", "new and longer"]].concat());
    assert!(said.err.contains("there is no user: name one"), "{}", said.err);
}

/// A key that is localized, made by hand for the agent's engine.
#[test]
fn keys_in_place_of_passphrases() {
    use mibc::runtime::usm::{Auth, EngineId, Key};
    if !installed(SNMPD) {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd_with(&format!("engineIDType 1\nengineID here\n{AGENT}"));
    let text = place.answer(&["get", "-v2c", "-cpublic", "-Oqvx", &at, "SNMP-FRAMEWORK-MIB::snmpEngineID.0"]);
    let octets: Vec<u8> = text
        .trim()
        .trim_matches('"')
        .split_whitespace()
        .map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal"))
        .collect();
    let engine = EngineId::new(&octets).expect("an engine ID");
    let key = |passphrase: &str| {
        let key = Key::from_password(Auth::Sha256, passphrase.as_bytes()).localize(Auth::Sha256, &engine);
        let hex: String = key.as_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
        format!("0x{hex}")
    };
    done(&place, "usm", &[], &at, &["create", "watcher", "plain"], "User successfully created.");
    let (old, new) = (key("maplesyrup"), key("new and longer"));
    let changed = "SNMPv3 Key(s) successfully changed.";
    done(&place, "usm", &["-Ca", "-Ck"], &at, &["passwd", &old, &new, "watcher"], changed);
    assert!(knows(&place, &at, "watcher", "new and longer", "maplesyrup"));
    for (options, command, expected) in [
        (vec!["-Ck"], vec!["passwd", old.as_str(), &new, "watcher"], "a localized key is for one purpose"),
        (vec!["-Ca", "-Ck"], vec!["passwd", "0x12", &new, "watcher"], "the authentication key has 1 octets"),
        (vec!["-Ca", "-Ck"], vec!["passwd", "0xzz", &new, "watcher"], "not pairs of hexadecimal digits"),
    ] {
        let said = admin(&place, "usm", &options, &at, &command);
        assert!(said.status == Some(1) && said.err.contains(expected), "{command:?}: {}", said.err);
    }
}

#[test]
fn views_and_groups() {
    if !installed(SNMPD) {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd_with(&AGENT.replace("rwuser watcher authPriv\n", ""));
    let vacm =
        |options: &[&str], command: &[&str], text: &str| done(&place, "vacm", options, &at, command, text);
    done(&place, "usm", &[], &at, &["create", "watcher", "plain"], "User successfully created.");
    let sees = |name: &str| {
        let watcher = v3_user("watcher", "SHA-256", ["maplesyrup", "maplesyrup"]);
        let said = place.run(&[&["get"], &watcher[..], &[&at, name]].concat());
        said.status == Some(0) && !said.out.contains("No Such")
    };
    assert!(!sees("sysName.0"));
    vacm(&[], &["createSec2Group", "usm", "watcher", "watchers"], "Sec2group successfully created.");
    vacm(&[], &["createView", "some", "SNMPv2-MIB::system"], "View successfully created.");
    vacm(
        &[],
        &["createAccess", "watchers", "3", "authPriv", "exact", "some", "none", "none"],
        "Access successfully created.",
    );
    assert!(sees("sysName.0") && !sees("snmpInPkts.0"));
    vacm(&["-Ce"], &["createView", "some", "sysName"], "View successfully created.");
    assert!(!sees("sysName.0") && sees("sysDescr.0"));
    vacm(&[], &["deleteView", "some", "sysName"], "View successfully deleted.");
    assert!(sees("sysName.0"));
    // The last number but one of the subtree does not count: all scalars of the group are in it.
    vacm(&[], &["deleteView", "some", "SNMPv2-MIB::system"], "View successfully deleted.");
    assert!(!sees("sysName.0"));
    vacm(&[], &["createView", "some", "1.3.6.1.2.1.1.99.0", "fe:80"], "View successfully created.");
    assert!(sees("sysName.0") && !sees("sysORDescr.1"));
    vacm(&[], &["deleteAccess", "watchers", "usm", "3"], "Access successfully deleted.");
    assert!(!sees("sysName.0"));
    vacm(
        &[],
        &["createAccess", "watchers", "", "usm", "2", "prefix", "some", "", ""],
        "Access successfully created.",
    );
    assert!(sees("sysName.0"), "a higher level than the least one");
    vacm(&[], &["deleteSec2Group", "usm", "watcher"], "Sec2group successfully deleted.");
    assert!(!sees("sysName.0"));
}

/// Words and status beside net-snmp's tools, where both are asked the same of agents that are alike.
#[test]
fn the_same_words() {
    if !installed(SNMPD) || !installed("snmpusm") {
        return;
    }
    let place = Place::new();
    let ((_theirs, their_agent), (_ours, our_agent)) = (snmpd_with(AGENT), snmpd_with(AGENT));
    // What stands in names of rows differs: they have the engine ID in them.
    let plain = |text: &str, at: &str| -> Vec<String> {
        let aside =
            ["Created directory", "MIB search path", "Cannot find module", "Failed object: SNMP-USER-BASED"];
        let own = text
            .lines()
            .filter(|line| !line.is_empty() && !aside.iter().any(|aside| line.starts_with(aside)));
        let own = own.take_while(|line| !line.starts_with("Usage:"));
        own.map(|line| line.replace(at, "AT")).collect()
    };
    let (admin, community) = (ADMIN.to_vec(), vec!["-v2c", "-cprivate"]);
    let readers = vec!["-v2c", "-cpublic"];
    for (tool, options, command) in [
        ("snmpusm", &admin, &["create", "a", "plain"][..]),
        ("snmpusm", &admin, &["create", "a", "plain"]),
        ("snmpusm", &admin, &["create", "b"]),
        ("snmpusm", &admin, &["create"]),
        ("snmpusm", &admin, &["delete"]),
        ("snmpusm", &admin, &["cloneFrom", "b"]),
        ("snmpusm", &admin, &["cloneFrom", "b", "plain"]),
        ("snmpusm", &admin, &["activate", "b"]),
        ("snmpusm", &admin, &["activate", "nobody"]),
        ("snmpusm", &admin, &["deactivate", "b"]),
        ("snmpusm", &admin, &["passwd", "maplesyrup", "new and longer", "a"]),
        ("snmpusm", &admin, &["passwd", "short", "new and longer", "a"]),
        ("snmpusm", &admin, &["delete", "a"]),
        ("snmpusm", &admin, &["delete", "nobody"]),
        ("snmpusm", &admin, &["sing"]),
        ("snmpusm", &admin, &[]),
        ("snmpvacm", &community, &["createView", "v", "1.3.6.1"]),
        ("snmpvacm", &community, &["createView", "v", "1.3.6.1"]),
        ("snmpvacm", &community, &["createView", "v", "1.3.6.1.2", "f.e"]),
        ("snmpvacm", &community, &["createView", "v", "1.3.6.1.2", "zz"]),
        ("snmpvacm", &community, &["createView", "v"]),
        ("snmpvacm", &community, &["deleteView", "v", "1.3.6.1"]),
        ("snmpvacm", &community, &["deleteView", "v"]),
        ("snmpvacm", &community, &["createSec2Group", "3", "bob", "grp"]),
        ("snmpvacm", &community, &["createSec2Group", "3", "bob"]),
        ("snmpvacm", &community, &["deleteSec2Group", "3", "bob"]),
        ("snmpvacm", &community, &["deleteSec2Group", "3"]),
        ("snmpvacm", &community, &["createAccess", "grp", "3", "1", "1", "v", "v", "none"]),
        ("snmpvacm", &community, &["createAccess", "grp", "ctx", "3", "3", "2", "v", "v", "none"]),
        ("snmpvacm", &community, &["createAccess", "grp", "3", "1"]),
        ("snmpvacm", &community, &["deleteAccess", "grp", "3", "1"]),
        ("snmpvacm", &community, &["deleteAccess", "grp", "ctx", "3", "3"]),
        ("snmpvacm", &community, &["deleteAccess", "grp"]),
        ("snmpvacm", &community, &["createAuth", "grp", "3", "1", "log", "1", "v"]),
        ("snmpvacm", &community, &["createAuth", "grp", "ctx", "3", "3", "execute", "2", "v"]),
        ("snmpvacm", &community, &["createAuth", "grp", "3"]),
        ("snmpvacm", &community, &["deleteAuth", "grp", "3", "1", "log"]),
        ("snmpvacm", &community, &["deleteAuth", "grp", "ctx", "3", "3", "execute"]),
        ("snmpvacm", &community, &["deleteAuth", "grp"]),
        ("snmpvacm", &community, &["sing"]),
        ("snmpvacm", &community, &[]),
        ("snmpvacm", &readers, &["deleteView", "v", "1.3"]),
    ] {
        let theirs = run(&place, tool, &[options.as_slice(), &[&their_agent], command].concat());
        let ours = place.tool(tool, &[options.as_slice(), &[&our_agent], command].concat());
        // net-snmp's snmpvacm has some of its messages on standard output.
        let both = |said: &Said, at: &str| [plain(&said.out, at), plain(&said.err, at)].concat();
        let (found, expected) = (both(&ours, &our_agent), both(&theirs, &their_agent));
        assert_eq!(found, expected, "{tool} {command:?}");
        assert_eq!(ours.status, theirs.status, "{tool} {command:?}: {}", ours.err);
    }
}

/// Under our own name an agent that refuses is status 2, and mistakes are said before anything is sent.
#[test]
fn what_makes_no_sense() {
    let place = Place::new();
    for (arguments, expected) in [
        (vec!["usm", "-v2c", "-cx", "127.0.0.1:9"], "expected a command: create, delete"),
        (vec!["usm", "-v2c", "-cx", "127.0.0.1:9", "sing"], "`sing` is not a command"),
        (vec!["usm", "-v2c", "-cx", "127.0.0.1:9", "create"], "expected create USER [CLONEFROM]"),
        (vec!["usm", "-v2c", "-cx", "127.0.0.1:9", "passwd", "a", "b"], "the old passphrase has 1 octets"),
        (vec!["usm", "-v2c", "-cx", "127.0.0.1:9", "changekey"], "passwd changes keys"),
        (
            vec!["usm", "-v2c", "-cx", "-CE", "zz", "127.0.0.1:9", "delete", "a"],
            "is not an engine ID in hexadecimal",
        ),
        (vec!["vacm", "-v2c", "-cx", "127.0.0.1:9"], "expected a command: createSec2Group"),
        (
            vec!["vacm", "-v2c", "-cx", "127.0.0.1:9", "createView", "v", "nosuch"],
            "Unknown Object Identifier",
        ),
        (
            vec!["vacm", "-v2c", "-cx", "127.0.0.1:9", "createSec2Group", "4x", "a", "b"],
            "is not a security model",
        ),
        (
            vec!["vacm", "-v2c", "-cx", "127.0.0.1:9", "deleteAccess", "a", "usm", "much"],
            "is not a security level",
        ),
        (
            vec!["vacm", "-v2c", "-cx", "127.0.0.1:9", "createAuth", "a"],
            "expected createAuth GROUP [PREFIX] MODEL",
        ),
        (vec!["vacm", "-v2c", "-cx", "-Cz", "127.0.0.1:9"], "after -C `mibc vacm` has -Ce"),
    ] {
        let said = place.run(&arguments);
        assert!(said.status == Some(1) && said.err.contains(expected), "{arguments:?}: {}", said.err);
    }
}
