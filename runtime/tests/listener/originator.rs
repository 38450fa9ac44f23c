//! An agent's notifications to many receivers at the same time, over loopback.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mibc_runtime::access::{AccessControl, Model, Principal, Refusal, View, ViewType};
use mibc_runtime::agent::{
    Account, Agent, AuthenticationFailure, AuthenticationObserver, Community, FileStore, Grant, NotifyError,
    Sink, Start,
};
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::message::{
    Decoder, ErrorStatus, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, Version,
};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::originator::{
    Delivered, Event, Limits, MpModel, Notify, NotifyType, Tag, TagList, TargetAddress, TargetParams, Targets,
};
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::VarBind;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::lab::oid;

const LONG: Duration = Duration::from_secs(60);

const AUTHENTICATION_FAILURE: &str = "1.3.6.1.6.3.1.1.5.5";

fn event(text: &str) -> Event {
    Event::new(oid("1.3.6.1.4.1.9999.0.7")).varbinds([VarBind::new(oid("1.3.6.1.4.1.9999.1.1.0"), text)])
}

fn user(name: &str, level: Level) -> User {
    let user = User::new(name);
    match level {
        Level::NoAuthNoPriv => user,
        Level::AuthNoPriv => user.auth(Auth::Sha256, "maplesyrup"),
        Level::AuthPriv => user.auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes with it"),
    }
}

const USERS: [(&str, Level); 3] =
    [("guest", Level::NoAuthNoPriv), ("signer", Level::AuthNoPriv), ("operator", Level::AuthPriv)];

async fn listener() -> (Listener, SocketAddr) {
    let builder = USERS.into_iter().fold(Listener::builder().community("traps"), |builder, (name, level)| {
        builder.user(user(name, level))
    });
    let listener = builder.bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addrs().next().expect("an address");
    (listener, address)
}

async fn next(listener: &mut Listener) -> ReceivedNotification {
    timeout(LONG, listener.next()).await.expect("it arrives").expect("the listener works")
}

fn builder() -> mibc_runtime::agent::AgentBuilder {
    Agent::builder().community(Community::read_only("public"))
}

async fn agent(sinks: impl IntoIterator<Item = Sink>) -> Agent {
    let builder = sinks.into_iter().fold(builder(), |builder, sink| builder.sink(sink));
    builder.bind("127.0.0.1:0").await.expect("loopback")
}

/// A receiver that takes everything and says nothing.
async fn silent() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let address = socket.local_addr().expect("bound");
    (socket, address)
}

async fn receive(socket: &UdpSocket) -> (Message, SocketAddr) {
    let mut buffer = vec![0; 65_507];
    let received = timeout(LONG, socket.recv_from(&mut buffer)).await;
    let (length, peer) = received.expect("it arrives").expect("loopback");
    let decoded = Message::from(&Decoder::default().decode(&buffer[..length]).expect("a message").message);
    (decoded, peer)
}

fn pdu(message: Message) -> Pdu {
    match message.body {
        OwnedBody::Pdu(pdu) => pdu,
        OwnedBody::TrapV1(trap) => panic!("of SNMPv1: {trap:?}"),
    }
}

fn text(received: &ReceivedNotification) -> String {
    let varbind = received.varbinds.iter().find(|one| one.name == oid("1.3.6.1.4.1.9999.1.1.0"));
    varbind.map(|one| one.value.to_string()).unwrap_or_default()
}

/// §3 row 15: of ten receivers of informs one is dead. The other nine have the notification while it is waited for, and
/// all informs are from one socket.
#[tokio::test]
async fn a_dead_receiver_among_ten() {
    let (dead, dead_address) = silent().await;
    let mut living = Vec::new();
    for _ in 0..9 {
        living.push(silent().await);
    }
    let sinks = living.iter().map(|(_, address)| *address).chain([dead_address]);
    let agent = agent(sinks.map(|address| Sink::inform(address, "traps").timeout(LONG).retries(0))).await;
    let sending = tokio::spawn({
        let agent = agent.clone();
        async move { agent.notify_event(&event("attic")).await }
    });
    let mut sources = BTreeSet::new();
    for (socket, _) in &living {
        let (message, peer) = receive(socket).await;
        sources.insert(peer);
        let (version, community, Pdu { header, varbinds }) =
            (message.version, message.community.clone(), pdu(message));
        assert_eq!(header.kind, PduKind::Inform);
        let header = PduHeader::response(header.request_id, ErrorStatus::NO_ERROR, 0);
        let mut writer = mibc_runtime::ber::Writer::new();
        Message { version, community, body: OwnedBody::Pdu(Pdu { header, varbinds }) }.write(&mut writer);
        socket.send_to(writer.finish().expect("it fits"), peer).await.expect("loopback");
    }
    sources.insert(receive(&dead).await.1);
    assert_eq!(sources.len(), 1, "one socket for all: {sources:?}");
    while agent.notification_counters().acknowledged() < 9 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(!sending.is_finished(), "the dead one is still waited for");
    sending.abort();
}

