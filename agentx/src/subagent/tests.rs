//! The sub-agent without connection, with a master agent that the tests play.

use super::core::{Core, Limits, Standing};
use super::error::NotifyError;
use super::session::{Ended, Identity};
use crate::pdu::{
    Bindings, Body, ByteOrder, Capabilities, Choice, CloseReason, Frames, Kind, Pdu, Region, Response,
    Search, Status,
};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::Priority;
use mibc_runtime::value::{TimeTicks, Value, VarBind};
use mibc_test_support::Xorshift;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

fn region(text: &str) -> Region {
    Region { context: None, priority: Priority::default(), subtree: oid(text), range: None }
}

/// A sub-agent, and the master agent's side of its connection.
struct Pair {
    core: Core,
    now: Instant,
    frames: Frames,
}

impl Pair {
    fn new(notifications: usize) -> Self {
        let identity = Identity { order: ByteOrder::Little, ..Identity::default() };
        let limits = Limits { ping: 10 * SECOND, patience: 3 * SECOND, notifications, region_timeout: 2 };
        Self { core: Core::new(identity, limits), now: Instant::now(), frames: Frames::new() }
    }

    /// What the sub-agent has sent.
    fn sent(&mut self) -> Vec<Pdu> {
        self.core.pump(self.now);
        let mut out = Vec::new();
        self.core.take_out(&mut out);
        self.frames.push(&out);
        let mut sent = Vec::new();
        while let Some((header, payload)) = self.frames.next_frame().expect("it writes what can be read") {
            sent.push(Pdu::decode(&header, payload).expect("it writes what can be read"));
        }
        sent
    }

    fn hears(&mut self, pdu: &Pdu) -> Result<Option<Pdu>, Ended> {
        let mut octets = Vec::new();
        pdu.encode(&mut octets).expect("it is short");
        self.core.push(&octets);
        self.core.next_request(self.now)
    }

    fn answer(&mut self, to: &Pdu, status: Status, varbinds: Vec<VarBind>) -> Result<Option<Pdu>, Ended> {
        let body = Body::Response(Response { up_time: 5_000, status, index: 0, varbinds });
        self.hears(&Pdu { session_id: 7, body, ..to.clone() })
    }

    /// Answers all that the sub-agent asks, for as long as it asks.
    fn agree(&mut self) -> Vec<Body> {
        let mut said = Vec::new();
        loop {
            let sent = self.sent();
            if sent.is_empty() {
                return said;
            }
            for pdu in sent {
                self.answer(&pdu, Status::NO_ERROR, pdu.body.varbinds().to_vec()).expect("it goes on");
                said.push(pdu.body);
            }
        }
    }

    fn open(&mut self) -> Vec<Body> {
        self.core.connected(self.now);
        self.agree()
    }

    fn standing(&self, text: &str) -> Option<Standing> {
        self.core.regions().find(|(known, _)| **known == region(text)).map(|(_, standing)| standing)
    }
}

fn kinds(said: &[Body]) -> Vec<Kind> {
    said.iter().map(Body::kind).collect()
}

/// A session is opened, what is served is registered, and taken back, each once.
#[test]
fn registrations_follow_what_is_served() {
    let mut pair = Pair::new(10);
    pair.core.want_regions([region("1.3.6.1.4.1.1"), region("1.3.6.1.4.1.2")].into());
    assert_eq!(kinds(&pair.open()), [Kind::Open, Kind::Register, Kind::Register]);
    assert_eq!(pair.standing("1.3.6.1.4.1.1"), Some(Standing::Registered));
    pair.core.want_regions([region("1.3.6.1.4.1.2"), region("1.3.6.1.4.1.3")].into());
    assert_eq!(kinds(&pair.agree()), [Kind::Unregister, Kind::Register]);
    assert_eq!(pair.standing("1.3.6.1.4.1.1"), None);
    // The next session begins with what is served then.
    pair.core.disconnected();
    pair.core.want_regions([region("1.3.6.1.4.1.3")].into());
    assert_eq!(kinds(&pair.open()), [Kind::Open, Kind::Register]);
}

/// What was refused is asked for again, but not at once.
#[test]
fn refused_registrations() {
    let mut pair = Pair::new(10);
    pair.core.want_regions([region("1.3.6.1.4.1.1")].into());
    pair.core.connected(pair.now);
    let open = pair.sent();
    pair.answer(&open[0], Status::NO_ERROR, vec![]).expect("it is open");
    let register = pair.sent();
    pair.answer(&register[0], Status::DUPLICATE_REGISTRATION, vec![]).expect("it goes on");
    assert_eq!(pair.standing("1.3.6.1.4.1.1"), Some(Standing::Refused(Status::DUPLICATE_REGISTRATION)));
    assert!(pair.sent().is_empty());
    pair.now += 10 * SECOND;
    pair.core.tick(pair.now).expect("nothing is late");
    assert_eq!(kinds(&pair.agree()), [Kind::Ping, Kind::Register]);
    assert_eq!(pair.standing("1.3.6.1.4.1.1"), Some(Standing::Registered));
}

