//! The master agent without connections: against a simple model, and what RFC 2741 §7.1 says.

use super::bare::Bare;
use super::core::{Core, Reply};
use crate::pdu::{
    Bindings, Body, ByteOrder, Capabilities, Choice, CloseReason, Frames, Kind, Open, Pdu, Region, Register,
    Search, Status, Unregister,
};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::Priority;
use mibc_runtime::value::{TimeTicks, Value, VarBind};
use mibc_test_support::Xorshift;
use proptest::prelude::*;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// A master agent and its agent.
#[derive(Default)]
struct Master {
    core: Core,
    host: Bare,
}

impl Master {
    fn receive(&mut self, connection: u32, session_id: u32, body: Body) -> Option<Reply> {
        let pdu = Pdu { order: ByteOrder::Big, session_id, transaction_id: 0, packet_id: 1, body };
        self.core.receive(&mut self.host, connection, pdu)
    }

    fn open(&mut self, connection: u32) -> u32 {
        self.receive(connection, 0, Body::Open(Open::default())).expect("an answer").session_id
    }

    fn status(&mut self, connection: u32, session_id: u32, body: Body) -> (Status, u16) {
        let response = self.receive(connection, session_id, body).expect("an answer").response;
        (response.status, response.index)
    }

    fn owner(&self, name: &Oid) -> Option<u32> {
        let snapshot = self.host.registry.snapshot();
        snapshot.context(b"").and_then(|regions| regions.find(name).map(|region| *region.handler()))
    }
}

fn region(subtree: &str, priority: u8, range: Option<(u8, u32)>) -> Region {
    let priority = Priority::new(priority).expect("it is not 0");
    Region { context: None, priority, subtree: oid(subtree), range }
}

fn register(region: Region) -> Body {
    Body::Register(Register { region, timeout: 0, is_instance: false })
}

/// What happens to sub-agents.
#[derive(Clone, Debug)]
enum Happens {
    Open(u32),
    /// By which session, what.
    Register(usize, Region),
    /// The same, or what was registered by that session, counted from the first.
    Unregister(usize, Region),
    UnregisterOwn(usize, usize),
    Close(usize),
    Lost(u32),
}

fn any_region() -> impl Strategy<Value = Region> {
    let arcs = proptest::collection::vec(1..=3_u32, 1..4);
    (arcs, 1..=3_u8, proptest::option::of((0..3_usize, 0..3_u32))).prop_map(|(arcs, priority, range)| {
        let mut all = vec![1, 3];
        all.extend(&arcs);
        let range = range.and_then(|(at, more)| {
            let at = at % arcs.len();
            let low = *arcs.get(at)?;
            Some((u8::try_from(at + 3).ok()?, low + more))
        });
        let priority = Priority::new(priority).expect("it is not 0");
        Region { context: None, priority, subtree: Oid::from_arcs(&all).expect("an OID"), range }
    })
}

fn anything() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => (1..4_u32).prop_map(Happens::Open),
        8 => (0..6_usize, any_region()).prop_map(|(session, region)| Happens::Register(session, region)),
        1 => (0..6_usize, any_region()).prop_map(|(session, region)| Happens::Unregister(session, region)),
        3 => (0..6_usize, 0..9_usize).prop_map(|(session, which)| Happens::UnregisterOwn(session, which)),
        1 => (0..6_usize).prop_map(Happens::Close),
        1 => (1..4_u32).prop_map(Happens::Lost),
    ]
}

/// The same in the simplest way: a list of what is registered, one subtree after the other.
#[derive(Default)]
struct Model {
    /// Connection and number.
    sessions: Vec<(u32, u32)>,
    registered: Vec<(u32, Region)>,
}

impl Model {
    fn subtrees(region: &Region) -> Vec<Vec<u32>> {
        let arcs: Vec<u32> = region.subtree.arcs().collect();
        let Some((position, upper)) = region.range else { return vec![arcs] };
        let at = usize::from(position) - 1;
        (arcs[at]..=upper)
            .map(|arc| {
                let mut arcs = arcs.clone();
                arcs[at] = arc;
                arcs
            })
            .collect()
    }