/// Every form to one receiver, at every level, in one call; the report has a line for each.
#[tokio::test]
async fn all_forms_at_once() {
    let (mut listener, address) = listener().await;
    let mut sinks =
        vec![Sink::v1(address, "traps"), Sink::v2c(address, "traps"), Sink::inform(address, "traps")];
    for (name, level) in USERS {
        sinks.push(Sink::v3_trap(address, user(name, level)));
        sinks.push(Sink::v3_inform(address, user(name, level)));
    }
    let agent = agent(sinks).await;
    for round in 0..3 {
        let report = agent.notify_event(&event(&format!("round {round}"))).await;
        assert_eq!(report.deliveries().len(), 9);
        for delivery in report.deliveries() {
            let is_good = matches!(delivery.result, Ok(Delivered::Sent | Delivered::Acknowledged { .. }));
            assert!(is_good && delivery.address == TransportAddress::Udp(address), "{delivery:?}");
        }
        let mut found = Vec::new();
        for _ in 0..9 {
            let received = next(&mut listener).await;
            assert_eq!(text(&received), format!("round {round}"));
            let level = match &received.sender {
                Sender::User(user) => {
                    let expected =
                        if received.is_inform { listener.engine_id() } else { agent.responder().engine_id() };
                    assert_eq!(Some(user.engine_id), expected);
                    // The context is the agent's in both.
                    let own = agent.responder().engine_id().expect("an engine");
                    assert_eq!(user.context_engine_id, own.as_bytes());
                    Some(user.level)
                }
                _ => None,
            };
            found.push((received.version as u32, received.is_inform, level));
        }
        found.sort();
        let mut expected = vec![
            (Version::V1 as u32, false, None),
            (Version::V2c as u32, false, None),
            (Version::V2c as u32, true, None),
        ];
        for is_inform in [false, true] {
            expected.extend(USERS.map(|(_, level)| (Version::V3 as u32, is_inform, Some(level))));
        }
        assert_eq!(found, expected);
    }
    let counters = agent.notification_counters();
    assert_eq!((counters.sent(), counters.acknowledged(), counters.failed()), (15, 12, 0));
}

/// What is queued arrives without anybody waiting for it.
#[tokio::test]
async fn queued_notifications() {
    let (mut listener, address) = listener().await;
    let agent = agent([Sink::inform(address, "traps")]).await;
    for number in 0..200 {
        agent.queue_event(&event(&number.to_string()));
    }
    let mut found = BTreeSet::new();
    for _ in 0..200 {
        found.insert(text(&next(&mut listener).await));
    }
    assert_eq!(found.len(), 200);
    timeout(LONG, agent.notifications_settled()).await.expect("all are acknowledged");
    assert_eq!(agent.notification_counters().acknowledged(), 200);
    // Nothing to wait for.
    timeout(LONG, agent.notifications_settled()).await.expect("at once");
}

/// 10,000 notifications to a receiver that says nothing: the rest is dropped and counted, others get theirs, and nothing
/// is left when the agent goes.
#[tokio::test]
async fn ten_thousand_to_a_slow_receiver() {
    let (_socket, slow) = silent().await;
    let (mut listener, address) = listener().await;
    let limits = Limits { in_flight: 8, queued: 500, ..Limits::default() };
    let sinks = [Sink::inform(slow, "traps").timeout(LONG), Sink::inform(address, "traps").timeout(LONG)];
    let builder = sinks.into_iter().fold(builder(), |builder, sink| builder.sink(sink));
    let agent = builder.notification_limits(limits).bind("127.0.0.1:0").await.expect("loopback");
    let counters = Arc::clone(agent.notification_counters());
    for number in 0..10_000_u32 {
        agent.queue_event(&event(&number.to_string()));
        if number % 100 == 99 {
            for _ in 0..100 {
                next(&mut listener).await;
            }
        }
    }
    while counters.acknowledged() < 10_000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(counters.dropped(), 10_000 - 508);
    let report = agent.notify_event(&event("more")).await;
    assert!(matches!(report.deliveries()[0].result, Err(NotifyError::QueueFull { .. })), "{report:?}");
    drop(agent);
}

