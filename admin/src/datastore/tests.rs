//! Configurations as rows, and what snmpd makes of the same.

use std::path::Path;

use mibc_runtime::access::{Principal, Refusal, ViewType};
use mibc_runtime::message::{Level, Version};
use mibc_test_support::netsnmp::{self, Daemon, SNMPD};

use super::*;
use crate::config::{Config, NotifyType, StandardNames};
use crate::snmpd::{Import, MemFiles};

fn config(text: &str) -> Config {
    Config::parse(text, Path::new("/"), &StandardNames)
        .unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

fn sees(store: &Datastore, principal: &Principal<'_>, kind: ViewType, oid: &str) -> Result<bool, Refusal> {
    let tables = crate::administration::access_of(store);
    let view = tables.view_for(principal, &principal.context_name, kind)?;
    Ok(view.contains(&oid.parse::<Oid>().expect("an OID")))
}

const TEXT: &str = r#"
persistence = "x"
contexts = ["extra"]

[[community]]
name = "public"
source = ["!10.0.0.0/30", "10.0.0.0/29"]
view = "system"

[[community]]
name = "public"
source = ["10.0.0.0/31", "192.0.2.0/24", "nms"]
security-name = "lab"
context = "lab"

[[user]]
name = "operator"
auth = "SHA-256"
auth-passphrase = "maplesyrup"
access = "read-write"
view = "most"
notify = "all"

[[group]]
name = "labs"
model = ["v1", "v2c"]
members = "lab"

[[access]]
group = "labs"
context = "lab"
level = "noauth"
read = "all"

[[view]]
name = "most"
include = "1.3"
exclude = "snmpModules"

[[target]]
name = "nms"
address = "192.0.2.1"
user = "operator"
filter = "few"

[[target]]
name = "old"
address = "192.0.2.2"
version = "1"
community = "traps"

[[filter]]
name = "few"
include = "snmpTraps"
"#;

#[test]
fn rows_of_a_configuration() {
    let store = Datastore::of(&config(TEXT));
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let contexts: Vec<String> = store.contexts.keys().map(|name| text(name)).collect();
    assert_eq!(contexts, ["", "extra", "lab"]);
    let communities: Vec<_> = store
        .communities
        .iter()
        .map(|(index, row)| {
            (text(index), text(&row.row.security_name), text(&row.row.context), row.row.transport_tag.clone())
        })
        .collect();
    let row = |index: &str, name: &str, context: &str, tag: &str| {
        (index.to_owned(), name.to_owned(), context.to_owned(), tag.to_owned())
    };
    assert_eq!(
        communities,
        [
            row("community-000001", "community-1", "", "source-1"),
            row("community-000002", "lab", "lab", "source-2"),
            row("target-000002", "target-2", "", "target-2-community"),
        ]
    );
    // A community that is only for sending is for the one address that it is sent to.
    let tags = |name: &[u8]| store.addresses.get(name).map(|row| row.row.tags.clone()).unwrap_or_default();
    assert!(tags(b"old").contains(&"target-2-community".to_owned()), "{:?}", tags(b"old"));
    assert!(!tags(b"nms").iter().any(|tag| tag.ends_with("community")), "{:?}", tags(b"nms"));
    // What is refused is refused for all entries of the community.
    let senders: Vec<String> = store
        .addresses
        .iter()
        .filter_map(|(index, row)| match &row.row.peer {
            Peer::Senders(peers) => Some(format!("{} {peers:?}", text(index))),
            Peer::Receiver(_) => None,
        })
        .collect();
    assert_eq!(senders.len(), 3, "{senders:?}");
    assert!(
        senders[0].starts_with("source-1-1 Network(Network { address: 10.0.0.4, bits: 30"),
        "{senders:?}"
    );
    assert!(senders[1].contains("192.0.2.0") && senders[2].contains("Host(\"nms\")"), "{senders:?}");
    let parameters: Vec<_> = store
        .parameters
        .iter()
        .map(|(name, row)| (text(name), row.row.version, text(&row.row.security_name), row.row.level))
        .collect();
    assert_eq!(
        parameters,
        [
            ("nms".to_owned(), Version::V3, "operator".to_owned(), mibc_runtime::message::Level::AuthNoPriv),
            (
                "old".to_owned(),
                Version::V1,
                "target-2".to_owned(),
                mibc_runtime::message::Level::NoAuthNoPriv
            ),
        ]
    );
    assert_eq!(store.profiles.keys().map(|name| text(name)).collect::<Vec<_>>(), ["nms"]);
    let notify: Vec<_> = store.notify.values().map(|row| (row.row.tag.as_str(), row.row.kind)).collect();
    assert_eq!(notify, [("nms", NotifyType::Trap), ("old", NotifyType::Trap)]);
    let operator = Principal::new(Model::USM, b"operator").level(mibc_runtime::message::Level::AuthNoPriv);
    assert_eq!(sees(&store, &operator, ViewType::Write, "1.3.6.1.2.1.1.5.0"), Ok(true));
    assert_eq!(sees(&store, &operator, ViewType::Read, "1.3.6.1.6.3.1"), Ok(false));
    assert_eq!(sees(&store, &operator, ViewType::Notify, "1.3.6.1.6.3.1"), Ok(true));
    let unsafe_operator = Principal::new(Model::USM, b"operator");
    assert_eq!(sees(&store, &unsafe_operator, ViewType::Read, "1.3.6"), Err(Refusal::NoAccessEntry));
    let sender = Principal::new(Model::V1, b"target-2");
    assert_eq!(sees(&store, &sender, ViewType::Notify, "1.3.6.1.6.3.1"), Ok(true));
    assert_eq!(sees(&store, &sender, ViewType::Read, "1.3.6.1.6.3.1"), Err(Refusal::NoSuchView));
    let lab = Principal::new(Model::V2C, b"lab").context(b"lab");
    assert_eq!(sees(&store, &lab, ViewType::Read, "1.3.6.1.6.3.1"), Ok(true));
}

/// A reload leaves what was made over SNMP, and tells what it does.
#[test]
fn reloads() {
    let mut store = Datastore::of(&config(TEXT));
    assert_eq!(store.reload(Datastore::of(&config(TEXT))), []);
    // Over SNMP: a new row, and one that the configuration has, changed.
    store.groups.insert((Model::USM, b"guest".to_vec()), Sourced::set(b"guests".to_vec()));
    store.groups.insert((Model::V1, b"lab".to_vec()), Sourced::set(b"others".to_vec()));
    let next = TEXT
        .replace("exclude = \"snmpModules\"", "exclude = \"snmp\"")
        .replace("\"traps\"", "\"other\"")
        .replace("[\"extra\"]", "[\"more\"]");
    let told: Vec<String> =
        store.reload(Datastore::of(&config(&next))).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "vacmContextTable: `extra` is removed",
            "vacmContextTable: `more` is added",
            "vacmSecurityToGroupTable: `lab` (v1) stays as it was set over SNMP",
            "vacmViewTreeFamilyTable: 1.3.6.1.6.3 in `most` is removed",
            "vacmViewTreeFamilyTable: 1.3.6.1.2.1.11 in `most` is added",
            "snmpCommunityTable: `target-000002` is changed",
        ]
    );
    assert_eq!(
        store.groups.get(&(Model::USM, b"guest".to_vec())).map(|row| row.row.as_slice()),
        Some(&b"guests"[..])
    );
    // Once the configuration says the same there is nothing to tell, and the row is still not the configuration's.
    assert_eq!(store.reload(Datastore::of(&config(&next))).len(), 1);
}

