//! Our proxy between net-snmp's commands and its agent, and between its commands and a listener: every pair of versions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mibc::agent::{Account, Agent, Running};
use mibc::listener::Listener;
use mibc::runtime::access::Model;
use mibc::runtime::message::{Level, Version};
use mibc::runtime::net::TransportAddress;
use mibc::runtime::originator::{
    CommunityEntry, MpModel, ProxyEntry, ProxyType, Tag, TagList, TargetAddress, TargetParams, Targets,
};
use mibc::usm::{Auth, Credentials, EngineId, KeyCache, Privacy};
use mibc::{Manager, Target};
use mibc_test_support::netsnmp::{Output, SNMPD, Snmpd, installed, run};

use crate::matrix::{AUTH, PRIVACY, Pair, oid};
use crate::relay::Relay;

const USER: Pair = Pair { auth: Auth::Sha256, privacy: Some(Privacy::Aes128) };
const VERSIONS: [Version; 3] = [Version::V1, Version::V2c, Version::V3];
const PATIENCE: Duration = Duration::from_secs(60);

fn number(version: Version) -> &'static str {
    match version {
        Version::V1 => "1",
        Version::V2c => "2c",
        _ => "3",
    }
}

fn params(version: Version, name: &str) -> TargetParams {
    let (mp_model, security_model, security_level) = match version {
        Version::V1 => (MpModel::V1, Model::V1, Level::NoAuthNoPriv),
        Version::V2c => (MpModel::V2C, Model::V2C, Level::NoAuthNoPriv),
        _ => (MpModel::V3, Model::USM, Level::AuthPriv),
    };
    let security_name = if version == Version::V3 { USER.name().into_bytes() } else { name.into() };
    TargetParams { mp_model, security_model, security_name, security_level }
}

/// A proxy for the contexts of an engine.
struct Proxy {
    agent: Agent,
    targets: Arc<Targets>,
    engine_id: EngineId,
    _running: Running,
}

impl Proxy {
    async fn start(engine_id: EngineId) -> Self {
        let targets = Arc::new(Targets::new());
        targets.edit(|tables| {
            let row = |community, name| CommunityEntry {
                context_engine_id: engine_id.as_bytes().to_vec(),
                ..CommunityEntry::new(community, name)
            };
            tables.set_community("in", row("behind", "in")).expect("a row");
            let transport_tag = Tag::new("out").expect("a tag");
            let out = CommunityEntry { transport_tag, ..row("private", "out") };
            tables.set_community("out", out).expect("a row");
            for version in VERSIONS {
                let number = number(version);
                tables.set_params(format!("in-{number}"), params(version, "in")).expect("a row");
                tables.set_params(format!("out-{number}"), params(version, "out")).expect("a row");
                for kind in [ProxyType::Read, ProxyType::Write, ProxyType::Trap, ProxyType::Inform] {
                    let row = ProxyEntry {
                        single_target_out: "out".into(),
                        multiple_target_out: Tag::new("out").expect("a tag"),
                        ..ProxyEntry::new(kind, engine_id.as_bytes(), format!("in-{number}"))
                    };
                    tables.set_proxy(format!("{kind:?}-{number}"), row).expect("a row");
                }
            }
            tables.set_user(None, Credentials::new(&USER.user(), &KeyCache::new()).expect("a user"));
        });
        let agent = Agent::builder()
            .administered()
            .targets(Arc::clone(&targets))
            .user(Account::read_only(USER.user()))
            .proxy(Manager::bind().await.expect("loopback"))
            .bind("127.0.0.1:0")
            .await
            .expect("loopback");
        let running = agent.spawn();
        Self { agent, targets, engine_id, _running: running }
    }

    /// Passes on to this address in this version.
    fn out(&self, address: SocketAddr, version: Version) {
        let row = TargetAddress {
            timeout: 3_000,
            retry_count: 0,
            tag_list: TagList::new("out").expect("tags"),
            ..TargetAddress::new(TransportAddress::Udp(address), format!("out-{}", number(version)))
        };
        self.targets.edit(|tables| tables.set_address("out", row)).expect("a row");
    }