/// Many registrations are asked for a few at a time.
#[test]
fn a_window() {
    let mut pair = Pair::new(10);
    let many = |n: u32| region(&format!("1.3.6.1.4.1.{n}"));
    pair.core.want_regions((1..=1_000).map(many).collect());
    pair.core.connected(pair.now);
    let open = pair.sent();
    pair.answer(&open[0], Status::NO_ERROR, vec![]).expect("it is open");
    let first = pair.sent();
    assert_eq!(first.len(), 64);
    assert!(pair.sent().is_empty());
    pair.answer(&first[0], Status::NO_ERROR, vec![]).expect("it goes on");
    assert_eq!(pair.sent().len(), 1);
}

/// A master agent that does not answer is not there.
#[test]
fn silence() {
    let mut pair = Pair::new(10);
    pair.open();
    assert_eq!(pair.core.deadline(), Some(pair.now + 10 * SECOND));
    pair.now += 10 * SECOND;
    pair.core.tick(pair.now).expect("nothing is late");
    assert_eq!(kinds(&pair.sent().into_iter().map(|pdu| pdu.body).collect::<Vec<_>>()), [Kind::Ping]);
    pair.now += 2 * SECOND;
    pair.core.tick(pair.now).expect("it is not late yet");
    pair.now += SECOND;
    assert_eq!(pair.core.tick(pair.now), Err(Ended::Silent(3 * SECOND)));
}

/// Who refuses or closes a session.
#[test]
fn ends() {
    let mut pair = Pair::new(10);
    pair.core.connected(pair.now);
    let open = pair.sent();
    assert_eq!(pair.answer(&open[0], Status::OPEN_FAILED, vec![]), Err(Ended::Refused(Status::OPEN_FAILED)));
    pair.open();
    let close = Pdu { session_id: 7, body: Body::Close(CloseReason::ByManager), ..open[0].clone() };
    assert_eq!(pair.hears(&close), Err(Ended::Closed(CloseReason::ByManager)));
    assert!(!pair.core.is_open());
}

