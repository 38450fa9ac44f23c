//! The administrative tables of an agent, by net-snmp's commands in every version and at every level, and by pysnmp with the
//! ciphers that net-snmp does not have.

use crate::matrix::{AUTH, PRIVACY, Pair};
use crate::relay::Relay;
use mibc::access_control::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc::agent::{EngineState, EngineStore, Running};
use mibc::originator::Targets;
use mibc::runtime::usm::Key;
use mibc::usm::{Auth, EngineId, Privacy};
use mibc::{Agent, Manager, Target};
use mibc_admin::administration::{Addresses, Administration};
use mibc_admin::config::{Config, StandardNames};
use mibc_admin::datastore::Datastore;
use mibc_test_support::netsnmp::{Daemon, Output, SNMPTRAPD, installed, run};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Shared(Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, who: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(who, context, kind)
    }
}

const ENGINE: &str = "80001f880461646d696e";

fn engine() -> EngineId {
    let octets = (0..ENGINE.len()).step_by(2).map(|at| u8::from_str_radix(&ENGINE[at..at + 2], 16));
    let octets: Vec<u8> = octets.collect::<Result<_, _>>().expect("hexadecimal");
    EngineId::new(&octets).expect("an engine ID")
}

/// Keeps nothing, and says that the engine has started before.
#[derive(Debug)]
struct Started;

impl EngineStore for Started {
    fn load(&self) -> std::io::Result<Option<EngineState>> {
        Ok(Some(EngineState { engine_id: engine(), boots: 2 }))
    }

    fn save(&self, _: &EngineState) -> std::io::Result<()> {
        Ok(())
    }
}

const AUTH_ONLY: Pair = Pair { auth: Auth::Sha256, privacy: None };
const ADMIN: Pair = Pair { auth: Auth::Sha256, privacy: Some(Privacy::Aes128) };

/// An agent that is administered; `more` is of its configuration.
struct Administered {
    agent: Agent,
    running: Running,
    administration: Administration,
}

async fn administered(pairs: &[Pair], more: &str) -> Administered {
    let mut text = "[[community]]\nname = \"private\"\naccess = \"read-write\"\n[[user]]\nname = \"guest\"\n\
                    level = \"noauth\"\naccess = \"read-write\"\n"
        .to_owned();
    for pair in pairs {
        let Pair { auth, privacy } = pair;
        text += &format!(
            "[[user]]\nname = \"{}\"\nauth = \"{auth}\"\nauth-passphrase = \"{AUTH}\"\n",
            pair.name()
        );
        if let Some(privacy) = privacy {
            text += &format!("privacy = \"{privacy}\"\nprivacy-passphrase = \"{PRIVACY}\"\n");
        }
        text += "access = \"read-write\"\n";
    }
    let config = Config::parse(&(text + more), Path::new("."), &StandardNames);
    let rows = Datastore::of(&config.unwrap_or_else(|problems| panic!("{problems}")));
    let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
    let administration = Administration::open(None, &vacm, &targets).expect("no store");
    let agent = Agent::builder().administered().access_control(Shared(vacm)).targets(targets);
    let agent = agent.engine_store(Started);
    let agent = agent.bind("127.0.0.1:0").await.expect("loopback");
    let addresses = Addresses::look_up(&rows).await.expect("they resolve");
    administration.configure(&rows, &addresses, &agent).expect("rows");
    administration.serve(&agent);
    administration.serve_system(&agent, |_| "ours".to_owned());
    Administered { running: agent.spawn(), agent, administration }
}

/// How somebody asks.
fn identities() -> [(&'static str, Vec<String>); 5] {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    [
        ("v1", words(&["-v1", "-cprivate"])),
        ("v2c", words(&["-v2c", "-cprivate"])),
        ("noAuthNoPriv", words(&["-v3", "-uguest", "-lnoAuthNoPriv"])),
        ("authNoPriv", words(&["-v3", "-u", &AUTH_ONLY.name(), "-lauthNoPriv", "-aSHA-256", "-A", AUTH])),
        (
            "authPriv",
            words(&[
                "-v3",
                "-u",
                &ADMIN.name(),
                "-lauthPriv",
                "-aSHA-256",
                "-A",
                AUTH,
                "-xAES",
                "-X",
                PRIVACY,
            ]),
        ),
    ]
}

/// Runs a command with our MIB text.
fn ask(program: &str, identity: &[String], at: &str, rest: &[&str]) -> Output {
    let standard = Path::new(env!("CARGO_MANIFEST_DIR")).join("mibs/text");
    let identity = identity.iter().map(String::as_str);
    let arguments: Vec<&str> = identity.chain(["-t5", "-r1", at]).chain(rest.iter().copied()).collect();
    run(program, &[&standard], &arguments)
}