const NAMES: [&str; 4] =
    ["1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0", "1.3.6.1.6.3.10.2.1.2.0"];

/// snmpd, and what is imported of its configuration: who is answered, and what is seen.
#[test]
fn the_same_as_snmpd() {
    if !netsnmp::installed(SNMPD) || !netsnmp::installed("snmpget") {
        return;
    }
    let conf = "rocommunity all\nrocommunity part default .1.3.6.1.2.1.1\nrocommunity elsewhere 10.0.0.0/8\n\
         com2sec secret !127.0.0.0/8 refused\ncom2sec secret default refused\n\
         com2sec first 127.0.0.1 order\ncom2sec second default order\n\
         group g1 v2c first\ngroup g2 v2c second\ngroup g2 v2c first\n\
         view name included .1.3.6.1.2.1.1\nview name excluded .1.3.6.1.2.1.1.5\nview name included .1.3.6.1.2.1.1.5\n\
         view masked included .1.3.6.1.2.1.1.1 fe\nview masked excluded .1.3.6.1.2.1.1.6 ff\nview masked included .1.3.6.1.2.1.1.6.0\n\
         access g1 \"\" any noauth exact name none none\naccess g1 \"\" any noauth exact masked none none\n\
         access g2 \"\" any noauth exact none none none\n\
         com2sec m default mask\ngroup gm any m\naccess gm \"\" v1 noauth prefix masked none none\n\
         sysLocation \"here\" \nsysContact me\nsysName n\n\
         createUser alice SHA-256 maplesyrup AES pancakes\nrouser alice priv .1.3.6.1.2.1.1\n\
         createUser bob SHA-256 maplesyrup\nrwuser bob auth\n\
         createUser carol SHA-256 maplesyrup\nrouser carol noauth .1.3.6.1.2.1.1.6\n\
         createUser dave SHA-256 maplesyrup AES pancakes\nrouser dave auth -V name\n\
         createUser erin SHA-256 maplesyrup\ngroup g5 usm erin\naccess g5 \"\" usm auth exact masked none none\n\
         createUser frank SHA-256 maplesyrup\n";
    let files = MemFiles([("/snmpd.conf".into(), conf.into())].into());
    let import = Import::read(&["/snmpd.conf"], &files, &StandardNames);
    assert_eq!(import.left_out(), []);
    let config = config(import.toml());
    let store = Datastore::of(&config);
    let address = netsnmp::free_udp_address().to_string();
    let _daemon = Daemon::start(SNMPD, &[], conf, &format!("udp:{address}"));
    let ask = |version: &str, community: &str, oid: &str, wait: &str| {
        let (version, community) = (format!("-v{version}"), ["-c", community].concat());
        netsnmp::run("snmpget", &[], &[&version, &community, "-On", "-r0", "-t", wait, &address, oid])
    };
    // Until it answers.
    let mut tries = 0;
    while !ask("2c", "all", "1.3.6.1.2.1.1.4.0", "1").success {
        tries += 1;
        assert!(tries < 60, "snmpd does not answer");
    }
    let from = "127.0.0.1".parse().expect("an address");
    let mut seen = 0;
    for community in ["all", "part", "elsewhere", "refused", "order", "mask", "nobody"] {
        for (version, model) in [("1", Model::V1), ("2c", Model::V2C)] {
            for oid in NAMES {
                let entry = config.communities.iter().position(|entry| {
                    config.community(community, from).is_some_and(|found| std::ptr::eq(found, entry))
                });
                let expected = entry.is_some_and(|position| {
                    let row = store
                        .communities
                        .get(format!("community-{:06}", position + 1).as_bytes())
                        .expect("a row");
                    sees(&store, &Principal::new(model, &row.row.security_name), ViewType::Read, oid)
                        == Ok(true)
                });
                // snmpd is silent where it refuses a community: that is not waited for long.
                let output = ask(version, community, oid, if expected { "2" } else { "0.1" });
                let found = output.success && !output.stdout.contains("No Such");
                assert_eq!(found, expected, "{community} {version} {oid}: {output:?}\n{}", import.toml());
                seen += usize::from(found);
            }
        }
    }
    assert!(seen > 15, "{seen}");
    // Users, at the levels that they can have.
    let levels = [
        ("noAuthNoPriv", Level::NoAuthNoPriv),
        ("authNoPriv", Level::AuthNoPriv),
        ("authPriv", Level::AuthPriv),
    ];
    let (mut asked, mut seen) = (0, 0);
    for user in ["alice", "bob", "carol", "dave", "erin", "frank"] {
        let highest = config.user(user).expect("it is imported").user.level();
        for (word, level) in levels.into_iter().filter(|(_, level)| *level <= highest) {
            for oid in NAMES {
                let who = Principal::new(Model::USM, user.as_bytes()).level(level);
                let expected = sees(&store, &who, ViewType::Read, oid) == Ok(true);
                let secrets = ["-aSHA-256", "-Amaplesyrup", "-xAES", "-Xpancakes"];
                let identity = [&["-v3", "-u", user, "-l", word][..], &secrets].concat();
                let rest = ["-On", "-r1", "-t2", &address, oid];
                let output = netsnmp::run("snmpget", &[], &[identity, rest.to_vec()].concat());
                let found = output.success && !output.stdout.contains("No Such");
                assert_eq!(found, expected, "{user} {word} {oid}: {output:?}\n{}", import.toml());
                seen += usize::from(found);
                asked += 1;
            }
        }
    }
    assert!(asked >= 56 && seen > 10 && seen < asked - 10, "{seen} of {asked}");
}
