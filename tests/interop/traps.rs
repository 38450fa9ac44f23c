//! Notifications both ways: net-snmp's `snmptrap` and `snmpinform` to our listener, our agent's sinks to its
//! `snmptrapd`.

use crate::matrix::{AUTH, PRIVACY, Pair};
use crate::relay::Relay;
use mibc::agent::{Account, Agent, Sink};
use mibc::listener::{Listener, ReceivedNotification, Sender};
use mibc::mibs::if_mib::*;
use mibc::runtime::message::{Level, Version};
use mibc::runtime::net::{FileStore, TransportAddress};
use mibc::usm::{Auth, EngineId, Privacy};
use mibc::{Oid, User};
use mibc_test_support::netsnmp::{Daemon, Output, SNMPTRAPD, installed, run};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a daemon may take; machines can be busy.
const PATIENCE: Duration = Duration::from_secs(60);

const LINK_DOWN: &str = "1.3.6.1.6.3.1.1.5.3";

/// What the net-snmp of Debian is built with.
const PRIVACIES: [Option<Privacy>; 5] =
    [None, Some(Privacy::Des), Some(Privacy::Aes128), Some(Privacy::Aes192), Some(Privacy::Aes256)];

fn pairs() -> impl Iterator<Item = (Auth, Option<Privacy>)> {
    Auth::ALL.into_iter().flat_map(|auth| PRIVACIES.map(|privacy| (auth, privacy)))
}

/// As net-snmp writes the protocol.
fn spelling(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Aes128 => "AES",
        other => other.as_str(),
    }
}

/// The varbinds of linkDown for one interface, as arguments of a command.
fn link_down(index: u32) -> Vec<String> {
    let mut arguments = vec!["4200".to_owned(), LINK_DOWN.to_owned()];
    for (column, value) in [(1, index), (7, 1), (8, 2)] {
        arguments.extend([format!("1.3.6.1.2.1.2.2.1.{column}.{index}"), "i".into(), value.to_string()]);
    }
    arguments
}

/// Runs a command beside the listener.
async fn command(program: &'static str, arguments: Vec<String>) -> Output {
    let ran = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(program, &[], &arguments)
    });
    ran.await.expect("no panic")
}

async fn next(listener: &mut Listener, what: &str) -> ReceivedNotification {
    let received = timeout(PATIENCE, listener.next()).await;
    received.unwrap_or_else(|_| panic!("{what}: nothing arrives")).expect("the listener works")
}

/// It is linkDown of this interface.
fn check(received: &ReceivedNotification, index: i32, what: &str) {
    let decoded = received.decode::<LinkDown>().unwrap_or_else(|| panic!("{what}: {received:?}"));
    let link_down = decoded.unwrap_or_else(|error| panic!("{what}: {error}")).notification;
    assert_eq!(link_down.if_index.value.0, index, "{what}");
    assert_eq!(link_down.if_admin_status.value, IfAdminStatus::UP, "{what}");
    assert_eq!(link_down.if_oper_status.value, IfOperStatus::DOWN, "{what}");
    assert!(received.anomalies.is_empty(), "{what}: {:?}", received.anomalies);
}

#[tokio::test]
async fn its_commands_and_our_listener() {
    if !installed("snmptrap") || !installed("snmpinform") {
        return;
    }
    let mut listener = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let direct = listener.local_addrs().next().expect("an address");
    let relay = Relay::start("net-snmp-notifications", direct);
    let address = relay.address().to_string();
    let strings = |arguments: &[&str]| arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let common = |version: &str| strings(&["-On", "-r1", "-t5", version, "-c", "traps", &address]);

    let mut v1 = common("-v1");
    v1.extend(strings(&["1.3.6.1.4.1.9999", "192.0.2.1", "2", "0", "4200"]));
    v1.extend(link_down(7).into_iter().skip(2));
    let output = command("snmptrap", v1).await;
    assert!(output.success, "{}", output.stderr);
    let received = next(&mut listener, "v1").await;
    check(&received, 7, "v1");
    assert_eq!(received.version, Version::V1);
    assert_eq!(received.agent_addr().map(|address| address.0), Some([192, 0, 2, 1]));

    for (program, is_inform) in [("snmptrap", false), ("snmpinform", true)] {
        let mut arguments = common("-v2c");
        arguments.extend(link_down(8));
        let output = command(program, arguments).await;
        assert!(output.success, "{program}: {}", output.stderr);
        let received = next(&mut listener, program).await;
        check(&received, 8, program);
        assert_eq!((received.version, received.is_inform), (Version::V2c, is_inform));
        assert_eq!(received.up_time.map(|ticks| ticks.0), Some(4200));
    }
    // Another community: nothing comes back, so the command says that it was not acknowledged.
    let mut arguments = strings(&["-On", "-r0", "-t1", "-v2c", "-c", "public", &address]);
    arguments.extend(link_down(9));
    assert!(!command("snmpinform", arguments).await.success);
    assert!(listener.counters().bad_community_names() > 0);
    relay.finish(&[]);
}

