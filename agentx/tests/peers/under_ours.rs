//! Sub-agents under our master agent: our own, net-snmp's, and one that talks nonsense.

use crate::device::{BREAKS, Device, STAYS, instance, root};
use crate::{PATIENCE, manager, refused, until};
use mibc_agentx::pdu::{
    Body, ByteOrder, Choice, CloseReason, Frames, Open, Pdu, Region, Register, Response, Status,
};
use mibc_agentx::{AskError, Master, Registered, RunningMaster, SubAgent};
use mibc_generated::agentx_mib::{
    AGENTX_CONN_TRANSPORT_DOMAIN, AGENTX_DEFAULT_TIMEOUT, AGENTX_MASTER_AGENT_X_VER, AGENTX_REG_PRIORITY,
    AGENTX_REG_START, AGENTX_SESSION_ADMIN_STATUS, AGENTX_SESSION_DESCR, AgentxSessionAdminStatus,
};
use mibc_generated::snmpv2_mib::{SYS_OR_DESCR, SYS_UP_TIME};
use mibc_runtime::agent::{Agent, Community, Running, Sink};
use mibc_runtime::listener::Listener;
use mibc_runtime::manager::Session;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::Priority;
use mibc_runtime::value::{TimeTicks, Value, VarBind};
use mibc_test_support::netsnmp::{Daemon, SNMPD, installed};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// Our agent with a master agent in it.
struct Ours {
    folder: TempDir,
    agent: Agent,
    master: Master,
    _running: (Running, RunningMaster),
}

impl Ours {
    async fn start() -> Self {
        Self::start_with(None).await
    }

    async fn start_with(sink: Option<Sink>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let builder = Agent::builder()
            .community(Community::read_only("public"))
            .community(Community::read_write("private"))
            .deadline(Duration::from_secs(3));
        let builder = sink.into_iter().fold(builder, |builder, sink| builder.sink(sink));
        let agent = builder.bind("127.0.0.1:0").await.expect("loopback");
        let started = Instant::now();
        agent.serve(SYS_UP_TIME, move || TimeTicks((started.elapsed().as_millis() / 10) as u32));
        let endpoint = format!("unix:{}", folder.path().join("master").display());
        let master = Master::builder()
            .timeout(Duration::from_millis(500))
            .contexts(|context| context == b"other")
            .bind(&agent, [endpoint.as_str(), "tcp:127.0.0.1:0"])
            .await
            .expect("it listens");
        let running = (agent.spawn(), master.spawn());
        Self { folder, agent, master, _running: running }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("master")
    }

    fn endpoint(&self, number: usize) -> String {
        self.master.endpoints()[number].to_string()
    }

    async fn manager(&self, community: &str) -> Session {
        manager(self.agent.local_addr(), community).await
    }

    async fn device(&self, number: u32) -> (SubAgent, Device, mibc_agentx::Running) {
        let device = Device::default();
        let agent = SubAgent::builder()
            .identity(oid("1.3.6.1.4.1.32473.99"), format!("device {number}"))
            .connect(&self.endpoint(0))
            .await
            .expect("the master agent is there");
        device.serve(&agent, number);
        let running = agent.spawn();
        agent.opened().await;
        (agent, device, running)
    }
}

async fn values(manager: &Session, names: &[Oid]) -> Vec<Value> {
    let found = manager.get_oids(names).await.expect("an answer");
    found.into_iter().map(|varbind| varbind.value).collect()
}

/// Whether the values are there yet. A request that a session is asked just before it ends fails with genErr.
async fn shows(manager: &Session, names: &[Oid], expected: &[Value]) -> bool {
    let found = manager.get_oids(names).await;
    found.is_ok_and(|found| found.iter().map(|varbind| &varbind.value).eq(expected))
}

