//! The programs as they are started: asked over loopback, ended, and started again.
#![forbid(unsafe_code)]

use example_agents::mibs::{acme_heating_mib::*, acme_service_mib::*};
use mibc::manager::Error;
use mibc::mibs::if_mib::{IF_NUMBER, IfAdminStatus, IfOperStatus, LinkDown};
use mibc::mibs::snmp_community_mib::{SNMP_TRAP_ADDRESS, SNMP_TRAP_COMMUNITY};
use mibc::mibs::snmpv2_mib::{SNMP_IN_PKTS, SNMP_TRAP_ENTERPRISE, SYS_NAME};
use mibc::mibs::snmpv2_tc::RowStatus;
use mibc::runtime::message::{ErrorStatus, Version};
use mibc::typed::{NameError, Variable};
use mibc::usm::{Auth, Privacy};
use mibc::{Agent, Community, Listener, Manager, Oid, Session, Sink, Target, User};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A program that runs; it is ended with the test.
struct Program {
    child: Child,
    /// What it said first.
    said: String,
}

impl Program {
    fn start(program: &str, secrets: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .envs(secrets.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = child.stdout.take().expect("it is captured");
        let mut said = String::new();
        let mut output = BufReader::new(output);
        output.read_line(&mut said).expect("it says where it listens");
        // What it says later must have somewhere to go.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        assert!(said.contains("listening on "), "{program}: {said:?}");
        Self { child, said }
    }

    /// The address behind these words.
    fn address(&self, words: &str) -> SocketAddr {
        let behind = self.said.split_once(words).expect("an address").1;
        let address = behind.split([',', ' ', '\n']).next().expect("an address");
        address.parse().expect("an address")
    }

    async fn ask(&self, community: &str) -> Session {
        let manager = Manager::bind().await.expect("loopback");
        manager.target(Target::v2c(self.address("listening on "), community))
    }

    /// As `kill -9`.
    fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The row that a manager makes is there after `kill -9`, the one that it destroys is not, and the engine knows that it has
/// started before.
#[tokio::test]
async fn a_device_keeps_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().to_str().expect("a name");
    let start = || {
        let program = env!("CARGO_BIN_EXE_device-agent");
        Program::start(program, &[("COMMUNITY", "private")], &[state, "127.0.0.1:0"])
    };
    let mut device = start();
    assert!(device.said.contains("Cold start, 0 rows"), "{}", device.said);
    let manager = device.ask("private").await;
    for (name, minute) in [("night", 1_320), ("morning", 390)] {
        manager
            .set_all([
                ACME_SCHEDULE_MINUTE.at(name).assign(minute),
                ACME_SCHEDULE_ROW_STATUS.at(name).assign(RowStatus::CREATE_AND_GO),
            ])
            .await
            .expect("a row");
    }
    manager.set(ACME_SCHEDULE_CELSIUS.at("night"), 16).await.expect("a temperature");
    manager.set(ACME_SCHEDULE_ROW_STATUS.at("morning"), RowStatus::DESTROY).await.expect("it goes");
    let refused = manager
        .set_all([
            ACME_SCHEDULE_MINUTE.at("hot").assign(60),
            ACME_SCHEDULE_CELSIUS.at("hot").assign(30),
            ACME_SCHEDULE_ROW_STATUS.at("hot").assign(RowStatus::CREATE_AND_GO),
        ])
        .await;
    let Err(Error::Status { status, index, .. }) = refused else { panic!("not refused: {refused:?}") };
    assert_eq!((status, index), (ErrorStatus::INCONSISTENT_VALUE, 2));
    device.kill();

    let device = start();
    assert!(device.said.contains("Warm start, 1 rows"), "{}", device.said);
    let manager = device.ask("private").await;
    let rows = manager.table((ACME_SCHEDULE_MINUTE, ACME_SCHEDULE_CELSIUS, ACME_SCHEDULE_ROW_STATUS));
    let rows = rows.collect().await.expect("rows");
    assert_eq!(rows, [("night".into(), (Some(1_320), Some(16), Some(RowStatus::ACTIVE)))]);
}

/// Values are those of the time of the question, in the order of names, with a hole for what is down.
#[tokio::test]
async fn a_monitor_asks_when_it_is_asked() {
    let web = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = web.local_addr().expect("an address");
    let gone = TcpListener::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");
    let services = [format!("web={address}"), format!("database={address}"), format!("ftp={gone}")];
    let program = env!("CARGO_BIN_EXE_service-monitor");
    let arguments: Vec<&str> =
        ["127.0.0.1:0"].into_iter().chain(services.iter().map(String::as_str)).collect();
    let monitor = Program::start(program, &[("COMMUNITY", "public")], &arguments);
    let manager = monitor.ask("public").await;
    let table = || manager.table((ACME_SERVICE_ADDRESS, ACME_SERVICE_STATE, ACME_SERVICE_CONNECT));
    let rows = table().collect().await.expect("rows");
    // Shorter names come first.
    let states = rows.iter().map(|(index, (address, state, connect))| {
        let address = address.as_ref().map(ToString::to_string);
        (index.acme_service_name.to_string(), address, *state, connect.is_some())
    });
    let (up, down) = (Some(AcmeServiceState::UP), Some(AcmeServiceState::DOWN));
    let row = |name: &str, address: SocketAddr, state, connected| {
        (name.to_owned(), Some(address.to_string()), state, connected)
    };
    let expected =
        [row("ftp", gone, down, false), row("web", address, up, true), row("database", address, up, true)];
    assert!(states.eq(expected), "{rows:?}");
    assert_eq!(manager.get(ACME_SERVICE_STATE.at("web")).await.expect("a state"), AcmeServiceState::UP);
    assert!(manager.get(ACME_SERVICE_STATE.at("smtp")).await.is_err(), "there is no such service");
    drop(web);
    assert_eq!(manager.get(ACME_SERVICE_STATE.at("web")).await.expect("a state"), AcmeServiceState::DOWN);
}

/// A sub-agent under an agent of ours: its table is there, its notifications arrive, and it comes back when the master agent does.
#[cfg(unix)]
#[tokio::test]
async fn a_sub_agent_watches_services() {
    let web = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let service = format!("web={}", web.local_addr().expect("an address"));
    let folder = tempfile::tempdir().expect("a folder");
    let endpoint = format!("unix:{}", folder.path().join("master").display());
    let program = env!("CARGO_BIN_EXE_agentx-subagent");
    let _program = Program::start(program, &[], &[&endpoint, &service]);
    let mut receiver = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let mut web = Some(web);
    for expected in [AcmeServiceState::UP, AcmeServiceState::DOWN] {
        let agent = Agent::builder().community(Community::read_only("public"));
        let agent = agent
            .sink(Sink::v2c(receiver.local_addr(), "traps"))
            .bind("127.0.0.1:0")
            .await
            .expect("loopback");
        let master =
            mibc_agentx::Master::builder().bind(&agent, [endpoint.as_str()]).await.expect("a socket");
        let running = (agent.spawn(), master.spawn());
        let manager =
            Manager::bind().await.expect("loopback").target(Target::v2c(agent.local_addr(), "public"));
        let end = std::time::Instant::now() + Duration::from_secs(60);
        let state = loop {
            match manager.get(ACME_SERVICE_STATE.at("web")).await {
                Ok(state) => break state,
                Err(error) => assert!(std::time::Instant::now() < end, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(state, expected);
        if web.take().is_some() {
            let received = tokio::time::timeout(Duration::from_secs(60), receiver.next()).await;
            let received = received.expect("it comes").expect("a notification");
            let changed =
                received.decode::<AcmeServiceChanged>().expect("acmeServiceChanged").expect("all of it");
            assert_eq!(changed.notification.acme_service_state.value, AcmeServiceState::DOWN);
        }
        running.1.stop().await;
    }
}

/// Traps go on as informs: those of SNMPv1 with what RFC 3584 §3.1 adds, those of SNMPv2 as they are.
#[tokio::test]
async fn a_forwarder_passes_traps_on() {
    let mut receiver = Listener::builder().community("inside").bind("127.0.0.1:0").await.expect("loopback");
    let to = receiver.local_addrs().next().expect("an address").to_string();
    let program = env!("CARGO_BIN_EXE_trap-forwarder");
    let secrets = [("TRAPS", "outside"), ("COMMUNITY", "inside")];
    let forwarder = Program::start(program, &secrets, &["127.0.0.1:0", &to]);
    let listens = forwarder.address("listening on ");
    for sink in [Sink::v1(listens, "outside"), Sink::v2c(listens, "outside")] {
        let device = Agent::builder().community(Community::read_only("public")).sink(sink);
        let device = device.bind("127.0.0.1:0").await.expect("loopback");
        device.notify(LinkDown::at(7, IfAdminStatus::UP, IfOperStatus::DOWN)).await.expect("sent");
    }
    let mut additions = Vec::new();
    for _ in 0..2 {
        let received = tokio::time::timeout(Duration::from_secs(20), receiver.next()).await;
        let received = received.expect("it comes").expect("a notification");
        assert_eq!((received.version, received.is_inform), (Version::V2c, true));
        let link_down = received.decode::<LinkDown>().expect("linkDown").expect("all of it");
        assert_eq!(link_down.notification.if_index.value.0, 7);
        let has = |name: Result<Oid, NameError>| {
            let name = name.expect("a name");
            received.varbinds.iter().any(|varbind| varbind.name == name)
        };
        additions.push([
            has(SNMP_TRAP_ADDRESS.oid()),
            has(SNMP_TRAP_COMMUNITY.oid()),
            has(SNMP_TRAP_ENTERPRISE.oid()),
        ]);
    }
    assert_eq!(additions, [[true; 3], [false; 3]]);

    let manager = Manager::bind().await.expect("loopback");
    let statistics = manager.target(Target::v2c(forwarder.address("statistics on "), "inside"));
    assert_eq!(statistics.get(SNMP_IN_PKTS).await.expect("a counter").0, 1);
}

#[tokio::test]
async fn a_proxy_stands_in_front_of_a_device() {
    let user =
        || User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "maplesyrup");
    let device = Agent::builder().community(Community::read_write("secret"));
    let device = device.bind("127.0.0.1:0").await.expect("loopback");
    device.serve(SYS_NAME, || "behind".into());
    device.serve(IF_NUMBER, || 7);
    let _running = device.spawn();
    let mut collector = Listener::builder().user(user()).bind("127.0.0.1:0").await.expect("loopback");
    let (to, heard) = (device.local_addr().to_string(), collector.local_addr().to_string());
    let secrets = [("COMMUNITY", "secret"), ("PASSPHRASE", "maplesyrup")];
    let proxy = Program::start(env!("CARGO_BIN_EXE_proxy"), &secrets, &["127.0.0.1:0", &to, &heard]);
    let listens = proxy.address("listening on ");
    let behind = proxy.said.trim().rsplit(' ').next().expect("an engine ID").parse().expect("an engine ID");

    let manager = Manager::bind().await.expect("loopback");
    let session = manager.target(Target::v3(listens, user()).context_engine_id(behind));
    assert_eq!(session.get(SYS_NAME).await.expect("an answer").as_str(), Ok("behind"));
    // Who names no engine asks the proxy itself.
    let own = manager.target(Target::v3(listens, user()));
    let found = own.get_oids(&["1.3.6.1.4.1.32473.2.1.0".parse().expect("an OID")]).await.expect("an answer");
    assert_eq!(found[0].value.as_i128(), Some(7));

    let sender = Agent::builder().community(Community::read_only("x")).sink(Sink::v2c(listens, "secret"));
    let sender = sender.bind("127.0.0.1:0").await.expect("loopback");
    sender.notify(LinkDown::at(7, IfAdminStatus::UP, IfOperStatus::DOWN)).await.expect("sent");
    let received = tokio::time::timeout(Duration::from_secs(20), collector.next()).await;
    let received = received.expect("it comes").expect("a notification");
    assert_eq!(received.version, Version::V3);
    assert!(received.is::<LinkDown>());
}
