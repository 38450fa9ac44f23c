//! Nodes that are manager, agent and listener at once, on a network and with a clock that the tests make.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::manager::Waiting;
use super::{Arrival, Dispatched, Dispatcher};
use crate::agent::{Account, Community, Grant, Responder};
use crate::ber::{MAX_MESSAGE, Rules};
use crate::engine::{Counters, Dropped, Engine, ExchangeId, Outcome, Peer, Random, Report, Retry, V3Peer};
use crate::entity::Retrieval;
use crate::listener::{ReceivedNotification, Receiver};
use crate::message::{Decoder, ErrorStatus, Level, PduHeader, PduKind, Version};
use crate::meta::Meta;
use crate::oid::Oid;
use crate::security::{Authority, Buffers};
use crate::typed::{Module, Scalar, access};
use crate::usm::{Auth, Credentials, EngineId, KeyCache, Privacy, Secret, User};
use crate::value::{OctetString, TimeTicks, Value, VarBind};
use mibc_test_support::Xorshift;

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const SYS_NAME: Scalar<Mib, OctetString, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
const NAME: &str = "1.3.6.1.2.1.1.5.0";

struct Numbers(Xorshift);

impl Random for Numbers {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }
}

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// A user whose keys cost no stretching.
fn operator() -> User {
    let master = Secret::master(vec![0x5a; Auth::Sha256.key_len()]);
    User::new("operator").auth(Auth::Sha256, master.clone()).privacy(Privacy::Aes128, master)
}

fn credentials(user: &User) -> Credentials {
    Credentials::new(user, &KeyCache::new()).expect("a good user")
}

fn link_down() -> Vec<VarBind> {
    vec![
        VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4_200)),
        VarBind::new(oid("1.3.6.1.6.3.1.1.4.1.0"), oid("1.3.6.1.6.3.1.1.5.3")),
    ]
}

fn retry() -> Retry {
    Retry { timeout: Duration::from_secs(1), retries: 5, steady: true }
}

struct Node {
    address: u16,
    engine: Engine<u16, Numbers>,
    authority: Arc<Authority>,
    responder: Responder,
    receiver: Receiver<u16>,
    buffers: Buffers,
    retrieval: Retrieval,
    counters: Arc<Counters>,
    heard: Vec<ReceivedNotification<u16>>,
}

/// What has come of a message besides what is sent back.
#[derive(Debug, PartialEq)]
enum Came {
    Response(ExchangeId),
    Request,
    Notification,
    Report(Report),
}

impl Node {
    /// Nodes with one seed hit upon the same request-ids and msgIDs.
    fn new(address: u16, seed: u64, started: Instant) -> Self {
        let engine_id = EngineId::from_text(32_473, &format!("node {address}")).expect("a good engine ID");
        let authority = Arc::new(Authority::new(engine_id, 3, started, u64::from(address), []));
        let accounts = [Account::read_only(operator()), Account::new(User::new("guest"), Grant::read_only())];
        let responder = Responder::new([Community::read_only("public")], MAX_MESSAGE);
        let responder = responder.of_engine(Arc::clone(&authority), &accounts).expect("good users");
        responder.serve(SYS_NAME, move || format!("node {address}").as_str().into());
        let users = vec![(credentials(&operator()), Level::AuthPriv)];
        let receiver =
            Receiver::new([b"traps".to_vec()], seed).of_engine(Arc::clone(&authority), users, None);
        Self {
            address,
            engine: Engine::new(Numbers(Xorshift(seed)), Rules::Lenient),
            authority,
            responder,
            receiver,
            buffers: Buffers::new(Decoder::for_all()),
            retrieval: Retrieval::default(),
            counters: Arc::default(),
            heard: Vec::new(),
        }
    }