/// A receiver over TCP that nobody listens at fails by itself; one that never accepts delays nobody.
#[tokio::test]
async fn connections_that_come_to_nothing() {
    let (mut listener, address) = listener().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let closed = TransportAddress::Tcp(closed.expect("loopback"));
    let agent = agent([
        Sink::v2c(closed.clone(), "traps"),
        Sink::inform(closed, "traps"),
        Sink::v2c(address, "traps"),
    ])
    .await;
    let report = agent.notify_event(&event("attic")).await;
    let results: Vec<_> = report.deliveries().iter().map(|one| (&one.target, &one.result)).collect();
    let refused =
        results.iter().filter(|(_, result)| matches!(result, Err(NotifyError::Socket { .. }))).count();
    assert_eq!(refused, 2, "{results:?}");
    assert_eq!(text(&next(&mut listener).await), "attic");
}

/// V7: a sink in the name of a user of the agent sees what the user's grant shows. Sinks of others see everything.
#[tokio::test]
async fn the_view_of_a_user() {
    let (mut listener, address) = listener().await;
    let operator = user("operator", Level::AuthPriv);
    let grant = Grant::read_only().view([
        oid("1.3.6.1.2.1.1"),
        oid("1.3.6.1.6.3.1.1"),
        oid("1.3.6.1.4.1.9999.0"),
        oid("1.3.6.1.4.1.9999.1.1"),
    ]);
    let builder = builder().user(Account::new(operator.clone(), grant));
    let own = Sink::v3_trap(address, operator.clone());
    let other = Sink::v3_inform(address, user("signer", Level::AuthNoPriv)).context_name("vlan-7");
    let agent = builder.sink(own.clone()).sink(other).bind("127.0.0.1:0").await.expect("loopback");
    let secret = event("attic").varbinds([VarBind::new(oid("1.3.6.1.4.1.9999.1.2.0"), 7)]);
    for (event, arrives) in [(event("attic"), 2), (secret.clone(), 1)] {
        let report = agent.notify_event(&event).await;
        let good = report.deliveries().iter().filter(|one| one.result.is_ok()).count();
        assert_eq!(good, arrives, "{report:?}");
        for _ in 0..arrives {
            next(&mut listener).await;
        }
    }
    // The same for a receiver that the application names.
    agent.notify_event_to(&own, &event("cellar")).await.expect("shown");
    let hidden = agent.notify_event_to(&own, &secret).await;
    let name = oid("1.3.6.1.4.1.9999.1.2.0");
    assert!(matches!(&hidden, Err(NotifyError::Hidden { name: found, .. }) if *found == name), "{hidden:?}");
    let community = Sink::v2c(address, "traps");
    agent.notify_event_to(&community, &secret).await.expect("no entry is about it");
    // Access control can change.
    agent.vacm().edit(|tables| tables.remove_group(Model::USM, b"signer"));
    let report = agent.notify_event(&event("attic")).await;
    let refused = &report.deliveries()[0].result;
    assert!(matches!(refused, Err(NotifyError::NoView { .. })), "{report:?}");
}

/// Shows notifications only to those with this security name.
struct Only(&'static [u8]);

impl AccessControl for Only {
    fn view(&self, principal: &Principal<'_>, _: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        match kind {
            ViewType::Notify if principal.security_name == self.0 => Ok(Arc::new(View::everything())),
            _ => Err(Refusal::NoSuchView),
        }
    }
}

/// V7: an application's own access control decides about all.
#[tokio::test]
async fn access_control_of_ones_own() {
    let (mut listener, address) = listener().await;
    let sinks = [Sink::v2c(address, "traps"), Sink::v3_inform(address, user("guest", Level::NoAuthNoPriv))];
    let builder = sinks.into_iter().fold(builder(), |builder, sink| builder.sink(sink));
    let agent = builder.access_control(Only(b"guest")).bind("127.0.0.1:0").await.expect("loopback");
    let report = agent.notify_event(&event("attic")).await;
    assert_eq!(report.deliveries().iter().filter(|one| one.result.is_ok()).count(), 1, "{report:?}");
    assert!(next(&mut listener).await.is_inform);
    let refused = agent.notify_event_to(&Sink::v2c(address, "traps"), &event("attic")).await;
    assert!(matches!(refused, Err(NotifyError::NoView { refusal: Refusal::NoSuchView, .. })), "{refused:?}");
}