    fn register(&mut self, session: u32, region: &Region) -> Status {
        let new = Self::subtrees(region);
        let is_duplicate = self.registered.iter().any(|(_, known)| {
            known.priority == region.priority && Self::subtrees(known).iter().any(|known| new.contains(known))
        });
        if is_duplicate {
            return Status::DUPLICATE_REGISTRATION;
        }
        self.registered.push((session, region.clone()));
        Status::NO_ERROR
    }

    fn unregister(&mut self, session: u32, region: &Region) -> Status {
        let found = self.registered.iter().position(|(owner, known)| *owner == session && known == region);
        match found {
            Some(at) => {
                self.registered.remove(at);
                Status::NO_ERROR
            }
            None => Status::UNKNOWN_REGISTRATION,
        }
    }

    fn close(&mut self, session: u32) {
        self.registered.retain(|(owner, _)| *owner != session);
        self.sessions.retain(|(_, known)| *known != session);
    }

    /// RFC 2741 §7.1.4.1: the most sub-identifiers, then the lowest priority.
    fn owner(&self, name: &Oid) -> Option<u32> {
        let name: Vec<u32> = name.arcs().collect();
        let covers = |(session, region): &(u32, Region)| {
            let longest = Self::subtrees(region)
                .into_iter()
                .filter(|one| name.starts_with(one))
                .map(|one| one.len())
                .max()?;
            Some((longest, std::cmp::Reverse(region.priority), *session))
        };
        self.registered.iter().filter_map(covers).max().map(|(.., session)| session)
    }
}