/// Every pair of authentication and privacy that it has.
#[tokio::test]
async fn its_commands_and_our_listener_over_v3() {
    if !installed("snmptrap") || !installed("snmpinform") {
        return;
    }
    let users = pairs().map(|(auth, privacy)| Pair { auth, privacy }.user());
    let builder =
        users.fold(Listener::builder(), |builder, user| builder.user(user)).user(User::new("guest"));
    let mut listener = builder.bind("127.0.0.1:0").await.expect("loopback");
    let direct = listener.local_addrs().next().expect("an address");
    let relay = Relay::start("net-snmp-notifications-v3", direct);
    let address = relay.address().to_string();
    let all = pairs().map(Some).chain([None]);
    for (index, pair) in (1..).zip(all) {
        let who = pair.map_or("guest".to_owned(), |(auth, privacy)| Pair { auth, privacy }.name());
        let mut common: Vec<String> =
            ["-On", "-r1", "-t5", "-v3", "-n", "vlan-7", "-u", &who].map(str::to_owned).into();
        let level = match pair {
            None => Level::NoAuthNoPriv,
            Some((_, None)) => Level::AuthNoPriv,
            Some((_, Some(_))) => Level::AuthPriv,
        };
        common.extend(["-l".into(), level.to_string()]);
        if let Some((auth, privacy)) = pair {
            common.extend(["-a".into(), auth.to_string(), "-A".into(), AUTH.into()]);
            if let Some(privacy) = privacy {
                common.extend(["-x".into(), spelling(privacy).into(), "-X".into(), PRIVACY.into()]);
            }
        }
        for (program, is_inform) in [("snmptrap", false), ("snmpinform", true)] {
            let what = format!("{program} {who}");
            let mut arguments = common.clone();
            arguments.push(address.clone());
            arguments.extend(link_down(index as u32));
            let output = command(program, arguments).await;
            assert!(output.success, "{what}: {}", output.stderr);
            let received = next(&mut listener, &what).await;
            check(&received, index, &what);
            assert_eq!((received.version, received.is_inform), (Version::V3, is_inform), "{what}");
            let Sender::User(sender) = &received.sender else { panic!("{what}: a user") };
            assert_eq!((&*sender.name, sender.level), (who.as_bytes(), level), "{what}");
            assert_eq!(sender.context_name, b"vlan-7", "{what}");
            // U9: informs are sent to our engine, traps are of the sender's.
            assert_eq!(Some(sender.engine_id) == listener.engine_id(), is_inform, "{what}");
        }
    }
    relay.finish(&pairs().map(|(auth, privacy)| Pair { auth, privacy }).collect::<Vec<_>>());
    // Another passphrase: the command is told.
    let wrong = ["-r0", "-t5", "-v3", "-u", "sha256none", "-l", "authNoPriv", "-a", "SHA-256", "-A"];
    let mut arguments: Vec<String> = wrong.map(str::to_owned).into();
    arguments.extend(["another passphrase".to_owned(), direct.to_string()]);
    arguments.extend(link_down(99));
    let output = command("snmpinform", arguments).await;
    assert!(output.stderr.contains("Authentication failure"), "{}", output.stderr);
}

/// net-snmp's receiver on a loopback port, with its log; ended when dropped.
struct Snmptrapd {
    address: SocketAddr,
    daemon: Daemon,
}

impl Snmptrapd {
    fn start(configuration: &str) -> Self {
        let (daemon, address) = Daemon::receiver(&["-On"], configuration);
        Self { address, daemon }
    }
}