/// Rows can be added while the agent runs, and tables can be shared between agents.
#[tokio::test]
async fn tables_change() {
    let (mut listener, address) = listener().await;
    let targets = Arc::new(Targets::new());
    let agent = builder().targets(Arc::clone(&targets)).bind("127.0.0.1:0").await.expect("loopback");
    assert_eq!(agent.notify_event(&event("nobody")).await.deliveries().len(), 0);
    agent.targets().edit(|tables| {
        let tag_list = TagList::new("noc").expect("a tag");
        let row = TargetAddress { tag_list, ..TargetAddress::new(address, "guest") };
        tables.set_address("collector", row).expect("a row");
        let params = TargetParams {
            mp_model: MpModel::V3,
            security_model: Model::USM,
            security_name: "guest".into(),
            security_level: Level::NoAuthNoPriv,
        };
        tables.set_params("guest", params).expect("a row");
        let guest = user("guest", Level::NoAuthNoPriv);
        let credentials = mibc_runtime::usm::Credentials::new(&guest, &Default::default()).expect("a user");
        tables.set_user(None, credentials);
        let tag = Tag::new("noc").expect("a tag");
        tables.set_notify("all", Notify { tag, notify_type: NotifyType::Inform }).expect("a row");
    });
    // Rows of targets give no view.
    let report = agent.notify_event(&event("attic")).await;
    let refusal = Refusal::NoGroupName;
    assert!(
        matches!(&report.deliveries()[0].result, Err(NotifyError::NoView { refusal: found, .. }) if *found == refusal),
        "{report:?}"
    );
    agent.vacm().edit(|tables| {
        let group = tables.group(Model::V2C, b"community-1").expect("the community's").to_vec();
        tables.set_group(Model::USM, "guest", group);
    });
    let report = agent.notify_event(&event("attic")).await;
    assert_eq!(report.deliveries()[0].target, b"collector");
    report.into_result().expect("acknowledged");
    assert_eq!(text(&next(&mut listener).await), "attic");
}

