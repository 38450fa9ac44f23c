//! The administrative MIBs of an agent, as net-snmp's tools read and write them.

use mibc_admin::administration::{Addresses, Administration};
use mibc_admin::config::{Config, StandardNames};
use mibc_admin::datastore::Datastore;
use mibc_admin::store::{EngineRecord, LogStore, Store};
use mibc_runtime::access::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc_runtime::agent::{Agent, Running};
use mibc_runtime::originator::Targets;
use mibc_test_support::netsnmp::{Output, installed, run};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

struct Shared(Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(principal, context, kind)
    }
}

const USER: &str = "[[user]]\nname = \"NAME\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\n\
     privacy = \"AES-128\"\nprivacy-passphrase = \"maplesyrup\"\naccess = \"read-write\"\nview = \"all\"\n";

fn configuration(more: &str) -> String {
    format!(
        "listen = \"udp:127.0.0.1:0\"\n{more}\n[[community]]\nname = \"public\"\nview = \"all\"\nsource = \"127.0.0.0/8\"\n\
         [[community]]\nname = \"far\"\nview = \"all\"\nsource = \"10.0.0.0/8\"\n\
         [[target]]\nname = \"collector\"\naddress = \"127.0.0.1:9\"\ncommunity = \"trap\"\ntags = [\"all\"]\n\
         [[notify]]\nname = \"all\"\ntag = \"all\"\n{}",
        USER.replace("NAME", "operator")
    )
}

/// An agent with an administration, ended when dropped.
struct Lab {
    running: Option<Running>,
    agent: Agent,
    administration: Administration,
    runtime: Runtime,
    at: String,
}

impl Lab {
    fn start(text: &str, folder: Option<&Path>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let store: Option<Arc<dyn Store>> =
            folder.map(|folder| Arc::new(LogStore::open(folder).expect("a store")) as Arc<dyn Store>);
        let rows = datastore(text);
        let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
        let administration = Administration::open(store.as_ref(), &vacm, &targets).expect("it opens");
        let (agent, running) = runtime.block_on(async {
            let mut builder =
                Agent::builder().administered().access_control(Shared(Arc::clone(&vacm))).targets(targets);
            if let Some(store) = &store {
                builder = builder.engine_store(EngineRecord::new(Arc::clone(store)));
            }
            let agent = builder.bind("127.0.0.1:0").await.expect("a port");
            let addresses = Addresses::look_up(&rows).await.expect("they resolve");
            administration.configure(&rows, &addresses, &agent).expect("it is taken in");
            administration.serve(&agent);
            administration.serve_system(&agent, |_| "configured".to_owned());
            let running = agent.spawn();
            (agent, running)
        });
        let at = agent.local_addr().to_string();
        Self { running: Some(running), agent, administration, runtime, at }
    }

    /// Another configuration takes the place of the one before.
    fn reload(&self, text: &str) {
        let rows = datastore(text);
        let addresses = self.runtime.block_on(Addresses::look_up(&rows)).expect("they resolve");
        self.administration.configure(&rows, &addresses, &self.agent).expect("it is taken in");
    }

    /// A cell of a user of the agent's engine.
    fn cell(&self, column: u32, name: &str) -> String {
        let engine = self.agent.responder().engine_id().expect("an engine");
        let arcs = |octets: &[u8]| -> String {
            let arcs = octets.iter().map(|octet| format!(".{octet}"));
            format!(".{}{}", octets.len(), arcs.collect::<String>())
        };
        format!("{USM_USER}.{column}{}{}", arcs(engine.as_bytes()), arcs(name.as_bytes()))
    }

    fn run(&self, program: &str, identity: &[&str], arguments: &[&str]) -> Output {
        run(program, &[], &[identity, &["-On", "-t2", "-r1", &self.at], arguments].concat())
    }

    /// As the administrator; must succeed. Some tools tell a failure only in words.
    fn done(&self, program: &str, arguments: &[&str]) -> String {
        let said = self.run(program, &user("operator", "maplesyrup"), arguments);
        let is_done = said.success && !said.stderr.contains("Error in packet");
        assert!(is_done, "{program} {arguments:?}: {} {}", said.stdout, said.stderr);
        said.stdout
    }

