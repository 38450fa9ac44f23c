//! One process, all roles, one socket.
#![cfg(all(feature = "manager", feature = "agent", feature = "listener", feature = "usm"))]

use std::time::Duration;

use mibc_runtime::agent::{Account, Agent, Community, Sink};
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::message::Version;
use mibc_runtime::meta::Meta;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::typed::{Module, Scalar, access};
use mibc_runtime::usm::User;
use mibc_runtime::value::{OctetString, VarBind};
use mibc_runtime::whole::Entity;
use mibc_test_support::v3::operator;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const SYS_NAME: Scalar<Mib, OctetString, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
const SYS_CONTACT: Scalar<Mib, OctetString, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 4]);

/// An entity with a name, as all three.
struct Node {
    entity: Entity,
    agent: Agent,
    manager: Manager,
    listener: Listener,
    _running: mibc_runtime::agent::Running,
}

impl Node {
    async fn new(name: &'static str) -> Self {
        let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
        let agent =
            Agent::builder().community(Community::read_only("public")).user(Account::read_only(operator()));
        let agent = entity.agent(agent).expect("an agent");
        agent.serve(SYS_NAME, move || name.into());
        agent.serve_async(SYS_CONTACT, move || async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            name.into()
        });
        let listener = Listener::builder().community("traps").user(operator());
        let listener = entity.listener(listener).expect("a listener");
        let running = agent.spawn();
        Self { manager: entity.manager(), entity, agent, listener, _running: running }
    }

    fn address(&self) -> TransportAddress {
        TransportAddress::Udp(self.entity.local_addr())
    }

    async fn next(&mut self) -> ReceivedNotification {
        timeout(LONG, self.listener.next()).await.expect("in time").expect("a notification")
    }
}

fn event(number: u32) -> Event {
    let text = format!("{number}");
    Event::new(oid("1.3.6.1.4.1.9999.0.7"))
        .varbinds([VarBind::new(oid("1.3.6.1.4.1.9999.1.1.0"), text.as_str())])
}

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

fn targets(address: std::net::SocketAddr) -> [Target; 3] {
    [Target::v1(address, "public"), Target::v2c(address, "public"), Target::v3(address, operator())]
}

/// Who tells, and how.
fn sinks(to: &TransportAddress, user: &User) -> [(Sink, Version, bool); 5] {
    [
        (Sink::v1(to.clone(), "traps"), Version::V1, false),
        (Sink::v2c(to.clone(), "traps"), Version::V2c, false),
        (Sink::inform(to.clone(), "traps"), Version::V2c, true),
        (Sink::v3_trap(to.clone(), user.clone()), Version::V3, false),
        (Sink::v3_inform(to.clone(), user.clone()), Version::V3, true),
    ]
}

async fn poll(manager: &Manager, address: std::net::SocketAddr, name: &str, rounds: usize) {
    for _ in 0..rounds {
        for target in targets(address) {
            let session = manager.target(target);
            assert_eq!(session.get(SYS_NAME).await.expect("an answer"), OctetString::from(name));
            assert_eq!(session.get(SYS_CONTACT).await.expect("a late answer"), OctetString::from(name));
        }
    }
}

/// A manager that polls a peer, while the agent of the same socket answers another manager, and traps and informs are
/// received and acknowledged, in every version.
#[tokio::test]
async fn all_roles_at_once() {
    const ROUNDS: usize = 20;
    let mut node = Node::new("node").await;
    let peer = Agent::builder()
        .community(Community::read_only("public"))
        .user(Account::read_only(operator()))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    peer.serve(SYS_NAME, || "peer".into());
    peer.serve(SYS_CONTACT, || "peer".into());
    let _running = peer.spawn();
    let (here, there) = (node.entity.local_addr(), peer.local_addr());
    let own = node.manager.clone();
    let polls = tokio::spawn(async move { poll(&own, there, "peer", ROUNDS).await });
    let other = Manager::bind().await.expect("sockets");
    let asked = tokio::spawn(async move { poll(&other, here, "node", ROUNDS).await });
    let to = node.address();
    let told = tokio::spawn(async move {
        for round in 0..ROUNDS as u32 {
            for (sink, _, _) in sinks(&to, &operator()) {
                peer.notify_event_to(&sink, &event(round)).await.expect("it gets there");
            }
        }
    });
    let mut counts = [0; 5];
    for _ in 0..ROUNDS * counts.len() {
        let heard = node.next().await;
        let place = match (heard.version, heard.is_inform, &heard.sender) {
            (Version::V1, false, Sender::Community(_)) => 0,
            (Version::V2c, false, Sender::Community(_)) => 1,
            (Version::V2c, true, Sender::Community(_)) => 2,
            (Version::V3, false, Sender::User(_)) => 3,
            (Version::V3, true, Sender::User(_)) => 4,
            other => panic!("{other:?}"),
        };
        counts[place] += 1;
    }
    assert_eq!(counts, [ROUNDS; 5]);
    timeout(LONG, async { (polls.await, asked.await, told.await) })
        .await
        .map(|(polls, asked, told)| {
            polls.expect("the peer answers");
            asked.expect("the node answers");
            told.expect("the node listens");
        })
        .expect("in time");
    assert_eq!(node.manager.local_addrs().find(|address| address.is_ipv4()), Some(here), "one socket");
    assert_eq!(node.entity.counters().unknown_pdu_handlers(), 0);
    assert_eq!(node.manager.outstanding(), 0);
}