/// All tables, and how many rows they have at least.
const TABLES: [(&str, usize); 13] = [
    ("SNMPv2-MIB::sysORTable", 8),
    ("SNMP-USER-BASED-SM-MIB::usmUserTable", 3),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmContextTable", 1),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmSecurityToGroupTable", 5),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmAccessTable", 4),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmViewTreeFamilyTable", 1),
    ("SNMP-TARGET-MIB::snmpTargetAddrTable", 2),
    ("SNMP-TARGET-MIB::snmpTargetParamsTable", 2),
    ("SNMP-NOTIFICATION-MIB::snmpNotifyTable", 1),
    ("SNMP-NOTIFICATION-MIB::snmpNotifyFilterProfileTable", 1),
    ("SNMP-NOTIFICATION-MIB::snmpNotifyFilterTable", 2),
    ("SNMP-COMMUNITY-MIB::snmpCommunityTable", 2),
    ("SNMP-COMMUNITY-MIB::snmpTargetAddrExtTable", 2),
];

const ROWS: &str = "[[target]]\nname = \"old\"\naddress = \"127.0.0.1:9\"\nversion = \"1\"\ncommunity = \"traps\"\n\
     tags = [\"all\"]\n[[target]]\nname = \"new\"\naddress = \"127.0.0.1:9\"\nuser = \"guest\"\ntags = [\"all\"]\nfilter = \"few\"\n\
     [[notify]]\nname = \"all\"\ntag = \"all\"\n[[filter]]\nname = \"few\"\ninclude = \"snmpTraps\"\n\
     exclude = \"linkUp\"\n";

/// snmpget, snmpgetnext, snmpwalk, snmpbulkwalk, snmptable and snmpset see and do the same in every version, at every level.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_in_every_version() {
    if !installed("snmptable") {
        return;
    }
    let served = administered(&[AUTH_ONLY, ADMIN], ROWS).await;
    let relay = Relay::start("administration", served.agent.local_addr());
    let at = relay.address().to_string();
    for (table, rows) in TABLES {
        let mut seen: Option<(String, Vec<String>)> = None;
        for (name, identity) in &identities() {
            let walk = if name == &"v1" { "snmpwalk" } else { "snmpbulkwalk" };
            let said = ask(walk, identity, &at, &["-On", table]);
            assert!(said.success, "{walk} {name} {table}: {}", said.stderr);
            // Behind the last variable, every version tells the end of the MIB in its own words.
            let is_variable = |line: &&str| line.contains(" = ") && !line.contains("No more variables");
            let lines: Vec<String> = said.stdout.lines().filter(is_variable).map(str::to_owned).collect();
            let shown = ask("snmptable", identity, &at, &["-Ci", "-CB", table]);
            assert!(shown.success && shown.stdout.lines().count() >= rows + 3, "{table}: {shown:?}");
            match &seen {
                None => seen = Some((shown.stdout.replace("End of MIB\n", ""), lines)),
                Some((table_before, lines_before)) => {
                    assert_eq!((&shown.stdout, &lines), (table_before, lines_before), "{name} {table}");
                }
            }
            // The first and the last instance, by their names and from the one before.
            let (_, lines) = seen.as_ref().expect("it was seen");
            let name_of = |line: &String| line.split(" = ").next().unwrap_or_default().to_owned();
            let (first, last) = (name_of(&lines[0]), name_of(&lines[lines.len() - 1]));
            let got = ask("snmpget", identity, &at, &["-On", &first, &last]);
            let told: Vec<&str> = got.stdout.lines().collect();
            assert_eq!(told, [&lines[0], &lines[lines.len() - 1]], "{name} {table}: {}", got.stderr);
            let next = ask("snmpgetnext", identity, &at, &["-On", table, &first]);
            let told: Vec<&str> = next.stdout.lines().collect();
            assert_eq!(told[0], lines[0], "{name} {table}");
            assert!(lines.get(1).is_none_or(|second| told[1] == *second), "{name} {table}: {told:?}");
        }
    }
    for (number, (name, identity)) in identities().iter().enumerate() {
        let cell = |column: u32| format!(".1.3.6.1.6.3.13.1.1.1.{column}.{}", 65 + number);
        let [tag, status] = [cell(2), cell(5)];
        let made = ask("snmpset", identity, &at, &[&status, "i", "4", &tag, "s", name]);
        assert!(made.success, "{name}: {}", made.stderr);
        let read = ask("snmpget", identity, &at, &["-Oqv", &tag]);
        assert_eq!(read.stdout.trim().trim_matches('"'), *name, "{}", read.stderr);
        let refused = ask("snmpset", identity, &at, &[&status, "i", "4"]);
        let word = if name == &"v1" { "badValue" } else { "inconsistentValue" };
        assert!(!refused.success && refused.stderr.contains(word), "{name}: {refused:?}");
        let gone = ask("snmpset", identity, &at, &[&status, "i", "6"]);
        assert!(gone.success, "{name}: {}", gone.stderr);
    }
    served.running.stop().await.expect("it ends");
    relay.finish(&[AUTH_ONLY, ADMIN]);
}