/// RFC 2741 §7.2.2: who asks in another session, or what makes no sense, is told so; answers to nothing are not looked at.
#[test]
fn strange_pdus() {
    let mut pair = Pair::new(10);
    pair.open();
    let get = |session_id| Pdu {
        order: ByteOrder::Big,
        session_id,
        transaction_id: 3,
        packet_id: 4,
        body: Body::Get(Search::default()),
    };
    assert_eq!(pair.hears(&get(7)), Ok(Some(get(7))));
    let mut status = |pdu: &Pdu| {
        assert_eq!(pair.hears(pdu), Ok(None));
        let sent = pair.sent();
        match sent.first() {
            Some(Pdu { transaction_id: 3, packet_id: 4, body: Body::Response(response), .. }) => {
                Some(response.status)
            }
            None => None,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(status(&get(8)), Some(Status::NOT_OPEN));
    let with = |body| Pdu { body, ..get(7) };
    assert_eq!(status(&with(Body::Ping(None))), Some(Status::PROCESSING_ERROR));
    assert_eq!(status(&with(Body::Response(Response::default()))), None);
    let mut octets = Vec::new();
    with(Body::Close(CloseReason::Other)).encode(&mut octets).expect("it is short");
    octets[20] = 9;
    pair.core.push(&octets);
    assert_eq!(pair.core.next_request(pair.now), Ok(None));
    let sent = pair.sent();
    assert!(matches!(&sent[0].body, Body::Response(response) if response.status == Status::PARSE_ERROR));
    // A1: another version ends the connection.
    pair.core.push(&[9; 20]);
    assert!(matches!(pair.core.next_request(pair.now), Err(Ended::Frame(_))));
}

type Told = Arc<Mutex<Vec<Result<(), NotifyError>>>>;

fn up_time(body: &Body) -> u32 {
    match body.varbinds().first().map(|varbind| &varbind.value) {
        Some(Value::TimeTicks(TimeTicks(ticks))) => *ticks,
        other => panic!("{other:?}"),
    }
}

/// Notifications wait for the master agent, in order, and say when they were made; those beyond the queue's limit are reported.
#[test]
fn notifications_wait() {
    let mut pair = Pair::new(3);
    let told: Told = Arc::default();
    let event = |number: u32| Event::new(oid("1.3.6.1.4.1.32473.0").child(number).expect("an OID"));
    let done = |told: &Told| -> super::core::Done<Result<(), NotifyError>> {
        let told = Arc::clone(told);
        Box::new(move |result| told.lock().expect("no panic").push(result))
    };
    for number in 1..=4 {
        pair.core.notify(event(number), pair.now, Some(done(&told)));
        pair.now += SECOND;
    }
    assert_eq!((pair.core.waiting(), pair.core.dropped()), (3, 1));
    assert_eq!(*told.lock().expect("no panic"), [Err(NotifyError::QueueFull { limit: 3 })]);
    pair.core.connected(pair.now);
    let open = pair.sent();
    pair.answer(&open[0], Status::NO_ERROR, vec![]).expect("it is open");
    let sent = pair.sent();
    // sysUpTime is 50 s now. The first was made 4 s ago.
    assert_eq!(sent.iter().map(|pdu| up_time(&pdu.body)).collect::<Vec<_>>(), [4_600, 4_700, 4_800]);
    assert_eq!(sent[0].body.varbinds()[1].value, Value::ObjectIdentifier(event(1).oid().clone()));
    // One is acknowledged, one refused, and of the third nothing is heard.
    pair.answer(&sent[0], Status::NO_ERROR, vec![]).expect("it goes on");
    pair.answer(&sent[1], Status::PROCESSING_ERROR, vec![]).expect("it goes on");
    assert_eq!(
        told.lock().expect("no panic")[1..],
        [Ok(()), Err(NotifyError::Refused(Status::PROCESSING_ERROR))]
    );
    let again = pair.open();
    assert_eq!(kinds(&again), [Kind::Open, Kind::Notify]);
    assert_eq!(again[1].varbinds()[1].value, Value::ObjectIdentifier(event(3).oid().clone()));
    assert_eq!(pair.core.waiting(), 0);
    pair.core.give_up();
    assert_eq!(told.lock().expect("no panic").len(), 4);
}

/// A7: index values are reserved again in the next session, one by one, and those that were given back are not.
#[test]
fn indexes_are_kept() {
    let mut pair = Pair::new(3);
    pair.open();
    let varbind = |value: i32| VarBind::new(oid("1.3.6.1.2.1.2.2.1.1"), value);
    let bindings = |values: &[i32]| Bindings {
        context: None,
        varbinds: values.iter().map(|value| varbind(*value)).collect(),
    };
    pair.core.request(Body::IndexAllocate(Choice::This, bindings(&[1, 2, 3])), Box::new(drop));
    pair.core.request(Body::IndexDeallocate(bindings(&[2])), Box::new(drop));
    pair.agree();
    assert_eq!(pair.core.indexes(), [(None, varbind(1)), (None, varbind(3))]);
    pair.core.disconnected();
    let said = pair.open();
    assert_eq!(kinds(&said), [Kind::Open, Kind::IndexAllocate, Kind::IndexAllocate]);
    assert!(matches!(&said[1], Body::IndexAllocate(Choice::This, known) if *known == bindings(&[1])));
    // Another one has it by now.
    pair.core.disconnected();
    pair.core.connected(pair.now);
    let open = pair.sent();
    pair.answer(&open[0], Status::NO_ERROR, vec![]).expect("it is open");
    let sent = pair.sent();
    pair.answer(&sent[0], Status::INDEX_ALREADY_ALLOCATED, vec![]).expect("it goes on");
    assert_eq!(pair.core.indexes(), [(None, varbind(3))]);
}

/// Capabilities are told once in a session, and taken back.
#[test]
fn capabilities() {
    let mut pair = Pair::new(3);
    let id = oid("1.3.6.1.4.1.32473.98");
    let wanted = Capabilities { context: None, id: id.clone(), description: b"words".to_vec() };
    pair.core.add_capabilities(wanted);
    assert_eq!(kinds(&pair.open()), [Kind::Open, Kind::AddAgentCaps]);
    assert!(pair.agree().is_empty());
    pair.core.disconnected();
    assert_eq!(kinds(&pair.open()), [Kind::Open, Kind::AddAgentCaps]);
    assert!(pair.core.remove_capabilities(&None, &id) && !pair.core.remove_capabilities(&None, &id));
    assert_eq!(kinds(&pair.agree()), [Kind::RemoveAgentCaps]);
    pair.core.disconnected();
    assert_eq!(kinds(&pair.open()), [Kind::Open]);
}

/// Whatever a master agent sends, the sub-agent neither panics nor sends something that cannot be read.
#[test]
fn nonsense() {
    let mut random = Xorshift(0x5eed);
    for _ in 0..2_000 {
        let mut pair = Pair::new(2);
        pair.core.want_regions([region("1.3.6.1.4.1.1")].into());
        pair.core.notify(Event::cold_start(), pair.now, None);
        pair.core.connected(pair.now);
        for _ in 0..6 {
            let sent = pair.sent();
            let Some(pdu) = sent.first() else { break };
            let answer = Response {
                up_time: 1,
                status: Status::NO_ERROR,
                index: 0,
                varbinds: pdu.body.varbinds().to_vec(),
            };
            let mut octets = Vec::new();
            Pdu { session_id: 7, body: Body::Response(answer), ..pdu.clone() }
                .encode(&mut octets)
                .expect("it is short");
            let octets = if random.below(2) == 0 { random.damaged(&octets) } else { octets };
            pair.core.push(&octets);
            while let Ok(Some(_)) = pair.core.next_request(pair.now) {}
        }
    }
}