    fn take(&mut self, now: Instant, from: u16, octets: &[u8]) -> (Result<Came, Dropped>, Option<Vec<u8>>) {
        let mut dispatcher = Dispatcher {
            counters: &self.counters,
            engine: Some(&*self.authority),
            limit: MAX_MESSAGE,
            responses: Waiting { exchanges: &mut self.engine.exchanges, from },
            requests: self.responder.answering(&mut self.retrieval),
            notifications: self.receiver.hearing(&from, true),
        };
        let dispatched = dispatcher.dispatch(Arrival::new(now, octets).from(&from), &mut self.buffers);
        let mut replied = true;
        let came = dispatched.map(|dispatched| match dispatched {
            Dispatched::Response(id) => {
                replied = false;
                Came::Response(id)
            }
            Dispatched::Request(waits) => {
                assert!(waits.is_none(), "nothing waits here");
                Came::Request
            }
            Dispatched::Notification(done) => {
                replied = done.replied;
                self.heard.extend(done.notification);
                Came::Notification
            }
            Dispatched::Report(report) => Came::Report(report),
        });
        let reply =
            (came.is_ok() && replied).then(|| self.buffers.writer.finish().expect("it fits").to_vec());
        (came, reply)
    }

    /// Asks another node for its name, or tells it that a link is down.
    fn start(&mut self, now: Instant, to: u16, kind: PduKind, version: Version, user: &User) -> ExchangeId {
        let header = PduHeader::new(kind, 0);
        let varbinds = if kind == PduKind::Get { vec![VarBind::unspecified(oid(NAME))] } else { link_down() };
        let varbinds = varbinds.iter().map(VarBind::as_ref);
        let begun = match version {
            Version::V3 => {
                let peer = Arc::new(V3Peer::new(to, credentials(user), retry()));
                self.engine.start_v3(now, &peer, header, varbinds)
            }
            version => {
                let community = if kind == PduKind::Get { b"public".to_vec() } else { b"traps".to_vec() };
                let (retry, rules) = (retry(), Rules::Lenient);
                let (any_source, any_community) = (false, false);
                let address = to;
                let max_message = crate::ber::MAX_MESSAGE as u16;
                let peer = Peer {
                    address,
                    version,
                    community,
                    retry,
                    any_source,
                    any_community,
                    rules,
                    max_message,
                };
                self.engine.start(now, &peer, header, varbinds)
            }
        };
        begun.expect("room")
    }
}

/// Whom a datagram goes to, from whom, and what it says.
type Datagram = (u16, u16, Vec<u8>);

/// Carries datagrams until there are none, and lets time go on until no exchange waits. `lost` says of each datagram how
/// often it arrives.
fn run(nodes: &mut [Node], now: &mut Instant, mut copies: impl FnMut() -> usize) {
    let mut under_way: VecDeque<Datagram> = VecDeque::new();
    loop {
        for node in nodes.iter_mut() {
            while let Some(transmit) = node.engine.poll_transmit() {
                under_way.push_back((transmit.to, node.address, transmit.datagram.to_vec()));
            }
        }
        if let Some((to, from, octets)) = under_way.pop_front() {
            for _ in 0..copies() {
                let Some(node) = nodes.iter_mut().find(|node| node.address == to) else { continue };
                if let (_, Some(reply)) = node.take(*now, from, &octets) {
                    under_way.push_back((from, to, reply));
                }
            }
            continue;
        }
        let due = nodes.iter().filter_map(|node| node.engine.poll_timeout()).min();
        let Some(due) = due.filter(|_| nodes.iter_mut().any(|node| node.engine.exchanges.waits())) else {
            return;
        };
        *now = due.max(*now);
        nodes.iter_mut().for_each(|node| node.engine.handle_timeout(*now));
    }
}

fn answer(node: &mut Node, id: ExchangeId) -> Vec<VarBind> {
    match node.engine.take(id) {
        Some(Outcome::Response(response)) => {
            assert_eq!(response.error_status, ErrorStatus::NO_ERROR);
            response.varbinds().iter().map(|varbind| varbind.to_varbind()).collect()
        }
        other => panic!("a response, not {other:?}"),
    }
}