/// All OIDs that could tell a difference.
fn samples() -> Vec<Oid> {
    let mut all = vec![vec![1, 3]];
    let mut from = 0;
    for _ in 0..4 {
        let end = all.len();
        for at in from..end {
            for arc in 0..=6 {
                let mut arcs = all[at].clone();
                arcs.push(arc);
                if arcs.len() < 5 || arc < 2 {
                    all.push(arcs);
                }
            }
        }
        from = end;
    }
    all.iter().map(|arcs| Oid::from_arcs(arcs).expect("an OID")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A3, A6: whatever is registered, taken back, closed and lost, and in which order: who answers is who the model says.
    #[test]
    fn as_the_model_says(happens in proptest::collection::vec(anything(), 1..40)) {
        let (mut master, mut model) = (Master::default(), Model::default());
        let samples = samples();
        for one in happens {
            let session = |model: &Model, at: usize| model.sessions.get(at % model.sessions.len().max(1)).copied();
            match one.clone() {
                Happens::Open(connection) => {
                    let session = master.open(connection);
                    model.sessions.push((connection, session));
                }
                Happens::Register(at, region) => {
                    let Some((connection, session)) = session(&model, at) else { continue };
                    let expected = model.register(session, &region);
                    prop_assert_eq!(master.status(connection, session, register(region)), (expected, 0));
                }
                Happens::Unregister(at, region) => {
                    let Some((connection, session)) = session(&model, at) else { continue };
                    let expected = model.unregister(session, &region);
                    let body = Body::Unregister(Unregister { region });
                    prop_assert_eq!(master.status(connection, session, body), (expected, 0));
                }
                Happens::UnregisterOwn(at, which) => {
                    let Some((connection, session)) = session(&model, at) else { continue };
                    let own: Vec<Region> =
                        model.registered.iter().filter(|(owner, _)| *owner == session).map(|(_, r)| r.clone()).collect();
                    let Some(region) = own.get(which % own.len().max(1)).cloned() else { continue };
                    prop_assert_eq!(model.unregister(session, &region), Status::NO_ERROR);
                    let body = Body::Unregister(Unregister { region });
                    prop_assert_eq!(master.status(connection, session, body), (Status::NO_ERROR, 0));
                }
                Happens::Close(at) => {
                    let Some((connection, session)) = session(&model, at) else { continue };
                    model.close(session);
                    let body = Body::Close(CloseReason::Other);
                    prop_assert_eq!(master.status(connection, session, body), (Status::NO_ERROR, 0));
                }
                Happens::Lost(connection) => {
                    for (of, session) in model.sessions.clone() {
                        if of == connection {
                            model.close(session);
                        }
                    }
                    master.core.lost(&mut master.host, connection);
                }
            }
            for name in &samples {
                prop_assert_eq!(master.owner(name), model.owner(name), "{} after {:?}", name, one);
            }
        }
    }
}

/// RFC 2741 §7.1: sessions are those of their connection; unknown contexts; what a sub-agent never sends.
#[test]
fn who_may_ask() {
    let mut master = Master::default();
    let session = master.open(1);
    let other = master.open(2);
    assert_ne!(session, other);
    assert_eq!(master.status(1, session, Body::Ping(None)), (Status::NO_ERROR, 0));
    assert_eq!(master.status(2, session, Body::Ping(None)), (Status::NOT_OPEN, 0));
    assert_eq!(master.status(1, 99, Body::Ping(None)), (Status::NOT_OPEN, 0));
    assert_eq!(
        master.status(1, session, Body::Ping(Some(b"strange".to_vec()))),
        (Status::UNSUPPORTED_CONTEXT, 0)
    );
    let known = master.receive(1, session, Body::Ping(Some(b"known".to_vec()))).expect("an answer");
    assert_eq!((known.response.status, known.response.up_time), (Status::NO_ERROR, 200));
    assert_eq!(master.receive(1, session, Body::Get(Search::default())), None);
    assert_eq!(master.receive(1, session, Body::CleanupSet), None);
    assert_eq!(master.status(1, session, Body::Close(CloseReason::Shutdown)), (Status::NO_ERROR, 0));
    assert_eq!(master.status(1, session, Body::Ping(None)), (Status::NOT_OPEN, 0));
}

/// A3: what is not a region, or too many, is denied; the default context may be named.
#[test]
fn odd_regions() {
    let mut master = Master::default();
    let session = master.open(1);
    let mut status = |region: Region| master.status(1, session, register(region)).0;
    assert_eq!(status(region("0.0", 127, None)), Status::REQUEST_DENIED);
    assert_eq!(status(region("1.3.6.1", 127, Some((9, 7)))), Status::REQUEST_DENIED);
    assert_eq!(status(region("1.3.6.5", 127, Some((4, 1)))), Status::REQUEST_DENIED);
    assert_eq!(status(region("1.3.6.1", 127, Some((3, u32::MAX)))), Status::REQUEST_DENIED);
    assert_eq!(status(region("1.3.6.1.1", 127, Some((5, u32::MAX)))), Status::NO_ERROR);
    let empty = Region { context: Some(vec![]), ..region("1.3.9", 127, None) };
    assert_eq!(status(empty), Status::NO_ERROR);
    let unregister = Body::Unregister(Unregister { region: region("1.3.9", 127, None) });
    assert_eq!(master.status(1, session, unregister), (Status::NO_ERROR, 0));
}

/// RFC 2741 §7.1.10: what a notification has to have, and where.
#[test]
fn notifications() {
    let mut master = Master::default();
    let session = master.open(1);
    let up_time = || VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(7));
    let id = || VarBind::new(oid("1.3.6.1.6.3.1.1.4.1.0"), Value::ObjectIdentifier(oid("1.3.6.1.4.1.1.0.1")));
    let other = || VarBind::new(oid("1.3.6.1.4.1.1.1.0"), 1);
    let mut notify = |varbinds: Vec<VarBind>| {
        let status = master.status(1, session, Body::Notify(Bindings { context: None, varbinds }));
        (status, std::mem::take(&mut master.host.events))
    };
    let event = Event::new(oid("1.3.6.1.4.1.1.0.1"));
    let fine = (Status::NO_ERROR, 0);
    assert_eq!(notify(vec![id()]), (fine, vec![event.clone()]));
    assert_eq!(notify(vec![id(), other()]), (fine, vec![event.clone().varbinds([other()])]));
    assert_eq!(notify(vec![up_time(), id()]), (fine, vec![event.clone().up_time(TimeTicks(7))]));
    let wrong = |at: u16| ((Status::PROCESSING_ERROR, at), vec![]);
    assert_eq!(notify(vec![]), wrong(1));
    assert_eq!(notify(vec![other(), id()]), wrong(1));
    assert_eq!(notify(vec![up_time(), other()]), wrong(2));
    assert_eq!(notify(vec![id(), VarBind::new(oid("1.3.1"), Value::Null)]), wrong(2));
    let context = Bindings { context: Some(b"known".to_vec()), varbinds: vec![id()] };
    assert_eq!(master.status(1, session, Body::Notify(context)), fine);
    assert_eq!(master.host.events, [event.context("known")]);
}