    /// As the administrator; must be refused with this word.
    fn refused(&self, program: &str, arguments: &[&str], word: &str) {
        let said = self.run(program, &user("operator", "maplesyrup"), arguments);
        assert!(said.stderr.contains(word), "{program} {arguments:?}: {} {}", said.stdout, said.stderr);
    }

    /// What somebody reads of sysName; `None` without an answer or with an error.
    fn name(&self, identity: &[&str]) -> Option<String> {
        let said = self.run("snmpget", identity, &[".1.3.6.1.2.1.1.5.0"]);
        (said.success && said.stdout.contains("STRING")).then_some(said.stdout)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // Its sockets are gone with it either way.
            let _ = self.runtime.block_on(running.stop());
        }
    }
}

fn datastore(text: &str) -> Datastore {
    Datastore::of(&Config::parse(text, "/".as_ref(), &StandardNames).expect("a configuration"))
}

fn user<'a>(name: &'a str, passphrase: &'a str) -> [&'a str; 12] {
    ["-v3", "-lauthPriv", "-u", name, "-a", "SHA-256", "-A", passphrase, "-x", "AES", "-X", passphrase]
}

const USM_USER: &str = ".1.3.6.1.6.3.15.1.2.2.1";

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

/// The tables, by the column of each that a SET would make a row with, or of contexts any.
const TABLES: [&str; 11] = [
    ".1.3.6.1.6.3.15.1.2.2.1.13",
    ".1.3.6.1.6.3.16.1.1.1.1",
    ".1.3.6.1.6.3.16.1.2.1.5",
    ".1.3.6.1.6.3.16.1.4.1.9",
    ".1.3.6.1.6.3.16.1.5.2.1.6",
    ".1.3.6.1.6.3.12.1.2.1.9",
    ".1.3.6.1.6.3.12.1.3.1.7",
    ".1.3.6.1.6.3.13.1.1.1.5",
    ".1.3.6.1.6.3.13.1.2.1.3",
    ".1.3.6.1.6.3.13.1.3.1.5",
    ".1.3.6.1.6.3.18.1.1.1.8",
];

/// The cases of CVE-2022-24805 to 24810 and of lengths near 2^32: indexes that are cut short, go on too far, or say lengths
/// beyond their end, in every table.
#[test]
fn odd_indexes() {
    if !installed("snmpset") {
        return;
    }
    let lab = Lab::start(&configuration(""), None);
    let mut odd: Vec<String> = [
        "",
        ".0",
        ".5",
        ".5.1",
        ".1.4294967295",
        ".4294967295",
        ".4294967295.1",
        ".2147483648.1",
        ".3.4.1.2",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    odd.push(format!(".33{}", ".65".repeat(33)));
    odd.push(format!(".5.1.2.3.4.5{}", ".1".repeat(60)));
    odd.push(format!(".3.97.98.99.2147483647{}", ".4294967295".repeat(20)));
    let before = lab.done("snmpbulkwalk", &[".1.3.6.1.6.3"]);
    for table in TABLES {
        for index in &odd {
            let name = format!("{table}{index}");
            let next = lab.run("snmpgetnext", &["-v2c", "-cpublic"], &[&name]);
            assert!(next.success, "{name}: {} {}", next.stdout, next.stderr);
            // It may be a row that can be, waiting for its columns; then it goes again.
            let made = lab.run("snmpset", &user("operator", "maplesyrup"), &[&name, "i", "5"]);
            assert!(
                made.success || made.stderr.contains("Error in packet"),
                "{name}: {} {}",
                made.stdout,
                made.stderr
            );
            if made.success {
                lab.done("snmpset", &[&name, "i", "6"]);
            }
        }
    }
    let after = lab.done("snmpbulkwalk", &[".1.3.6.1.6.3"]);
    // Only counters and the time have moved.
    let rows = |text: &str| {
        let of_tables = |line: &&str| {
            TABLES.iter().any(|table| line.starts_with(table.rsplit_once('.').map_or(*table, |(row, _)| row)))
        };
        text.lines().filter(of_tables).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&before), rows(&after));
}