    /// Runs a command of net-snmp in one version.
    async fn run(&self, program: &'static str, version: Version, at: SocketAddr, more: &[&str]) -> Output {
        let engine_id: String =
            self.engine_id.as_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
        let mut arguments: Vec<String> = ["-On", "-r0", "-t30"].map(str::to_owned).into();
        arguments.push(format!("-v{}", number(version)));
        if version == Version::V3 {
            let user = USER.name();
            let of = ["-u", &user, "-lauthPriv", "-a", "SHA-256", "-A", AUTH, "-x", "AES", "-X", PRIVACY];
            arguments.extend(of.map(str::to_owned));
            arguments.extend(["-E".to_owned(), engine_id.clone()]);
            if program == "snmptrap" {
                arguments.extend(["-e".to_owned(), engine_id]);
            }
        } else {
            arguments.extend(["-c", "behind"].map(str::to_owned));
        }
        arguments.push(at.to_string());
        arguments.extend(more.iter().map(|text| (*text).to_owned()));
        let ran = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(program, &[], &arguments)
        });
        ran.await.expect("no panic")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_commands_and_its_agent() {
    if !installed(SNMPD) || !installed("snmpget") {
        return;
    }
    let name = USER.name();
    let snmpd = Snmpd::start(&format!(
        "rocommunity public 127.0.0.1\nrwcommunity private 127.0.0.1\n\
         createUser {name} SHA-256 \"{AUTH}\" AES \"{PRIVACY}\"\nrwuser {name} priv\n"
    ));
    let manager = Manager::bind().await.expect("loopback");
    let session = manager.target(Target::v3(snmpd.address(), USER.user()).timeout(PATIENCE));
    session.get_oids(&[oid("1.3.6.1.2.1.1.3.0")]).await.expect("it answers");
    let proxy = Proxy::start(session.engine_id().expect("it has told")).await;
    let behind = Relay::start("proxy-to-net-snmp", snmpd.address());
    let before = Relay::start("net-snmp-to-proxy", proxy.agent.local_addr());
    for downstream in VERSIONS {
        proxy.out(behind.address(), downstream);
        for upstream in VERSIONS {
            let pair = format!("{} to {}", number(upstream), number(downstream));
            let done = async |program, more: &[&str]| {
                let output = proxy.run(program, upstream, before.address(), more).await;
                assert!(output.success, "{pair}: {program}: {} {}", output.stdout, output.stderr);
                output.stdout
            };
            done("snmpset", &["1.3.6.1.2.1.1.5.0", "s", &pair]).await;
            let found = done("snmpget", &["1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.3.0"]).await;
            assert!(found.contains(&format!("STRING: \"{pair}\"")), "{pair}: {found}");
            // C13: what comes next is not a Counter64 for who knows none.
            let next = done("snmpgetnext", &["1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.1.4"]).await;
            let has_counters = upstream != Version::V1 && downstream != Version::V1;
            assert_eq!(next.contains("Counter64"), has_counters, "{pair}: {next}");
            // C12: SNMPv1 gives one variable for each name.
            if upstream != Version::V1 {
                let bulk = done("snmpbulkget", &["-Cn0", "-Cr5", "1.3.6.1.2.1.1"]).await;
                assert_eq!(bulk.lines().count(), if has_counters { 5 } else { 1 }, "{pair}: {bulk}");
            }
            let walked = done("snmpwalk", &["1.3.6.1.2.1.1"]).await;
            assert!(walked.lines().count() > 7, "{pair}: {walked}");
            // An object that is not there, and one that takes no value.
            let absent = proxy.run("snmpget", upstream, before.address(), &["1.3.6.1.2.1.1.5.7"]).await;
            let said = absent.stdout + &absent.stderr;
            let word = if has_counters { "No Such Instance" } else { "noSuchName" };
            assert!(said.contains(word), "{pair}: {said}");
            let more = ["1.3.6.1.2.1.1.3.0", "t", "7"];
            let refused = proxy.run("snmpset", upstream, before.address(), &more).await;
            assert!(!refused.success, "{pair}: {}", refused.stdout);
            let word = if has_counters { "notWritable" } else { "noSuchName" };
            assert!(refused.stderr.contains(word), "{pair}: {}", refused.stderr);
        }
    }
    before.finish(&[USER]);
    behind.finish(&[USER]);
}

/// The arguments of linkDown of an interface.
fn link_down(version: Version, index: &str) -> Vec<String> {
    let mut arguments: Vec<&str> = match version {
        Version::V1 => vec!["1.3.6.1.4.1.32473", "192.0.2.7", "2", "0", "4200"],
        _ => vec!["4200", "1.3.6.1.6.3.1.1.5.3"],
    };
    arguments.extend(["1.3.6.1.2.1.2.2.1.1.1", "i", index]);
    arguments.into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_commands_and_a_listener() {
    if !installed("snmptrap") || !installed("snmpinform") {
        return;
    }
    let proxy = Proxy::start(EngineId::from_text(32_473, "behind").expect("an engine ID")).await;
    let mut listener = Listener::builder()
        .community("private")
        .user(USER.user())
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let behind = Relay::start("proxy-to-listener", listener.local_addr());
    let before = Relay::start("net-snmp-traps-to-proxy", proxy.agent.local_addr());
    let mut index = 0;
    for downstream in VERSIONS {
        proxy.out(behind.address(), downstream);
        for upstream in VERSIONS {
            for program in ["snmptrap", "snmpinform"] {
                let is_inform = program == "snmpinform";
                // SNMPv1 has no informs.
                if is_inform && (upstream == Version::V1 || downstream == Version::V1) {
                    continue;
                }
                index += 1;
                let pair = format!("{program} {} to {}", number(upstream), number(downstream));
                let arguments = link_down(upstream, &index.to_string());
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let output = proxy.run(program, upstream, before.address(), &arguments).await;
                assert!(output.success, "{pair}: {}", output.stderr);
                let heard = tokio::time::timeout(PATIENCE, listener.next()).await.expect(&pair).expect(&pair);
                assert_eq!((heard.version, heard.is_inform), (downstream, is_inform), "{pair}");
                assert_eq!(heard.trap_oid, Some(oid("1.3.6.1.6.3.1.1.5.3")), "{pair}");
                assert_eq!(heard.varbinds[0].value.as_i128(), Some(index), "{pair}");
                assert!(heard.anomalies.is_empty(), "{pair}: {:?}", heard.anomalies);
                // C7, C8.
                let address = match (upstream, downstream) {
                    (Version::V1, _) => Some([192, 0, 2, 7]),
                    (_, Version::V1) => Some([0, 0, 0, 0]),
                    _ => None,
                };
                assert_eq!(heard.agent_addr().map(|address| address.0), address, "{pair}");
            }
        }
    }
    before.finish(&[USER]);
    behind.finish(&[USER]);
}