/// Two entities are peers of each other in everything, and each of itself.
#[tokio::test]
async fn with_another_and_with_itself() {
    let mut nodes = [Node::new("first").await, Node::new("second").await];
    let addresses: Vec<_> = nodes.iter().map(|node| node.entity.local_addr()).collect();
    for node in &nodes {
        for (address, name) in addresses.iter().zip(["first", "second"]) {
            poll(&node.manager, *address, name, 2).await;
            let to = TransportAddress::Udp(*address);
            for (number, (sink, _, _)) in (0..).zip(sinks(&to, &operator())) {
                node.agent.notify_event_to(&sink, &event(number)).await.expect("it gets there");
            }
            // An inform from the shared socket is in the same table as the requests.
            for target in [Target::v2c(*address, "traps"), Target::v3(*address, operator())] {
                let varbinds = mibc_runtime::trap_sender::notification(
                    mibc_runtime::value::TimeTicks(7),
                    oid("1.3.6.1.4.1.9999.0.8"),
                    [],
                )
                .expect("valid names");
                node.manager.target(target).inform(&varbinds).await.expect("it is acknowledged");
            }
        }
    }
    for node in &mut nodes {
        for _ in 0..2 * 7 {
            node.next().await;
        }
        assert!(node.listener.try_next().is_none());
    }
}

