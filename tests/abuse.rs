//! An agent among people who mean harm, or whose software is broken: it lives, needs no more memory, and answers whoever
//! asks properly. `MIBC_ABUSE` says how many damaged datagrams are sent, instead of 20,000.
#![forbid(unsafe_code)]

use mibc::access_control::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc::agent::{EngineState, EngineStore, SetError};
use mibc::mibs::{if_mib::*, snmpv2_mib::*, snmpv2_tc::DisplayString};
use mibc::originator::Targets;
use mibc::runtime::ber::Writer;
use mibc::runtime::engine::REPORTS_PER_SOURCE;
use mibc::runtime::message::{ErrorStatus, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc::runtime::usm::EngineClock;
use mibc::typed::Variable;
use mibc::usm::Auth;
use mibc::{
    Account, Agent, Community, Counter32, Counter64, Gauge32, IpAddress, Manager, Oid, Opaque, RowStore,
    Session, Target, TimeTicks, Value, VarBind,
};
use mibc_admin::administration::{Addresses, Administration, serve_statistics};
use mibc_admin::config::{Config, StandardNames};
use mibc_admin::datastore::Datastore;
use mibc_test_support::Xorshift;
use mibc_test_support::v3::{Made, engine_id, operator, user};
use quickstart::strip::Strip;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Damaged datagrams, unless `MIBC_ABUSE` says otherwise.
const DATAGRAMS: usize = 20_000;

/// Rows of a table at most, and at the beginning.
const LIMIT_OF_ROWS: usize = 1_000;
const ROWS: u8 = 200;

/// Octets that the process may grow by while it is abused. Allocators keep what is free, and messages of 64 kB are made.
const GROWTH: usize = 8 << 20;

/// What the engine of these tests keeps: nothing. It starts as often as [`Made`] says.
#[derive(Debug)]
struct Started;

impl EngineStore for Started {
    fn load(&self) -> std::io::Result<Option<EngineState>> {
        Ok(Some(EngineState { engine_id: engine_id("agent"), boots: 2 }))
    }

    fn save(&self, _: &EngineState) -> std::io::Result<()> {
        Ok(())
    }
}

/// Moves by itself, and is not of a type that says so.
const SNMP_ENGINE_TIME: &str = "1.3.6.1.6.3.10.2.1.3.0";

/// An agent with scalars and tables that can be written, and somebody who asks it properly.
struct Stage {
    agent: Agent,
    addresses: RowStore<IfRcvAddressEntry>,
    good: [Session; 2],
    /// Where the abuse comes from: another address than that of the good ones.
    abuser: UdpSocket,
}

fn serve_system(agent: &Agent) {
    let name = Arc::new(Mutex::new(DisplayString::from("switch-1")));
    let written = Arc::clone(&name);
    agent.serve_rw(
        SYS_NAME,
        move || name.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        move |value| {
            *written.lock().unwrap_or_else(PoisonError::into_inner) = value;
            Ok::<(), SetError>(())
        },
    );
    agent.serve(SYS_DESCR, || "a switch".into());
}

impl Stage {
    async fn new() -> Self {
        let accounts = [
            Account::read_write(operator()),
            Account::read_only(user("reader", Auth::Sha1, None)),
            Account::read_only(mibc::User::new("guest")),
        ];
        let agent = Agent::builder()
            .community(Community::read_only("public"))
            .community(Community::read_write("private"))
            .engine_store(Started);
        let agent = accounts.into_iter().fold(agent, |agent, account| agent.user(account));
        let agent = agent.bind("127.0.0.1:0").await.expect("loopback");
        let mut addresses = RowStore::<IfRcvAddressEntry>::builder().limit(LIMIT_OF_ROWS);
        for last in 0..ROWS {
            addresses = addresses.row((1, vec![2, 0, 0, 0, 0, last]), |row| row);
        }
        let addresses = addresses.build().expect("IF-MIB has the table");
        agent.serve_rows(&addresses);
        Strip::example().expect("outlets").serve(&agent);
        serve_statistics(&agent);
        serve_system(&agent);
        let manager = Manager::bind().await.expect("loopback");
        let patient = |target: Target| target.timeout(Duration::from_secs(1)).retries(9).breaker(None);
        let good = [
            manager.target(patient(Target::v2c(agent.local_addr(), "private"))),
            manager.target(patient(Target::v3(agent.local_addr(), operator()))),
        ];
        let abuser = UdpSocket::bind("127.0.0.2:0").expect("another address of loopback");
        abuser.set_nonblocking(true).expect("a socket");
        Self { agent, addresses, good, abuser }
    }

    fn address(&self) -> SocketAddr {
        self.agent.local_addr()
    }

    fn send(&self, datagram: &[u8]) {
        // Whatever the system refuses, such as an empty or too long one, does not arrive.
        let _ = self.abuser.send_to(datagram, self.address());
    }

    /// How many answers have come.
    fn answers(&self) -> usize {
        let mut buffer = vec![0; 65_536];
        std::iter::from_fn(|| self.abuser.recv(&mut buffer).ok()).count()
    }

    /// Good requests of both versions are answered, the second one with a SET.
    async fn probe(&self) {
        for session in &self.good {
            assert_eq!(session.get(SYS_DESCR).await.expect("an answer").to_string(), "a switch");
            session.set(SYS_NAME, "healthy".into()).await.expect("a SET");
        }
    }

    /// Sends so many datagrams, with good requests between them.
    async fn send_many(&self, count: usize, mut datagram: impl FnMut(usize) -> Vec<u8>) {
        let mut heard = self.agent.counters().in_pkts();
        for number in 0..count {
            self.send(&datagram(number));
            // The socket's buffer holds some hundreds.
            if number % 100 == 99 {
                self.good[0].get(SYS_DESCR).await.expect("an answer");
                self.answers();
            }
            if number % 1_000 == 999 {
                self.probe().await;
                let now = self.agent.counters().in_pkts();
                assert!(now.wrapping_sub(heard) > 900, "they do not arrive: {heard}, then {now}");
                heard = now;
            }
        }
        self.probe().await;
    }
}

fn datagram(version: Version, community: &str, header: PduHeader, varbinds: Vec<VarBind>) -> Vec<u8> {
    let body = OwnedBody::Pdu(Pdu { header, varbinds });
    let mut writer = Writer::new();
    Message { version, community: community.into(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

fn made(user: &mibc::User, level: Level) -> Made {
    Made { clock: EngineClock { boots: 3, time: 0 }, ..Made::get(user, level) }
}

fn sys_descr() -> Vec<VarBind> {
    vec![VarBind::unspecified(SYS_DESCR.oid().expect("a name"))]
}

/// Nobody is answered whose community is not known, and each is counted.
async fn unknown_communities(stage: &Stage) {
    let before = stage.agent.counters().bad_community_names();
    stage
        .send_many(2_000, |number| {
            let version = if number % 2 == 0 { Version::V1 } else { Version::V2c };
            let community = ["", "PUBLIC", "public\0", "publi", "admin"][number % 5];
            datagram(version, community, PduHeader::new(PduKind::Get, number as i32), sys_descr())
        })
        .await;
    assert_eq!(stage.answers(), 0);
    assert!(stage.agent.counters().bad_community_names() - before > 1_800);
}

/// Unknown users, wrong digests, unknown engines: Reports, but not many, and they are withheld from nobody else.
async fn not_authentic(stage: &Stage) {
    let unknown = made(&user("nobody", Auth::Sha256, None), Level::AuthNoPriv);
    let mut wrong = made(&operator(), Level::AuthPriv).datagram();
    *wrong.last_mut().expect("a message") ^= 1;
    let elsewhere = Made { engine_id: b"elsewhere".to_vec(), ..made(&operator(), Level::AuthPriv) };
    let late = Made { clock: EngineClock { boots: 1, time: 0 }, ..made(&operator(), Level::AuthNoPriv) };
    let abuse = [unknown.datagram(), wrong, elsewhere.datagram(), late.datagram()];
    let (begun, withheld) = (Instant::now(), stage.agent.counters().reports_withheld());
    let mut reports = 0;
    for _ in 0..20 {
        for number in 0..200 {
            stage.send(&abuse[number % abuse.len()]);
        }
        stage.probe().await;
        reports += stage.answers();
    }
    // A second may begin and end in between.
    let most = REPORTS_PER_SOURCE as usize * (begun.elapsed().as_secs() as usize + 2);
    assert!((1..=most).contains(&reports), "{reports} Reports in {:?}", begun.elapsed());
    assert!(stage.agent.counters().reports_withheld() - withheld > 2_000 - most as u32);
    // Somebody who has still to get to know the engine, meanwhile.
    let newcomer = Manager::bind().await.expect("loopback");
    let newcomer = newcomer.target(Target::v3(stage.address(), user("reader", Auth::Sha1, None)));
    assert_eq!(newcomer.get(SYS_DESCR).await.expect("an answer").to_string(), "a switch");
}

/// Responses are as long as a datagram, not as what is asked for.
async fn huge_bulks(stage: &Stage) {
    let names = |count: usize| {
        let root: Oid = "1.3.6".parse().expect("an OID");
        vec![VarBind::unspecified(root); count]
    };
    for (non_repeaters, repetitions, count) in [
        (0, u32::MAX, 1),
        (0, i32::MAX as u32, 100),
        (u32::MAX, u32::MAX, 50),
        (0, 10_000, 1_000),
        (1, 65_535, 400),
    ] {
        let header = PduHeader::bulk(1, non_repeaters, repetitions);
        let request = datagram(Version::V2c, "public", header, names(count));
        let mut request_v3 = made(&operator(), Level::AuthPriv);
        (request_v3.header, request_v3.varbinds) = (header, names(count));
        let requests = [request, request_v3.datagram()];
        stage.send_many(10, |number| requests[number % 2].clone()).await;
    }
    assert!(stage.answers() > 0, "they are good requests");
}

/// While somebody sends as fast as the system takes it, others are answered.
async fn flood(stage: &Stage) {
    let header = PduHeader::bulk(1, 0, 10);
    let request = datagram(Version::V2c, "public", header, sys_descr());
    let (socket, to) = (stage.abuser.try_clone().expect("a socket"), stage.address());
    let flood = std::thread::spawn(move || {
        let (begun, mut sent) = (Instant::now(), 0);
        while begun.elapsed() < Duration::from_secs(1) {
            sent += usize::from(socket.send_to(&request, to).is_ok());
        }
        sent
    });
    let mut answered = 0;
    while !flood.is_finished() {
        stage.probe().await;
        answered += 1;
    }
    let sent = flood.join().expect("no panic");
    stage.probe().await;
    stage.answers();
    assert!(sent > 1_000 && answered > 0, "{sent} sent, {answered} answered");
}

/// Datagrams that were good once, and noise; those with the keys of a user are signed again.
async fn damaged(stage: &Stage, count: usize) {
    let status = IF_RCV_ADDRESS_STATUS.at((2, vec![2, 0, 0, 0, 0, 9])).oid().expect("a name");
    let changes =
        vec![VarBind::new(status, Value::Integer(4)), VarBind::new(SYS_NAME.oid().expect("a name"), "mad")];
    let mut bulk = made(&operator(), Level::NoAuthNoPriv);
    bulk.header = PduHeader::bulk(2, 1, 50);
    let mut seeds = vec![
        made(&operator(), Level::AuthPriv).datagram(),
        made(&operator(), Level::AuthNoPriv).datagram(),
        made(&mibc::User::new("guest"), Level::NoAuthNoPriv).datagram(),
        bulk.datagram(),
    ];
    for version in [Version::V1, Version::V2c] {
        for header in [PduHeader::new(PduKind::Get, 1), PduHeader::new(PduKind::GetNext, 2)] {
            seeds.push(datagram(version, "public", header, sys_descr()));
        }
        seeds.push(datagram(version, "private", PduHeader::new(PduKind::Set, 3), changes.clone()));
    }
    seeds.push(datagram(Version::V2c, "public", PduHeader::bulk(4, 1, 20), [sys_descr(), changes].concat()));
    let mut random = Xorshift(0x0bad_da7a_9a3e_1234);
    stage
        .send_many(count, |number| match number % 8 {
            0 => random.noise(300),
            _ => {
                let seed = random.below(seeds.len());
                random.damaged(&seeds[seed])
            }
        })
        .await;
    assert!(stage.addresses.len() <= LIMIT_OF_ROWS);
}

/// A value of each type, but `of` that of the variable. Numbers are not what a managed object is likely to have.
fn of_other_types(of: &Value) -> Vec<Value> {
    let all = [
        Value::Integer(-77),
        Value::OctetString("wrong".into()),
        Value::ObjectIdentifier(Oid::ZERO),
        Value::IpAddress(IpAddress([192, 0, 2, 1])),
        Value::Counter32(Counter32(7)),
        Value::Gauge32(Gauge32(7)),
        Value::TimeTicks(TimeTicks(7)),
        Value::Opaque(Opaque(vec![0x9f, 0x78, 4, 0, 0, 0, 0])),
        Value::Counter64(Counter64(7)),
        Value::Null,
        Value::NoSuchObject,
        Value::EndOfMibView,
    ];
    let same = std::mem::discriminant(of);
    all.into_iter().filter(|value| std::mem::discriminant(value) != same).collect()
}

/// A SET of a wrong type is refused everywhere, by itself and after a good one, and changes nothing.
async fn wrong_types(session: &Session, at_least: u32) {
    let root: Oid = "1.3.6.1".parse().expect("an OID");
    let is_counted = |varbind: &VarBind| {
        matches!(varbind.value, Value::Counter32(_) | Value::TimeTicks(_) | Value::Gauge32(_))
    };
    let all = || async { session.bulk_walk(root.clone()).collect().await.expect("a walk") };
    let before = all().await;
    let (mut refused, mut writable) = (0, 0);
    // Of a table, the first rows stand for all.
    let mut seen = std::collections::BTreeMap::<Oid, u32>::new();
    for varbind in &before {
        let parent = varbind.name.parent().and_then(|oid| oid.parent()).unwrap_or(Oid::ZERO);
        let times = seen.entry(parent).or_default();
        *times += 1;
        if *times > 12 {
            continue;
        }
        let mut wrong_types = 0;
        for value in of_other_types(&varbind.value) {
            let good = VarBind::new(SYS_NAME.oid().expect("a name"), "never");
            let result =
                session.set_varbinds(&[good, VarBind::new(varbind.name.clone(), value.clone())]).await;
            let Err(mibc::manager::Error::Status { status, index, .. }) = &result else {
                panic!("{} = {value:?}: {result:?}", varbind.name)
            };
            assert_eq!(*index, 2, "{} = {value:?}: {status}", varbind.name);
            wrong_types += u32::from(*status == ErrorStatus::WRONG_TYPE);
            refused += 1;
        }
        writable += u32::from(wrong_types > 0);
    }
    assert!(refused > 200 && writable >= at_least, "{refused} refused at {writable} variables");
    let after = all().await;
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        let moves = is_counted(before) || before.name.to_string() == SNMP_ENGINE_TIME;
        assert!(moves || before == after, "{before}, then {after}");
    }
}

/// Octets of memory that the process has, where the system tells.
fn memory() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split_whitespace().nth(1)?.parse::<usize>().ok()? * 4_096)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_lives_through_abuse() {
    let count = std::env::var("MIBC_ABUSE").ok().map(|count| count.parse().expect("a number"));
    let stage = Stage::new().await;
    let running = stage.agent.spawn();
    stage.probe().await;
    huge_bulks(&stage).await;
    let before = memory();
    unknown_communities(&stage).await;
    not_authentic(&stage).await;
    huge_bulks(&stage).await;
    flood(&stage).await;
    wrong_types(&stage.good[0], 4).await;
    damaged(&stage, count.unwrap_or(DATAGRAMS)).await;
    stage.probe().await;
    if let (Some(before), Some(after)) = (before, memory()) {
        assert!(after < before + GROWTH, "{before} octets, then {after}");
    }
    running.stop().await.expect("it ends");
}

/// Users, views, communities and targets, as an operator would have them.
const CONFIGURATION: &str = r#"
[[community]]
name = "private"
access = "read-write"

[[view]]
name = "interfaces"
include = ["ifTable"]
exclude = ["ifEntry.*.7"]

[[user]]
name = "operator"
auth = "SHA-256"
auth-passphrase = "maplesyrup"
privacy = "AES-128"
privacy-passphrase = "pancakes!"
access = "read-write"

[[target]]
name = "nms"
address = "127.0.0.1"
user = "operator"
type = "inform"
filter = "links"

[[filter]]
name = "links"
include = ["linkDown"]
"#;

/// Access control whose tables are served.
struct Shared(Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, who: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(who, context, kind)
    }
}

/// The tables that an agent is administered with.
#[tokio::test]
async fn wrong_types_of_the_administrative_tables() {
    let config = Config::parse(CONFIGURATION, Path::new("."), &StandardNames).expect("it is in order");
    let rows = Datastore::of(&config);
    let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
    let administration = Administration::open(None, &vacm, &targets).expect("no store");
    let agent = Agent::builder().administered().access_control(Shared(Arc::clone(&vacm)));
    let agent = agent.targets(targets).bind("127.0.0.1:0").await.expect("loopback");
    let addresses = Addresses::look_up(&rows).await.expect("an address");
    administration.configure(&rows, &addresses, &agent).expect("rows");
    administration.serve(&agent);
    serve_system(&agent);
    let _running = agent.spawn();
    let manager = Manager::bind().await.expect("loopback");
    wrong_types(&manager.target(Target::v2c(agent.local_addr(), "private")), 20).await;
}