fn createuser(prefix: &str, auth: Auth, privacy: Option<Privacy>) -> String {
    let privacy = privacy.map(|privacy| format!("{} \"{PRIVACY}\"", spelling(privacy))).unwrap_or_default();
    format!("createUser {prefix} {auth} \"{AUTH}\" {privacy}\n")
}

/// Our sinks of every form to its receiver.
#[tokio::test]
async fn our_sinks_and_its_receiver() {
    if !installed(SNMPTRAPD) {
        return;
    }
    let engine_id: EngineId = "80007ed9056d696263".parse().expect("an engine ID");
    let pairs = [
        (Auth::Md5, None),
        (Auth::Md5, Some(Privacy::Des)),
        (Auth::Sha1, Some(Privacy::Aes128)),
        (Auth::Sha256, Some(Privacy::Aes128)),
        (Auth::Sha512, Some(Privacy::Aes256)),
    ];
    let mut configuration = String::from("authCommunity log traps\n");
    for (auth, privacy) in pairs {
        let name = Pair { auth, privacy }.name();
        // For traps under our engine ID, for informs under its own.
        configuration += &createuser(&format!("-e 0x{engine_id} {name}"), auth, privacy);
        configuration += &createuser(&name, auth, privacy);
        let level = if privacy.is_some() { "priv" } else { "auth" };
        configuration += &format!("authUser log {name} {level}\n");
    }
    let receiver = Snmptrapd::start(&configuration);
    let state = tempfile::tempdir().expect("a folder for the engine's state");
    let agent = Agent::builder()
        .user(Account::read_only(User::new("reader")))
        .engine_id(engine_id)
        .engine_store(FileStore::new(state.path().join("engine")))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let address = receiver.address;
    let mut sinks = vec![
        // The first waits until the receiver is up.
        Sink::inform(address, "traps").timeout(Duration::from_millis(300)).retries(6),
        Sink::v1(address, "traps"),
        Sink::v2c(address, "traps"),
    ];
    for (auth, privacy) in pairs {
        sinks.push(Sink::v3_trap(address, Pair { auth, privacy }.user()));
        sinks.push(Sink::v3_inform(address, Pair { auth, privacy }.user()));
    }
    let mut expected = Vec::new();
    for (index, sink) in (1_001..).zip(&sinks) {
        let link_down = LinkDown::at(index, IfAdminStatus::UP, IfOperStatus::DOWN);
        let sent = agent.notify_to(sink, link_down).await;
        sent.unwrap_or_else(|error| panic!("{sink:?}: {error}\n{}", receiver.daemon.log()));
        let name: Oid = format!("1.3.6.1.2.1.2.2.1.1.{index}").parse().expect("an OID");
        expected.push(format!(".{name} = INTEGER: {index}"));
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let log = receiver.daemon.log();
        let missing: Vec<_> = expected.iter().filter(|line| !log.contains(*line)).collect();
        if missing.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "missing: {missing:#?} in\n{log}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A passphrase that it does not know: the Report says so.
    let wrong = User::new(Pair { auth: Auth::Sha256, privacy: Some(Privacy::Aes128) }.name())
        .auth(Auth::Sha256, "another passphrase");
    let error = agent
        .notify_to(&Sink::v3_inform(address, wrong), LinkDown::at(1, IfAdminStatus::UP, IfOperStatus::DOWN))
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("wrong digest"), "{error}");
}