/// A1, A2, A4, A6: GET, GETNEXT and GETBULK over both transports and in both byte orders; a region ends, and the walk goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading() {
    let ours = Ours::start().await;
    let manager = ours.manager("public").await;
    for (order, transport) in [(ByteOrder::Little, 0), (ByteOrder::Big, 0), (ByteOrder::Big, 1)] {
        let device = Device::default();
        let builder = SubAgent::builder().byte_order(order);
        let agent = builder.connect(&ours.endpoint(transport)).await.expect("the master agent is there");
        device.serve(&agent, 1);
        let running = agent.spawn();
        agent.opened().await;
        let names: Vec<Oid> = (1..=5).map(|scalar| instance(1, scalar)).collect();
        let found = values(&manager, &names[..4]).await;
        assert_eq!(found, ["attic".into(), Value::Integer(10), 1.into(), 4.into()]);
        let missing =
            [instance(1, 1).parent().and_then(|o| o.child(9).ok()).expect("an OID"), instance(1, 9)];
        assert_eq!(values(&manager, &missing).await, [Value::NoSuchInstance, Value::NoSuchObject]);
        // Over the agent's own, the sub-agent's, and the end.
        let next = manager.get_next(&[oid("1.3.6.1.2.1.1.3"), root(1), root(2)]).await.expect("an answer");
        assert_eq!([&next[0].name, &next[1].name], [&oid("1.3.6.1.2.1.1.3.0"), &instance(1, 1)]);
        assert_eq!(next[2].value, Value::EndOfMibView);
        let bulk = manager.get_bulk(0, 5, &[root(1)]).await.expect("an answer");
        assert_eq!(bulk.into_iter().map(|varbind| varbind.name).collect::<Vec<_>>(), names);
        running.stop().await.expect("it stops");
        until("what it served is gone", async || ours.master.sessions() == 0).await;
        assert_eq!(values(&manager, &names[..1]).await, [Value::NoSuchObject]);
    }
}

/// A5: all phases of SETs over two sub-agents and the agent itself, with a failure in each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing() {
    let ours = Ours::start().await;
    let own = Device::default();
    own.serve(&ours.agent, 3);
    let (_one, first, _running_one) = ours.device(1).await;
    let (_other, second, _running_other) = ours.device(2).await;
    let manager = ours.manager("private").await;
    let set = async |varbinds: &[VarBind]| manager.set_varbinds(varbinds).await;
    let limit = |device: u32, value: i32| VarBind::new(instance(device, 2), value);
    let frail = |device: u32, value: i32| VarBind::new(instance(device, 3), value);
    set(&[VarBind::new(instance(1, 1), "cellar"), limit(1, 20), limit(3, 21), frail(2, 7)])
        .await
        .expect("it is set");
    assert_eq!((first.values(), own.values().1), (("cellar".into(), 20, 1), 21));
    assert_eq!(second.values().2, 7);
    assert_eq!(first.log(), ["test 20", "commit 20"]);
    own.log();

    assert_eq!(
        refused(set(&[limit(1, 30), limit(3, 30), limit(2, 101)]).await),
        (ErrorStatus::WRONG_VALUE, 3)
    );
    assert_eq!((first.log(), own.log()), (vec!["test 30".to_owned()], vec!["test 30".to_owned()]));
    assert_eq!(refused(set(&[VarBind::new(instance(1, 2), "text")]).await), (ErrorStatus::WRONG_TYPE, 1));
    assert_eq!(refused(set(&[VarBind::new(instance(1, 4), 1)]).await), (ErrorStatus::NOT_WRITABLE, 1));
    assert_eq!(refused(set(&[VarBind::new(root(9), 1)]).await), (ErrorStatus::NOT_WRITABLE, 1));

    let failed = set(&[limit(1, 30), limit(3, 30), frail(2, BREAKS)]).await;
    assert_eq!(refused(failed), (ErrorStatus::COMMIT_FAILED, 3));
    assert_eq!(first.log(), ["test 30", "commit 30", "undo 30"]);
    assert_eq!(own.log(), ["test 30", "commit 30", "undo 30"]);
    assert_eq!(refused(set(&[frail(1, STAYS), frail(2, BREAKS)]).await), (ErrorStatus::UNDO_FAILED, 0));
    set(&[limit(1, 40), limit(2, 41)]).await.expect("it is set");
    assert_eq!((first.values().1, second.values().1), (40, 41));
    // Who may not write, may not write here either.
    let public = ours.manager("public").await;
    assert_eq!(refused(public.set_varbinds(&[limit(1, 50)]).await).0, ErrorStatus::AUTHORIZATION_ERROR);
}