/// A6, A7: when a session ends, its index values are free and its capabilities gone, and only its.
#[test]
fn all_of_a_session_ends_with_it() {
    let mut master = Master::default();
    let (session, other) = (master.open(1), master.open(1));
    let caps = |id: &str| Capabilities { context: None, id: oid(id), description: vec![] };
    assert_eq!(master.status(1, session, Body::AddAgentCaps(caps("1.3.1"))).0, Status::NO_ERROR);
    assert_eq!(master.status(1, other, Body::AddAgentCaps(caps("1.3.2"))).0, Status::NO_ERROR);
    let remove = |id: &str| Body::RemoveAgentCaps(None, oid(id));
    assert_eq!(master.status(1, other, remove("1.3.1")), (Status::UNKNOWN_AGENT_CAPS, 0));
    let index = || Bindings { context: None, varbinds: vec![VarBind::new(oid("1.3.9"), 5)] };
    let allocate = || Body::IndexAllocate(Choice::This, index());
    assert_eq!(master.status(1, session, allocate()).0, Status::NO_ERROR);
    let refused = master.receive(1, other, allocate()).expect("an answer").response;
    assert_eq!((refused.status, refused.index), (Status::INDEX_ALREADY_ALLOCATED, 1));
    // What was asked for comes back with the error.
    assert_eq!(refused.varbinds, index().varbinds);
    assert_eq!(master.status(1, session, register(region("1.3.6.1.4.1", 127, None))).0, Status::NO_ERROR);
    assert!(master.core.close(&mut master.host, session) && !master.core.close(&mut master.host, session));
    assert_eq!(master.status(1, other, allocate()).0, Status::NO_ERROR);
    assert_eq!(master.host.capabilities, [(2, oid("1.3.2"))]);
    assert!(master.host.registry.is_empty());
    assert_eq!(master.status(1, other, remove("1.3.2")), (Status::NO_ERROR, 0));
}

/// Whatever comes from a connection, the master agent neither panics nor loses count.
#[test]
fn nonsense() {
    let mut random = Xorshift(0xa9e7);
    let bodies = [
        Body::Open(Open::default()),
        register(region("1.3.6.1.4.1.1", 127, Some((5, 9)))),
        Body::Unregister(Unregister { region: region("1.3.6.1.4.1.1", 127, Some((5, 9))) }),
        Body::IndexAllocate(
            Choice::New,
            Bindings { context: None, varbinds: vec![VarBind::new(oid("1.3.9"), 1)] },
        ),
        Body::Notify(Bindings { context: None, varbinds: vec![VarBind::new(oid("1.3.9"), 1)] }),
        Body::Close(CloseReason::Other),
    ];
    let mut master = Master::default();
    for _ in 0..20_000 {
        let body = bodies[random.below(bodies.len())].clone();
        let session_id = random.below(4) as u32;
        let pdu = Pdu { order: ByteOrder::Little, session_id, transaction_id: 0, packet_id: 0, body };
        let mut octets = Vec::new();
        pdu.encode(&mut octets).expect("it is short");
        let octets = if random.below(3) == 0 { random.damaged(&octets) } else { octets };
        let mut frames = Frames::new();
        frames.push(&octets);
        let Ok(Some((header, payload))) = frames.next_frame() else { continue };
        let Ok(pdu) = Pdu::decode(&header, payload) else { continue };
        let is_silent = pdu.body.kind().is_request() || pdu.body.kind() == Kind::Response;
        assert_eq!(master.core.receive(&mut master.host, 1, pdu).is_none(), is_silent);
    }
    master.core.lost(&mut master.host, 1);
    assert!(master.core.sessions().is_empty() && master.host.registry.is_empty());
}