/// The same over TCP and the Unix domain, one connection per notification.
#[tokio::test]
async fn our_sinks_and_its_receiver_over_connections() {
    if !installed(SNMPTRAPD) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the socket");
    let tcp =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("loopback");
    for address in [format!("tcp:{tcp}"), format!("unix:{}", folder.path().join("traps").display())] {
        let receiver = Daemon::start(SNMPTRAPD, &["-On"], "authCommunity log traps\n", &address);
        let to = TransportAddress::lookup(&address, 162).await.expect("an address").remove(0);
        let agent = Agent::builder()
            .user(Account::read_only(User::new("reader")))
            .bind("127.0.0.1:0")
            .await
            .expect("loopback");
        let sinks =
            [Sink::inform(to.clone(), "traps"), Sink::v2c(to.clone(), "traps"), Sink::v1(to, "traps")];
        let begun = Instant::now();
        let mut missing = Vec::new();
        for (index, sink) in (1_001..).zip(&sinks) {
            // Until it is up there is nobody to connect to.
            while let Err(error) =
                agent.notify_to(sink, LinkDown::at(index, IfAdminStatus::UP, IfOperStatus::DOWN)).await
            {
                assert!(begun.elapsed() < PATIENCE, "{address}: {error}\n{}", receiver.log());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            missing.push(format!(".1.3.6.1.2.1.2.2.1.1.{index} = INTEGER: {index}"));
        }
        while !missing.is_empty() {
            let log = receiver.log();
            missing.retain(|line| !log.contains(line));
            assert!(begun.elapsed() < PATIENCE, "{address}: missing {missing:#?} in\n{log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Notifications of every form and level to all at once: each version, trap and inform, with a receiver in the middle that
/// is not there. What each gets is in its log, and the report says so.
#[tokio::test]
async fn all_our_sinks_at_once_and_its_receiver() {
    if !installed(SNMPTRAPD) {
        return;
    }
    let engine_id: EngineId = "80007ed9056d696263".parse().expect("an engine ID");
    let users = [
        User::new("guest"),
        Pair { auth: Auth::Sha256, privacy: None }.user(),
        Pair { auth: Auth::Sha256, privacy: Some(Privacy::Aes128) }.user(),
    ];
    let mut configuration = String::from("authCommunity log traps\n");
    for user in &users {
        let name = String::from_utf8_lossy(user.name()).into_owned();
        let (keys, level) = match user.level() {
            Level::NoAuthNoPriv => (String::new(), "noauth"),
            Level::AuthNoPriv => (format!(" SHA-256 \"{AUTH}\""), "auth"),
            Level::AuthPriv => (format!(" SHA-256 \"{AUTH}\" AES \"{PRIVACY}\""), "priv"),
        };
        // For traps under our engine ID, for informs under its own.
        configuration += &format!("createUser -e 0x{engine_id} {name}{keys}\ncreateUser {name}{keys}\n");
        configuration += &format!("authUser log {name} {level}\n");
    }
    let receiver = Snmptrapd::start(&configuration);
    let address = receiver.address;
    // Nobody is there.
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let dead = Sink::inform(silent.local_addr().expect("bound"), "traps");
    let state = tempfile::tempdir().expect("a folder for the engine's state");
    let mut builder = Agent::builder()
        .user(Account::read_only(User::new("reader")))
        .engine_id(engine_id)
        .engine_store(FileStore::new(state.path().join("engine")))
        .sink(Sink::v1(address, "traps"))
        .sink(Sink::v2c(address, "traps"))
        .sink(Sink::inform(address, "traps").timeout(PATIENCE))
        .sink(dead.timeout(Duration::from_millis(50)).retries(1));
    for user in &users {
        builder = builder.sink(Sink::v3_trap(address, user.clone()));
        builder = builder.sink(Sink::v3_inform(address, user.clone()).timeout(PATIENCE));
    }
    let agent = builder.bind("127.0.0.1:0").await.expect("loopback");
    // Until it is up.
    let first = Sink::inform(address, "traps").timeout(Duration::from_millis(300)).retries(6);
    let sent = agent.notify_to(&first, LinkDown::at(1, IfAdminStatus::UP, IfOperStatus::DOWN)).await;
    sent.unwrap_or_else(|error| panic!("{error}\n{}", receiver.daemon.log()));
    for index in [2_001, 2_002] {
        let report = agent.notify_each(LinkDown::at(index, IfAdminStatus::UP, IfOperStatus::DOWN)).await;
        let report = report.expect("a notification");
        assert_eq!(report.deliveries().len(), 10);
        for delivery in report.deliveries() {
            let is_dead = delivery.address != TransportAddress::Udp(address);
            assert_eq!(delivery.result.is_err(), is_dead, "{delivery:?}\n{}", receiver.daemon.log());
        }
        let line = format!(".1.3.6.1.2.1.2.2.1.1.{index} = INTEGER: {index}");
        let begun = Instant::now();
        while receiver.daemon.log().matches(&line).count() < 9 {
            let log = receiver.daemon.log();
            assert!(begun.elapsed() < PATIENCE, "{} of 9 in\n{log}", log.matches(&line).count());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