/// A3, A7: priorities, duplicates, what may not be registered, contexts, index values; and AGENTX-MIB tells of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registrations_and_indexes() {
    let ours = Ours::start().await;
    let (one, _first, running) = ours.device(1).await;
    let other = SubAgent::builder().connect(&ours.endpoint(0)).await.expect("the master agent is there");
    let second = Device::default();
    second.serve(&other, 1);
    let _running = other.spawn();
    other.opened().await;
    let object = root(1).child(2).expect("an OID");
    assert_eq!(one.registered(&object), Some(Registered::Yes));
    assert_eq!(other.registered(&object), Some(Registered::Refused(Status::DUPLICATE_REGISTRATION)));
    // Users and access control are not for sub-agents.
    second.serve_at(&other, oid("1.3.6.1.6.3.16.1"));
    other.opened().await;
    let denied = other.registered(&oid("1.3.6.1.6.3.16.1"));
    assert_eq!(denied, Some(Registered::Refused(Status::REQUEST_DENIED)));

    let better = SubAgent::builder().priority(Priority::new(1).expect("not 0"));
    let better = better.connect(&ours.endpoint(1)).await.expect("the master agent is there");
    let third = Device::default();
    third.serve(&better, 1);
    let better_running = better.spawn();
    better.opened().await;
    let manager = ours.manager("private").await;
    manager.set_varbinds(&[VarBind::new(instance(1, 2), 77)]).await.expect("it is set");
    assert_eq!(third.values().1, 77);

    let index = |value: i32| VarBind::new(oid("1.3.6.1.4.1.32473.1.9.1.1"), value);
    assert_eq!(one.allocate_index(Choice::This, index(5)).await, Ok(Value::Integer(5)));
    let taken = other.allocate_index(Choice::This, index(5)).await;
    assert_eq!(taken, Err(AskError::Refused { status: Status::INDEX_ALREADY_ALLOCATED, index: 1 }));
    assert_eq!(other.allocate_index(Choice::New, index(0)).await, Ok(Value::Integer(6)));
    let elsewhere = other.allocate_indexes(Choice::This, Some(b"nowhere".to_vec()), vec![index(5)]).await;
    assert_eq!(elsewhere, Err(AskError::Refused { status: Status::UNSUPPORTED_CONTEXT, index: 0 }));
    let elsewhere = other.allocate_indexes(Choice::This, Some(b"other".to_vec()), vec![index(5)]).await;
    assert_eq!(elsewhere, Ok(vec![index(5)]));

    assert_eq!(manager.get(AGENTX_MASTER_AGENT_X_VER).await.expect("an answer"), 1);
    assert_eq!(manager.get(AGENTX_DEFAULT_TIMEOUT).await.expect("an answer"), 0, "in whole seconds");
    let connections = manager.table((AGENTX_CONN_TRANSPORT_DOMAIN,)).collect().await.expect("a table");
    let domains: Vec<String> =
        connections.iter().map(|(_, (domain,))| domain.as_ref().expect("one").to_string()).collect();
    assert_eq!(domains.iter().filter(|domain| domain.ends_with("100.1.13")).count(), 2, "{domains:?}");
    let sessions = manager.table((AGENTX_SESSION_DESCR,)).collect().await.expect("a table");
    assert_eq!(sessions.len(), 3);
    let registered = manager.table((AGENTX_REG_START, AGENTX_REG_PRIORITY)).collect().await.expect("a table");
    assert_eq!(registered.iter().filter(|(_, (start, _))| *start == Some(object.clone())).count(), 2);

    better_running.stop().await.expect("it stops");
    until("the next best answers", async || shows(&manager, &[instance(1, 2)], &[Value::Integer(10)]).await)
        .await;
    running.stop().await.expect("it stops");
    // A7: freed with its session.
    until("the value is free", async || {
        other.allocate_index(Choice::This, index(5)).await == Ok(Value::Integer(5))
    })
    .await;

    // A manager closes a session.
    let sessions = manager.table((AGENTX_SESSION_DESCR,)).collect().await.expect("a table");
    let (session, _) = sessions[0].clone();
    manager
        .set(AGENTX_SESSION_ADMIN_STATUS.at(session), AgentxSessionAdminStatus::DOWN)
        .await
        .expect("it is closed");
    until("the sub-agent is back", async || other.is_open() && ours.master.sessions() == 1).await;
}