/// N4: authenticationFailure only when it is enabled, and one for many messages of one source.
#[tokio::test]
async fn authentication_failures() {
    let (mut listener, address) = listener().await;
    let builder = builder().user(Account::read_only(user("operator", Level::AuthPriv)));
    let agent = builder.sink(Sink::v2c(address, "traps")).bind("127.0.0.1:0").await.expect("loopback");
    let _running = agent.spawn();
    let (client, _) = silent().await;
    let get = |community: &str| {
        let header = PduHeader::new(PduKind::Get, 1);
        let body = OwnedBody::Pdu(Pdu { header, varbinds: vec![VarBind::unspecified(oid("1.3.6.1"))] });
        let mut writer = mibc_runtime::ber::Writer::new();
        Message { version: Version::V2c, community: community.into(), body }.write(&mut writer);
        writer.finish().expect("it fits").to_vec()
    };
    let wrong = get("wrong");
    let count = |agent: &Agent| agent.counters().bad_community_names();
    let send_wrong = async |times: u32| {
        let before = count(&agent);
        for _ in 0..times {
            client.send_to(&wrong, agent.local_addr()).await.expect("loopback");
        }
        let begun = Instant::now();
        while count(&agent) < before + times {
            assert!(begun.elapsed() < LONG, "only {} of {times} came", count(&agent) - before);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(!agent.authentication_traps());
    send_wrong(3).await;
    assert_eq!(agent.notification_counters().sent(), 0);
    agent.enable_authentication_traps(true);
    send_wrong(1).await;
    let received = next(&mut listener).await;
    assert_eq!(received.trap_oid, Some(oid(AUTHENTICATION_FAILURE)));
    // The limit is by time, so a slow machine may see another one; never one for each.
    send_wrong(50).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    let sent = agent.notification_counters().sent();
    assert!(sent < 25, "{sent}");
    // Good messages do not cause one.
    let before = agent.counters().in_pkts();
    client.send_to(&get("public"), agent.local_addr()).await.expect("loopback");
    receive(&client).await;
    assert!(agent.counters().in_pkts() > before);
    // Whoever answers requests elsewhere can tell the agent.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let before = agent.notification_counters().sent();
    let from = TransportAddress::Udp(SocketAddr::from(([198, 51, 100, 1], 1_000)));
    agent.authentication_failed(AuthenticationFailure::WrongDigest, &from);
    agent.notifications_settled().await;
    assert_eq!(agent.notification_counters().sent(), before + 1);
}

/// N4: a message of SNMPv3 with a wrong digest, and one of an unknown user, are not authentic; the question for the engine
/// ID is nothing of that kind.
#[cfg(feature = "manager")]
#[tokio::test]
async fn authentication_failures_of_users() {
    use mibc_runtime::manager::{Manager, Target};
    let (mut listener, address) = listener().await;
    let builder = builder().user(Account::read_only(user("operator", Level::AuthPriv)));
    let agent = builder.sink(Sink::v2c(address, "traps")).bind("127.0.0.1:0").await.expect("loopback");
    let _running = agent.spawn();
    agent.enable_authentication_traps(true);
    let manager = Manager::bind().await.expect("loopback");
    let ask = async |user: User| {
        let target = Target::v3(agent.local_addr(), user).timeout(LONG).retries(0);
        manager.target(target).get_oids(&[oid("1.3.6.1.2.1.1.1.0")]).await.map(drop)
    };
    let _ = ask(user("operator", Level::AuthPriv)).await;
    agent.notifications_settled().await;
    assert_eq!(agent.notification_counters().sent(), 0);
    let forged = User::new("operator").auth(Auth::Sha256, "another passphrase");
    assert!(ask(forged).await.is_err());
    assert_eq!(next(&mut listener).await.trap_oid, Some(oid(AUTHENTICATION_FAILURE)));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(ask(user("nobody", Level::AuthPriv)).await.is_err());
    assert_eq!(next(&mut listener).await.trap_oid, Some(oid(AUTHENTICATION_FAILURE)));
}

/// N4: coldStart by a new engine, warmStart by one that has started before.
#[tokio::test]
async fn starts() {
    let (mut listener, address) = listener().await;
    let folder = tempfile::tempdir().expect("a folder");
    for (expected, trap_oid) in [(Start::Cold, "1.3.6.1.6.3.1.1.5.1"), (Start::Warm, "1.3.6.1.6.3.1.1.5.2")] {
        let store = FileStore::new(folder.path().join("engine"));
        let builder = builder().engine_store(store).sink(Sink::v2c(address, "traps"));
        let agent = builder.bind("127.0.0.1:0").await.expect("loopback");
        assert_eq!(agent.start(), expected);
        agent.notify_start();
        assert_eq!(next(&mut listener).await.trap_oid, Some(oid(trap_oid)));
    }
    assert_eq!(agent([]).await.start(), Start::Cold, "nothing is kept");
}

/// The runtime in which the agent was bound has ended: whoever waits is told, and so is whoever comes later.
#[test]
fn a_runtime_that_has_ended() {
    let runtime = || {
        let builder = &mut tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().expect("a runtime")
    };
    let (first, second) = (runtime(), runtime());
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    silent.set_read_timeout(Some(LONG)).expect("it can");
    let sink = Sink::inform(silent.local_addr().expect("bound"), "traps").timeout(LONG);
    let (used, unused) = first.block_on(async { (agent([sink.clone()]).await, agent([sink]).await) });
    let waiting = second.spawn({
        let agent = used.clone();
        async move { agent.notify_event(&event("attic")).await.into_result() }
    });
    silent.recv(&mut [0; 1_500]).expect("the inform is on its way");
    first.shutdown_timeout(LONG);
    let waiting =
        second.block_on(async { timeout(LONG, waiting).await.expect("it ends").expect("no panic") });
    let again = |agent: &Agent| {
        let agent = agent.clone();
        second.block_on(async move {
            timeout(LONG, agent.notify_event(&event("attic"))).await.expect("it ends").into_result()
        })
    };
    for result in [waiting, again(&used)] {
        assert!(matches!(result, Err(NotifyError::Ended)), "{result:?}");
    }
    // It cannot even open a socket.
    let result = again(&unused);
    assert!(matches!(result, Err(NotifyError::Ended | NotifyError::Socket { .. })), "{result:?}");
    used.queue_event(&event("attic"));
    second
        .block_on(async { timeout(LONG, used.notifications_settled()).await.expect("nothing to wait for") });
}