fn name_of(address: u16) -> Vec<VarBind> {
    vec![VarBind::new(oid(NAME), Value::from(format!("node {address}").as_str()))]
}

/// Three nodes ask and tell each other and themselves, over a network that loses and doubles. They have one seed, so
/// that the IDs of what they send to each other are the same.
#[test]
fn everybody_is_everything() {
    for seed in 1..=20_u64 {
        let mut now = Instant::now();
        let mut nodes: Vec<Node> = (1..=3).map(|address| Node::new(address, seed, now)).collect();
        now += Duration::from_secs(1_000);
        let mut begun = Vec::new();
        for (place, node) in nodes.iter_mut().enumerate() {
            for to in 1..=3 {
                for version in [Version::V2c, Version::V3] {
                    for kind in [PduKind::Get, PduKind::Inform] {
                        let id = node.start(now, to, kind, version, &operator());
                        begun.push((place, to, kind, id));
                    }
                }
            }
        }
        let mut network = Xorshift(seed + 1_000);
        run(&mut nodes, &mut now, || match network.next_u32() % 16 {
            0 => 0,
            1 => 2,
            _ => 1,
        });
        for (place, to, kind, id) in begun {
            let expected = if kind == PduKind::Get { name_of(to) } else { link_down() };
            assert_eq!(answer(&mut nodes[place], id), expected, "seed {seed}, {place} to {to}, {kind:?}");
        }
        for node in &nodes {
            // From each node one inform in each version, and none twice.
            assert_eq!(node.heard.len(), 6, "seed {seed}, node {}", node.address);
        }
    }
}

/// A request and an inform from the very peer that an exchange of ours waits for, with its request-id and msgID.
#[test]
fn colliding_ids() {
    let mut now = Instant::now();
    let mut pair = [Node::new(1, 7, now), Node::new(2, 7, now)];
    now += Duration::from_secs(1_000);
    for version in [Version::V2c, Version::V3] {
        for kind in [PduKind::Get, PduKind::Inform] {
            let mine = pair[0].start(now, 2, PduKind::Get, version, &operator());
            let theirs = pair[1].start(now, 1, kind, version, &operator());
            run(&mut pair, &mut now, || 1);
            assert_eq!(answer(&mut pair[0], mine), name_of(2));
            let expected = if kind == PduKind::Get { name_of(1) } else { link_down() };
            assert_eq!(answer(&mut pair[1], theirs), expected, "{version:?} {kind:?}");
        }
    }
    assert_eq!((pair[0].heard.len(), pair[1].heard.len()), (2, 0));
    // Nothing was taken for what it is not.
    for node in &pair {
        let reports = node.counters.reports();
        assert_eq!((reports.get(Report::WrongDigest), reports.get(Report::UnknownUser)), (0, 0));
        assert_eq!(node.counters.unknown_pdu_handlers(), 0);
    }
}

#[test]
fn a_response_from_a_wrong_source() {
    for version in [Version::V2c, Version::V3] {
        let mut now = Instant::now();
        let (mut asking, mut asked) = (Node::new(1, 1, now), Node::new(2, 2, now));
        now += Duration::from_secs(1_000);
        let id = asking.start(now, 2, PduKind::Get, version, &operator());
        let question = asking.engine.poll_transmit().expect("a request").datagram.to_vec();
        let (_, reply) = asked.take(now, 1, &question);
        let reply = reply.expect("an answer");
        assert_eq!(asking.take(now, 3, &reply), (Err(Dropped::WrongSource(id)), None));
        assert_eq!(asking.take(now, 2, &reply), (Ok(Came::Response(id)), None));
        // It is too late for another one.
        if version == Version::V2c {
            assert_eq!(asking.take(now, 2, &reply), (Err(Dropped::UnknownRequest), None));
        }
    }
}