/// Notifications of a sub-agent reach our receivers, with the time at which they were made; capabilities are in sysORTable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_and_capabilities() {
    let mut listener = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let ours = Ours::start_with(Some(Sink::v2c(listener.local_addr(), "traps"))).await;
    let (agent, _device, running) = ours.device(1).await;
    let event = Event::new(oid("1.3.6.1.4.1.32473.0.1")).varbinds([VarBind::new(instance(1, 2), 10)]);
    agent.notify_event(&event).await.expect("the master agent takes it");
    let received = tokio::time::timeout(PATIENCE, listener.next()).await.expect("in time").expect("one");
    assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.32473.0.1")));
    assert_eq!(received.varbinds.last(), Some(&VarBind::new(instance(1, 2), 10)));
    agent.add_capabilities(oid("1.3.6.1.4.1.32473.98.1"), "words");
    let manager = ours.manager("public").await;
    let rows = async || manager.table((SYS_OR_DESCR,)).collect().await.expect("a table").len();
    until("the capabilities are there", async || rows().await == 1).await;
    running.stop().await.expect("it stops");
    until("the capabilities are gone", async || rows().await == 0).await;
}

/// A8: the socket is its owner's; another file is not replaced, one that was left is.
#[tokio::test]
async fn the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let ours = Ours::start().await;
    let mode = std::fs::metadata(ours.socket()).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(
        std::fs::read_dir(ours.folder.path()).expect("a folder").count(),
        1,
        "nothing is left of making it"
    );
    let again = Master::builder().bind(&ours.agent, [ours.endpoint(0).as_str()]).await;
    assert!(again.expect_err("it is in use").to_string().contains("another master agent listens there"));
    let file = ours.folder.path().join("file");
    std::fs::write(&file, "text").expect("it is written");
    let endpoint = format!("unix:{}", file.display());
    let refused = Master::builder().bind(&ours.agent, [endpoint.as_str()]).await.expect_err("it is a file");
    assert!(refused.to_string().contains("not a socket"), "{refused}");
    let left = ours.folder.path().join("left");
    drop(std::os::unix::net::UnixListener::bind(&left).expect("a socket"));
    let endpoint = format!("unix:{}", left.display());
    let master = Master::builder().bind(&ours.agent, [endpoint.as_str()]).await.expect("it is replaced");
    drop(master);
    assert!(!left.exists());
}

/// A sub-agent by hand.
struct Hand {
    stream: UnixStream,
    frames: Frames,
    session_id: u32,
}

impl Hand {
    fn connect(ours: &Ours) -> Self {
        let stream = UnixStream::connect(ours.socket()).expect("the master agent is there");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let mut hand = Self { stream, frames: Frames::new(), session_id: 0 };
        hand.send(0, 1, Body::Open(Open { timeout: 0, id: Oid::ZERO, description: b"by hand".to_vec() }));
        hand.session_id = hand.next().expect("an answer").session_id;
        hand
    }

    fn send(&mut self, transaction_id: u32, packet_id: u32, body: Body) {
        let pdu = Pdu { order: ByteOrder::Big, session_id: self.session_id, transaction_id, packet_id, body };
        let mut octets = Vec::new();
        pdu.encode(&mut octets).expect("it is short");
        // The master agent may have hung up.
        let _ = self.stream.write_all(&octets);
    }

    fn answer(&mut self, to: &Pdu, response: Response) {
        self.send(to.transaction_id, to.packet_id, Body::Response(response));
    }

    /// What comes next; `None` at the end.
    fn next(&mut self) -> Option<Pdu> {
        loop {
            if let Some((header, payload)) = self.frames.next_frame().expect("it can be read") {
                return Some(Pdu::decode(&header, payload).expect("it can be read"));
            }
            let mut octets = [0; 4_096];
            match self.stream.read(&mut octets) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.frames.push(octets.get(..count).unwrap_or_default()),
            }
        }
    }

    fn register(&mut self, number: u32, timeout: u8) {
        let region =
            Region { context: None, priority: Priority::default(), subtree: root(number), range: None };
        self.send(0, 2, Body::Register(Register { region, timeout, is_instance: false }));
        let Some(Pdu { body: Body::Response(response), .. }) = self.next() else { panic!("an answer") };
        assert_eq!(response.status, Status::NO_ERROR);
    }
}