/// A user's life in steps by snmpusm, with keys given as such, and all subcommands of snmpvacm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_and_views_by_its_tools() {
    if !installed("snmpusm") || !installed("snmpvacm") {
        return;
    }
    let served = administered(&[ADMIN], "").await;
    let relay = Relay::start("administration-tools", served.agent.local_addr());
    let at = relay.address().to_string();
    let [.., (_, admin)] = identities();
    let done = |program: &str, arguments: &[&str]| {
        let said = ask(program, &admin, &at, arguments);
        let words = format!("{}{}", said.stdout, said.stderr);
        assert!(said.success && words.contains("successfully"), "{program} {arguments:?}: {words}");
    };
    let refused = |program: &str, arguments: &[&str], word: &str| {
        let said = ask(program, &admin, &at, arguments);
        let words = format!("{}{}", said.stdout, said.stderr);
        assert!(words.contains(word) && !words.contains("successfully"), "{program} {arguments:?}: {words}");
    };
    // What somebody with these passphrases reads of sysName, or the complaint.
    let reads = |user: &str, auth: &str, privacy: &str| {
        let identity = ["-v3", "-u", user, "-lauthPriv", "-aSHA-256", "-A", auth, "-xAES", "-X", privacy];
        let said = ask("snmpget", &identity.map(str::to_owned), &at, &["-Oqv", ".1.3.6.1.2.1.1.5.0"]);
        format!("{}{}", said.stdout, said.stderr)
    };
    let admin_name = ADMIN.name();
    // Its cloneFrom activates as well; without that the user is not ready before it has keys of its own.
    done("snmpusm", &["-Cw", "create", "twin"]);
    done("snmpusm", &["cloneFrom", "twin", &admin_name]);
    assert!(reads("twin", AUTH, PRIVACY).contains("authorizationError"));
    done("snmpusm", &["delete", "twin"]);
    done("snmpusm", &["-Cw", "create", "guard", &admin_name]);
    refused("snmpusm", &["activate", "guard"], "inconsistentValue");
    assert!(reads("guard", AUTH, PRIVACY).contains("Unknown user name"));
    done("snmpusm", &["-Ca", "passwd", AUTH, "a first new one", "guard"]);
    refused("snmpusm", &["activate", "guard"], "inconsistentValue");
    done("snmpusm", &["-Cx", "passwd", PRIVACY, "a second new one", "guard"]);
    done("snmpusm", &["activate", "guard"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("authorizationError"));
    done("snmpvacm", &["createSec2Group", "3", "guard", "guards"]);
    done("snmpvacm", &["createView", "few", ".1.3.6.1.2.1.1"]);
    done("snmpvacm", &["createAccess", "guards", "3", "3", "1", "few", "none", "none"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("ours"));
    // The view without a part of it, and with a mask.
    done("snmpvacm", &["-Ce", "createView", "few", ".1.3.6.1.2.1.1.5"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("No Such"));
    done("snmpvacm", &["deleteView", "few", ".1.3.6.1.2.1.1.5"]);
    done("snmpvacm", &["deleteView", "few", ".1.3.6.1.2.1.1"]);
    done("snmpvacm", &["createView", "few", ".1.3.6.1.2.1.1.99.0", "fe:80"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("ours"));
    done("snmpvacm", &["deleteAccess", "guards", "3", "3"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("authorizationError"));
    done("snmpvacm", &["createAccess", "guards", "", "3", "2", "2", "few", "none", "none"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("ours"));
    // A table that only net-snmp's agent has.
    refused("snmpvacm", &["createAuth", "guards", "", "3", "2", "log", "1", "few"], "Error in packet");
    refused("snmpvacm", &["deleteAuth", "guards", "", "3", "2", "log"], "Error in packet");
    // Keys that are localized to the engine, given as such.
    let engine = engine();
    let key = |passphrase: &str| {
        let key = Key::from_password(Auth::Sha256, passphrase.as_bytes()).localize(Auth::Sha256, &engine);
        let hex: String = key.as_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
        format!("0x{hex}")
    };
    let (old, new) = (key("a first new one"), key("a third new one"));
    done("snmpusm", &["-Ca", "-Ck", "passwd", &old, &new, "guard"]);
    assert!(reads("guard", "a first new one", "a second new one").contains("Authentication failure"));
    assert!(reads("guard", "a third new one", "a second new one").contains("ours"));
    done("snmpusm", &["deactivate", "guard"]);
    assert!(reads("guard", "a third new one", "a second new one").contains("Unknown user name"));
    done("snmpusm", &["activate", "guard"]);
    assert!(reads("guard", "a third new one", "a second new one").contains("ours"));
    done("snmpvacm", &["deleteAccess", "guards", "", "3", "2"]);
    done("snmpvacm", &["deleteSec2Group", "3", "guard"]);
    done("snmpusm", &["delete", "guard"]);
    assert!(reads("guard", "a third new one", "a second new one").contains("Unknown user name"));
    // All at once.
    done("snmpusm", &["create", "twin", &admin_name]);
    done("snmpusm", &["passwd", AUTH, "both of them are new", "twin"]);
    refused("snmpusm", &["create", "twin", &admin_name], "inconsistentValue");
    done("snmpusm", &["delete", "twin"]);
    served.running.stop().await.expect("it ends");
    relay.finish(&[ADMIN]);
}

/// Targets of the tables get traps and informs of every version, as snmptrapd reads them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_daemon_hears_every_target() {
    if !installed(SNMPTRAPD) {
        return;
    }
    let user = ADMIN.name();
    let (daemon, address) = Daemon::receiver(
        &["-On", "-F", "%v from %P\\n"],
        &format!(
            "authCommunity log one\nauthCommunity log two\nauthCommunity log three\n\
             createUser -e 0x{ENGINE} {user} SHA-256 \"{AUTH}\" AES \"{PRIVACY}\"\n\
             createUser {user} SHA-256 \"{AUTH}\" AES \"{PRIVACY}\"\nauthUser log {user} priv\n"
        ),
    );
    let relay = Relay::start("administration-notifications", address);
    let at = relay.address();
    let mut more = String::new();
    let ways = [
        ("a", "version = \"1\"\ncommunity = \"one\"", "trap"),
        ("b", "version = \"2c\"\ncommunity = \"two\"", "trap"),
        ("c", "version = \"2c\"\ncommunity = \"three\"", "inform"),
        ("d", &format!("user = \"{user}\"\nlevel = \"authPriv\""), "trap"),
        ("e", &format!("user = \"{user}\"\nlevel = \"authPriv\""), "inform"),
    ];
    for (name, how, kind) in &ways {
        more += &format!(
            "[[target]]\nname = \"{name}\"\naddress = \"{at}\"\n{how}\ntype = \"{kind}\"\ntimeout = 2\nretries = 9\n"
        );
    }
    let served = administered(&[ADMIN], &more).await;
    let _ = &served.administration;
    let heard = |log: &str| {
        let of = |what: &str| log.matches(what).count();
        [
            of("TRAP, SNMP v1"),
            of("TRAP2, SNMP v2c"),
            of("INFORM, SNMP v2c"),
            of("TRAP2, SNMP v3"),
            of("INFORM, SNMP v3"),
        ]
    };
    let begun = Instant::now();
    loop {
        served.agent.notify_start();
        served.agent.notifications_settled().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let log = daemon.log();
        if heard(&log).iter().all(|count| *count > 0) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}: {log}", heard(&log));
    }
    served.running.stop().await.expect("it ends");
    relay.finish(&[ADMIN]);
}

/// pysnmp asks with 3DES and with both ways of extending keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_manager_of_pysnmp() {
    let Some(python) = std::env::var_os("MIBC_PYTHON") else {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "MIBC_PYTHON is not set");
        eprintln!("notice: skipped, MIBC_PYTHON names no interpreter with pysnmp");
        return;
    };
    let privacies =
        [Privacy::TripleDes, Privacy::Aes192, Privacy::Aes192Reeder, Privacy::Aes256, Privacy::Aes256Reeder];
    let pairs: Vec<Pair> = [Auth::Md5, Auth::Sha1]
        .into_iter()
        .flat_map(|auth| privacies.map(|privacy| Pair { auth, privacy: Some(privacy) }))
        .collect();
    let served = administered(&pairs, ROWS).await;
    let relay = Relay::start("administration-pysnmp", served.agent.local_addr());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/pysnmp_manager.py");
    let (port, names) = (relay.address().port().to_string(), pairs.iter().map(|pair| pair.name()));
    let mut command = Command::new(python);
    command.arg(script).args([AUTH, PRIVACY, &port]).args(names).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("MIBC_PYTHON names an interpreter");
    let (said, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complaint}");
    let manager = Manager::bind().await.expect("a socket");
    let session = manager.target(Target::v2c(served.agent.local_addr(), "private"));
    let root: mibc::Oid = "1.3.6.1.6.3.16.1.5.2".parse().expect("an OID");
    let rows = session.bulk_walk(root).collect().await.expect("a walk").len();
    for pair in &pairs {
        assert!(said.contains(&format!("{} {rows}\n", pair.name())), "{rows}: {said}");
    }
    served.running.stop().await.expect("it ends");
    relay.finish(&pairs);
}