/// Requests and informs are answered with Reports, traps are not, and a Report is for who has asked.
#[test]
fn reports() {
    let mut now = Instant::now();
    let stranger = {
        let master = Secret::master(vec![0x11; Auth::Sha256.key_len()]);
        User::new("stranger").auth(Auth::Sha256, master)
    };
    let mut pair = [Node::new(1, 5, now), Node::new(2, 6, now)];
    now += Duration::from_secs(1_000);
    for kind in [PduKind::Get, PduKind::Inform] {
        let id = pair[0].start(now, 2, kind, Version::V3, &stranger);
        run(&mut pair, &mut now, || 1);
        match pair[0].engine.take(id) {
            Some(Outcome::Refused { report: Report::UnknownUser, .. }) => {}
            other => panic!("{kind:?}: {other:?}"),
        }
    }
    let reports = pair[1].counters.reports();
    assert_eq!((reports.get(Report::UnknownUser), reports.get(Report::UnknownEngineId)), (2, 2));
    // A guest may ask, and is not listened to.
    let guest = User::new("guest");
    let id = pair[0].start(now, 2, PduKind::Get, Version::V3, &guest);
    run(&mut pair, &mut now, || 1);
    assert_eq!(answer(&mut pair[0], id), name_of(2));
    let id = pair[0].start(now, 2, PduKind::Inform, Version::V3, &guest);
    run(&mut pair, &mut now, || 1);
    match pair[0].engine.take(id) {
        Some(Outcome::Response(response)) => {
            assert_eq!(response.error_status, ErrorStatus::AUTHORIZATION_ERROR);
        }
        other => panic!("a response, not {other:?}"),
    }
    assert!(pair[1].heard.is_empty());
    // A trap of an engine whose user is not known.
    let trap = {
        use crate::security::{Protect, UsmHeader};
        use crate::usm::Protection;
        let own = pair[0].authority.engine_id().as_bytes();
        let header = UsmHeader { msg_id: 9, reportable: false, context_engine_id: own, context_name: b"" };
        let state = pair[0].authority.state(b"nobody", pair[0].authority.clock(now), Protection::None);
        let mut writer = crate::ber::Writer::new();
        let varbinds = link_down();
        let pdu = PduHeader::new(PduKind::Trap, 1);
        state
            .generate(&header, &mut writer, |w| pdu.write(w, varbinds.iter().map(VarBind::as_ref)))
            .expect("it fits");
        writer.finish().expect("it fits").to_vec()
    };
    assert_eq!(pair[1].take(now, 1, &trap), (Err(Dropped::Reported(Report::UnknownUser)), None));
}

/// What only a notification is forgiven for is not forgiven to others.
#[test]
fn only_notifications_are_read_gently() {
    let now = Instant::now();
    let mut node = Node::new(1, 1, now);
    let message = |kind: PduKind| {
        let mut writer = crate::ber::Writer::new();
        let varbinds = link_down();
        let community = if kind == PduKind::Get { "public" } else { "traps" };
        crate::message::write_community(&mut writer, Version::V2c, community.as_bytes(), |w| {
            PduHeader::new(kind, 1).write(w, varbinds.iter().map(VarBind::as_ref));
        });
        writer.finish().expect("it fits").to_vec()
    };
    for (kind, whole, cut) in
        [(PduKind::Get, Ok(Came::Request), false), (PduKind::Trap, Ok(Came::Notification), true)]
    {
        let mut datagram = message(kind);
        assert_eq!(node.take(now, 2, &datagram).0, whole);
        datagram.truncate(datagram.len() - 3);
        let (came, _) = node.take(now, 3, &datagram);
        assert_eq!(came.is_ok(), cut, "{kind:?}: {came:?}");
        assert!(cut || matches!(came, Err(Dropped::Malformed(_))));
    }
}