/// A dead sub-agent costs its own time-out, harms nobody else, and is closed after three. A SET that it does not answer is
/// answered once, and what others have committed is undone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_sub_agent() {
    let ours = Ours::start().await;
    let (_agent, device, _running) = ours.device(1).await;
    let mut dead = Hand::connect(&ours);
    dead.register(2, 1);
    let manager = ours.manager("private").await;
    let begin = Instant::now();
    let slow = tokio::spawn({
        let manager = ours.manager("public").await;
        async move { refused(manager.get_oids(&[instance(2, 1)]).await) }
    });
    // Others are answered meanwhile.
    for _ in 0..20 {
        assert_eq!(values(&manager, &[instance(1, 1)]).await, [Value::from("attic")]);
    }
    assert!(!slow.is_finished());
    assert_eq!(slow.await.expect("no panic"), (ErrorStatus::GEN_ERR, 1));
    assert!(begin.elapsed() >= Duration::from_millis(900), "a registration has a time-out of its own");

    let varbinds = [VarBind::new(instance(1, 2), 50), VarBind::new(instance(2, 1), 1)];
    assert_eq!(refused(manager.set_varbinds(&varbinds).await), (ErrorStatus::GEN_ERR, 2));
    assert_eq!(device.values().1, 10);
    assert_eq!(ours.master.sessions(), 2);
    assert_eq!(refused(manager.get_oids(&[instance(2, 1)]).await), (ErrorStatus::GEN_ERR, 1));
    until("the session is closed", async || ours.master.sessions() == 1).await;
    assert_eq!(values(&manager, &[instance(2, 1)]).await, [Value::NoSuchObject]);
    let mut kinds = Vec::new();
    while let Some(pdu) = dead.next() {
        kinds.push(pdu.body.kind().to_string());
        if matches!(pdu.body, Body::Close(CloseReason::Timeouts)) {
            break;
        }
    }
    let expected = [
        "agentx-Get-PDU",
        "agentx-TestSet-PDU",
        "agentx-CleanupSet-PDU",
        "agentx-Get-PDU",
        "agentx-Close-PDU",
    ];
    assert_eq!(kinds, expected);
}

/// A5, CVE-2012-6151: a sub-agent that is gone in the middle of a SET or GET: the manager gets one answer, and soon.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gone_in_the_middle() {
    let ours = Ours::start().await;
    let (_agent, device, _running) = ours.device(1).await;
    for phase in 0..3 {
        let mut hand = Hand::connect(&ours);
        hand.register(2, 200);
        let manager = ours.manager("private").await;
        let request = tokio::spawn(async move {
            let varbinds = [VarBind::new(instance(1, 2), 50), VarBind::new(instance(2, 1), 1)];
            if phase == 0 {
                return refused(manager.get_oids(&[instance(2, 1)]).await).0;
            }
            refused(manager.set_varbinds(&varbinds).await).0
        });
        let hand = tokio::task::spawn_blocking(move || {
            let first = hand.next().expect("a question");
            if phase == 2 {
                hand.answer(&first, Response::default());
                assert!(matches!(hand.next().expect("a question").body, Body::CommitSet));
            }
            hand
        });
        drop(hand.await.expect("no panic"));
        let begin = Instant::now();
        assert_eq!(request.await.expect("no panic"), ErrorStatus::GEN_ERR, "{phase}");
        assert!(begin.elapsed() < Duration::from_secs(2), "nobody waits for who is gone");
        assert_eq!(device.values().1, 10);
        until("it is gone", async || ours.master.sessions() == 1).await;
    }
}

/// A sub-agent that answers nonsense ends its session only, and what cannot be read its connection only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense() {
    let ours = Ours::start().await;
    let (_agent, _device, _running) = ours.device(1).await;
    let manager = ours.manager("public").await;
    type Answer = fn(&mut Hand, &Pdu);
    let answers: [(bool, Answer); 6] = [
        (true, |hand, to| hand.answer(to, Response::default())),
        (true, |hand, to| {
            let varbinds = vec![VarBind::new(root(3), 1)];
            hand.answer(to, Response { varbinds, ..Response::default() });
        }),
        (false, |hand, to| {
            let varbinds = vec![VarBind::new(root(1), 1)];
            hand.answer(to, Response { varbinds, ..Response::default() });
        }),
        (false, |hand, to| {
            let varbinds = vec![VarBind::new(instance(2, 1), Value::NoSuchInstance)];
            hand.answer(to, Response { varbinds, ..Response::default() });
        }),
        (true, |hand, to| {
            // A type of value that does not exist.
            let mut octets = Vec::new();
            let varbinds = vec![VarBind::new(instance(2, 1), 1)];
            let body = Body::Response(Response { varbinds, ..Response::default() });
            Pdu { body, ..to.clone() }.encode(&mut octets).expect("it is short");
            let at = octets.iter().skip(20).position(|octet| *octet == 2).expect("the type") + 20;
            octets[at] = 99;
            hand.stream.write_all(&octets).expect("the master agent reads");
        }),
        (true, |hand, _| hand.stream.write_all(b"GET / HTTP/1.0\r\n\r\n  ").expect("the master agent reads")),
    ];
    for (number, (is_get, answer)) in answers.into_iter().enumerate() {
        let mut hand = Hand::connect(&ours);
        hand.register(2, 0);
        let asked = tokio::task::spawn_blocking(move || {
            let question = hand.next().expect("a question");
            answer(&mut hand, &question);
            while let Some(pdu) = hand.next() {
                if matches!(pdu.body, Body::Close(_)) {
                    return;
                }
            }
        });
        let failed = if is_get {
            refused(manager.get_oids(&[instance(2, 1)]).await)
        } else {
            refused(manager.get_next(&[root(2)]).await)
        };
        assert_eq!(failed.0, ErrorStatus::GEN_ERR, "{number}");
        asked.await.expect("no panic");
        until("its session is closed", async || ours.master.sessions() == 1).await;
        assert_eq!(values(&manager, &[instance(1, 1)]).await, [Value::from("attic")]);
    }
}