/// An agent answers while it runs, a listener hears while it is there, and the socket is free when all have gone.
#[tokio::test]
async fn roles_come_and_go() {
    let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
    let address = entity.local_addr();
    let manager = Manager::bind().await.expect("sockets");
    let target =
        || Target::v2c(address, "public").timeout(Duration::from_millis(100)).retries(0).breaker(None);
    assert!(manager.target(target()).get(SYS_NAME).await.is_err(), "nobody answers yet");
    assert_eq!(entity.counters().unknown_pdu_handlers(), 1);
    let agent = entity.agent(Agent::builder().community(Community::read_only("public"))).expect("an agent");
    agent.serve(SYS_NAME, || "here".into());
    assert!(manager.target(target()).get(SYS_NAME).await.is_err(), "it does not run yet");
    let running = agent.spawn();
    let patient = || Target::v2c(address, "public");
    assert_eq!(manager.target(patient()).get(SYS_NAME).await.expect("an answer"), OctetString::from("here"));
    running.stop().await.expect("it stops");
    assert!(manager.target(target()).get(SYS_NAME).await.is_err(), "it has stopped");
    let mut listener = entity.listener(Listener::builder().community("traps")).expect("a listener");
    agent.notify_event_to(&Sink::inform(address, "traps"), &event(1)).await.expect("acknowledged");
    listener.finish();
    assert!(timeout(LONG, listener.next()).await.expect("in time").is_some());
    let own = entity.manager();
    drop((entity, agent, listener));
    // The manager is left.
    let peer = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    peer.serve(SYS_NAME, || "peer".into());
    let _running = peer.spawn();
    let found = own.target(Target::v2c(peer.local_addr(), "public")).get(SYS_NAME).await.expect("an answer");
    assert_eq!(found, OctetString::from("peer"));
    drop(own);
    timeout(LONG, async {
        while Entity::bind(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the address is free");
}

/// Notifications of every version leave by the socket that everything comes to, from the entity's own engine. Informs are among
/// the exchanges of its manager.
#[tokio::test]
async fn notifications_leave_by_the_shared_socket() {
    let node = Node::new("node").await;
    let listener = Listener::builder().community("traps").user(operator()).bind("127.0.0.1:0").await;
    let mut listener = listener.expect("loopback");
    let to = TransportAddress::Udp(listener.local_addr());
    for (number, (sink, version, is_inform)) in (0..).zip(sinks(&to, &operator())) {
        node.agent.notify_event_to(&sink, &event(number)).await.expect("it gets there");
        let heard = timeout(LONG, listener.next()).await.expect("in time").expect("a notification");
        assert_eq!((heard.version, heard.is_inform), (version, is_inform));
        assert_eq!(heard.source, node.address());
        if let (Sender::User(sender), false) = (&heard.sender, is_inform) {
            assert_eq!(sender.engine_id, node.entity.engine_id());
        }
    }
    assert_eq!(node.manager.outstanding(), 0);
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let to = silent.local_addr().expect("bound");
    let agent = node.agent.clone();
    let waits = tokio::spawn(async move {
        agent.notify_event_to(&Sink::inform(to, "traps").timeout(LONG), &event(9)).await
    });
    let mut buffer = [0; 2_048];
    let (_, from) = timeout(LONG, silent.recv_from(&mut buffer)).await.expect("in time").expect("loopback");
    assert_eq!((from, node.manager.outstanding()), (node.entity.local_addr(), 1));
    // An entity whose manager is stopped goes on telling, by another socket.
    node.manager.stop();
    let ended = waits.await.expect("no panic");
    assert!(matches!(ended, Err(mibc_runtime::agent::NotifyError::Socket { .. })), "{ended:?}");
    let to = TransportAddress::Udp(listener.local_addr());
    for (number, (sink, ..)) in (20..).zip(sinks(&to, &operator())) {
        node.agent.notify_event_to(&sink, &event(number)).await.expect("it gets there");
        let heard = timeout(LONG, listener.next()).await.expect("in time").expect("a notification");
        assert_ne!(heard.source, node.address());
    }
}

/// What has no room in the queue is counted, and of it no inform is acknowledged.
#[tokio::test]
async fn what_is_lost_is_counted() {
    let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
    let builder = Listener::builder().community("traps").user(operator()).queue(1);
    let mut listener = entity.listener(builder).expect("a listener");
    let peer = Agent::builder()
        .community(Community::read_only("public"))
        .sink(Sink::v3_trap(entity.local_addr(), operator()))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let to = TransportAddress::Udp(entity.local_addr());
    peer.notify_event_to(&Sink::inform(to.clone(), "traps"), &event(0)).await.expect("acknowledged");
    assert_eq!(listener.overflows(), 0);
    let all = sinks(&to, &operator());
    let mut lost = 0;
    for (number, (sink, _, is_inform)) in (1..).zip(&all) {
        let sink = sink.clone().timeout(Duration::from_millis(300)).retries(0);
        let told = peer.notify_event_to(&sink, &event(number)).await;
        assert_eq!(told.is_err(), *is_inform, "{told:?}");
        lost += 1;
        timeout(LONG, async {
            while listener.overflows() < lost {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("it is counted");
    }
    assert_eq!(listener.overflows(), lost);
    let first = timeout(LONG, listener.next()).await.expect("in time").expect("a notification");
    assert_eq!(first.varbinds, event(0).all_varbinds(first.up_time.expect("a time"))[2..]);
    assert!(listener.try_next().is_none(), "the others are lost");
    // There is room again.
    for (number, (sink, ..)) in (1..).zip(&all) {
        peer.notify_event_to(sink, &event(number)).await.expect("it gets there");
        assert!(timeout(LONG, listener.next()).await.expect("in time").is_some());
    }
    assert_eq!(listener.overflows(), lost);
}

/// Traps that nobody fetches do not keep requests waiting; informs are not acknowledged before there is room.
#[tokio::test]
async fn a_full_queue() {
    let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
    let mut listener = entity.listener(Listener::builder().community("traps").queue(1)).expect("a listener");
    let agent = entity.agent(Agent::builder().community(Community::read_only("public"))).expect("an agent");
    agent.serve(SYS_NAME, || "here".into());
    let _running = agent.spawn();
    let to = TransportAddress::Udp(entity.local_addr());
    agent.notify_event_to(&Sink::inform(to.clone(), "traps"), &event(1)).await.expect("acknowledged");
    let late = Sink::inform(to.clone(), "traps").timeout(Duration::from_millis(100)).retries(20);
    let telling = agent.clone();
    let second = tokio::spawn(async move { telling.notify_event_to(&late, &event(2)).await });
    let manager = Manager::bind().await.expect("sockets");
    let session = manager.target(Target::v2c(entity.local_addr(), "public"));
    assert_eq!(session.get(SYS_NAME).await.expect("an answer"), OctetString::from("here"));
    assert!(!second.is_finished());
    for _ in 0..2 {
        timeout(LONG, listener.next()).await.expect("in time").expect("a notification");
    }
    second.await.expect("no panic").expect("acknowledged at last");
}