/// A program that ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The sub-agent in C, compiled; `None` without a compiler or the library.
fn compiled(folder: &Path) -> Option<PathBuf> {
    if !installed("net-snmp-config") || !installed("cc") {
        eprintln!("notice: skipped, the sub-agent in C cannot be compiled (Debian: libsnmp-dev, gcc)");
        return None;
    }
    let words = |option: &str| {
        let output = Command::new("net-snmp-config").arg(option).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("text");
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let program = folder.join("subagent");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/subagent.c");
    let output = Command::new("cc")
        .args(["-w", "-o"])
        .arg(&program)
        .arg(source)
        .args(words("--cflags"))
        .args(words("--agent-libs"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// net-snmp's library as a sub-agent: GET, GETNEXT, GETBULK, all SET phases with failures in each, notifications, sysORTable,
/// a time-out, death and return.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sub_agent_in_c() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = compiled(folder.path()) else { return };
    let mut listener = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let ours = Ours::start_with(Some(Sink::v2c(listener.local_addr(), "traps"))).await;
    let log = folder.path().join("log");
    let start = || {
        let mut command = mibc_test_support::netsnmp::command(&program.display().to_string(), folder.path());
        command
            .arg(ours.endpoint(0))
            .arg(root(1).to_string())
            .arg(&log)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Program(command.spawn().expect("it starts"))
    };
    let told = || {
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        let _ = std::fs::remove_file(&log);
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let running = start();
    let manager = ours.manager("private").await;
    let number = [instance(1, 1)];
    until("it is registered", async || shows(&manager, &number, &[Value::Integer(1)]).await).await;
    until("its table is registered", async || {
        let row = root(1).extend([5, 1, 1, 1]).expect("an OID");
        shows(&manager, &[row], &[Value::Integer(1)]).await
    })
    .await;
    // Commits come in the order of registration: the sub-agent in C has to be first.
    let (_agent, device, _running) = ours.device(2).await;

    let names = [instance(1, 2), root(1).extend([5, 1, 1, 7]).expect("an OID"), instance(1, 7)];
    assert_eq!(values(&manager, &names).await, [Value::from("made in C"), 7.into(), Value::NoSuchObject]);
    let bulk =
        manager.get_bulk(1, 12, &[root(1), root(1).child(5).expect("an OID")]).await.expect("an answer");
    assert_eq!(bulk[0].name, instance(1, 1));
    let rows: Vec<Value> = bulk[1..11].iter().map(|varbind| varbind.value.clone()).collect();
    assert_eq!(rows, (1..=10).map(Value::Integer).collect::<Vec<_>>());
    // What comes behind its table is the other sub-agent's.
    assert_eq!(bulk[11].name, instance(2, 1));

    let set = async |varbinds: &[VarBind]| manager.set_varbinds(varbinds).await;
    let theirs = |value: i32| VarBind::new(instance(1, 1), value);
    let our = |value: i32| VarBind::new(instance(2, 3), value);
    told();
    set(&[theirs(5), our(5)]).await.expect("it is set");
    until("it is told of the end", async || log.exists()).await;
    assert_eq!(values(&manager, &number).await, [Value::Integer(5)]);
    assert_eq!(told(), "test commit cleanup");
    assert_eq!(refused(set(&[our(6), theirs(101)]).await), (ErrorStatus::WRONG_VALUE, 2));
    assert_eq!(refused(set(&[VarBind::new(instance(1, 2), "x")]).await).0, ErrorStatus::NOT_WRITABLE);
    told();
    assert_eq!(refused(set(&[theirs(6), our(BREAKS)]).await), (ErrorStatus::COMMIT_FAILED, 2));
    assert_eq!(values(&manager, &number).await, [Value::Integer(5)]);
    let all = told();
    assert!(all.contains("test commit undo"), "{all}");
    assert_eq!(refused(set(&[our(6), theirs(BREAKS)]).await).0, ErrorStatus::COMMIT_FAILED);
    assert_eq!(device.values().2, 5);
    assert_eq!(refused(set(&[theirs(14), our(BREAKS)]).await), (ErrorStatus::UNDO_FAILED, 0));
    set(&[theirs(5)]).await.expect("it is set");

    set(&[VarBind::new(instance(1, 3), 1)]).await.expect("it is set");
    let received = async |listener: &mut Listener| loop {
        let one = tokio::time::timeout(PATIENCE, listener.next()).await.expect("in time").expect("one");
        if one.trap_oid == Some(root(1).extend([0, 9]).expect("an OID")) {
            return one;
        }
    };
    let notification = received(&mut listener).await;
    assert_eq!(notification.varbinds.last(), Some(&theirs(5)));
    let capabilities = manager.table((SYS_OR_DESCR,)).collect().await.expect("a table");
    let is_there = |(_, (words,)): &(_, (Option<mibc_generated::snmpv2_tc::DisplayString>,))| {
        words.as_ref().is_some_and(|words| words.0.0 == b"made in C")
    };
    assert_eq!(capabilities.iter().filter(|row| is_there(row)).count(), 1);

    // It sleeps for longer than anybody waits.
    set(&[VarBind::new(instance(1, 4), 2)]).await.expect("it is set");
    let public = ours.manager("public").await;
    let slow = tokio::spawn(async move { refused(public.get_oids(&[instance(1, 4)]).await) });
    assert_eq!(values(&manager, &[instance(2, 1)]).await, [Value::from("attic")]);
    assert_eq!(slow.await.expect("no panic"), (ErrorStatus::GEN_ERR, 1));
    until("it answers again", async || manager.get_oids(&number).await.is_ok()).await;

    // A6: it is killed, and comes back.
    drop(running);
    until("it is gone", async || shows(&manager, &number, &[Value::NoSuchObject]).await).await;
    let _running = start();
    until("it is back", async || shows(&manager, &number, &[Value::Integer(1)]).await).await;
}

/// The whole of `snmpd` as a sub-agent (`-X`): what it serves of the machine is there, and our own stays ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snmpd_as_a_sub_agent() {
    if !installed(SNMPD) {
        return;
    }
    let ours = Ours::start().await;
    let own = Device::default();
    own.serve(&ours.agent, 1);
    let socket = ours.endpoint(0);
    let configuration = format!("agentXSocket {socket}\n[snmpd]\nagentXSocket {socket}\n");
    let snmpd = Daemon::start(SNMPD, &["-X", "-x", &socket], &configuration, "");
    let manager = ours.manager("public").await;
    // hrSystemUptime.0, and interfaces.
    let names = [oid("1.3.6.1.2.1.25.1.1.0"), oid("1.3.6.1.2.1.2.1.0")];
    until("snmpd is registered", async || {
        let found = manager.get_oids(&names).await;
        found.is_ok_and(|found| {
            matches!(found[0].value, Value::TimeTicks(_)) && matches!(found[1].value, Value::Integer(1..))
        })
    })
    .await;
    let mut walk = manager.bulk_walk(oid("1.3.6.1.2.1"));
    let mut count = 0;
    let mut last = Oid::ZERO;
    while let Some(varbind) = walk.try_next().await.expect("a walk to its end") {
        assert!(last < varbind.name, "{last} before {}", varbind.name);
        last = varbind.name;
        count += 1;
    }
    assert!(count > 200, "{count} variables, {}", snmpd.log());
    assert_eq!(values(&manager, &[instance(1, 1)]).await, [Value::from("attic")]);
    drop(snmpd);
    until("it is gone", async || shows(&manager, &names, &[Value::NoSuchObject, Value::NoSuchObject]).await)
        .await;
}
