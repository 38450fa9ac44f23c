//! Discovery, clocks and attempts, as the manager's side sees them.

use crate::lab::{AGENT, Lab, accounts, engine_id, operator, responder, response, see, user, values};
use mibc_runtime::engine::{Dropped, Outcome, Report};
use mibc_runtime::message::{Level, PduKind};
use mibc_runtime::usm::{Auth, EngineClock, EngineId, Secret, User};
use mibc_runtime::value::{OctetString, Value};
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

fn name(name: &str) -> [Value; 1] {
    [OctetString::from(name).into()]
}

/// U1: the question for the engine ID, and its answer; the engine's clock comes with it.
#[test]
fn discovery() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    assert_eq!(values(lab.get(&peer)), name("agent"));
    assert_eq!(peer.engine_id(), Some(engine_id("agent")));
    let question = see(&lab.requests[0]);
    assert!(question.engine_id.is_empty() && question.user.is_empty() && question.varbinds.is_empty());
    assert_eq!(question.header.flags.level(), Some(Level::NoAuthNoPriv));
    assert_eq!(question.pdu.map(|pdu| pdu.kind), Some(PduKind::Get));
    let answer = see(&lab.answers[0]);
    assert_eq!(answer.engine_id, engine_id("agent").as_bytes());
    assert_eq!(answer.clock, EngineClock { boots: 3, time: 1_000 });
    assert_eq!(answer.pdu.map(|pdu| pdu.kind), Some(PduKind::Report));
    assert_eq!(answer.varbinds[0].name, Report::UnknownEngineId.oid().expect("it has one"));
    assert_eq!(lab.requests.len(), 2);
    // Once is enough.
    assert_eq!(values(lab.get(&peer)), name("agent"));
    assert_eq!(lab.requests.len(), 3);
}

/// A known engine ID skips discovery; the clock is set by an authenticated Report.
#[test]
fn known_engine_ids() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()).known_engine_id(engine_id("agent")));
    assert_eq!(values(lab.get(&peer)), name("agent"));
    assert_eq!(see(&lab.requests[0]).user, b"operator");
    let report = see(&lab.answers[0]);
    assert_eq!(report.header.flags.level(), Some(Level::AuthNoPriv));
    assert_eq!(lab.requests.len(), 2);
    // No other engine is believed.
    let peer = Arc::new(Lab::peer(&operator()).known_engine_id(engine_id("another")));
    match lab.get(&peer) {
        Outcome::Refused { report: Report::UnknownEngineId, .. } => {}
        other => panic!("{other:?}"),
    }
}

/// M11: each attempt has a msgID and a time of its own, unlike the request-id; the answer to any will do.
#[test]
fn attempts() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    lab.get(&peer);
    lab.requests.clear();
    let id = lab.start(&peer);
    let first = lab.sent().expect("the first attempt");
    while lab.requests.len() < 3 {
        lab.wait();
        lab.sent().expect("a further attempt");
    }
    let seen: Vec<_> = lab.requests.iter().map(|request| see(request)).collect();
    let ids: HashSet<_> = seen.iter().map(|seen| seen.header.msg_id).collect();
    assert_eq!(ids.len(), 3);
    assert!(seen[0].clock.time < seen[2].clock.time);
    assert_ne!(seen[0].salt, seen[1].salt);
    let answer = lab.answer(&first).expect("an answer");
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id));
    assert_eq!(response(lab.engine.take(id).expect("an end")).attempts, 3);
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Err(Dropped::UnknownRequest));
}

/// M11, predictable ids: those of messages and requests are all different, each attempt has one of its own, and none
/// tells another one.
#[test]
fn message_ids_are_not_request_ids() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&User::new("guest")));
    lab.get(&peer);
    lab.requests.clear();
    for _ in 0..100 {
        let id = lab.start(&peer);
        for _ in 0..3 {
            lab.sent().expect("an attempt");
            lab.wait();
        }
        assert!(matches!(lab.engine.take(id), Some(Outcome::TimedOut { .. })));
        // After a silence the engine would be asked for its ID.
        let kept = lab.requests.len();
        lab.get(&peer);
        lab.requests.truncate(kept);
    }
    let ids: Vec<(i32, i32)> = lab
        .requests
        .iter()
        .map(|request| see(request))
        .map(|seen| (seen.header.msg_id, seen.pdu.expect("plain").request_id))
        .collect();
    let different = |numbers: &mut dyn Iterator<Item = i32>| numbers.collect::<BTreeSet<_>>().len();
    assert_eq!(different(&mut ids.iter().map(|(message, _)| *message)), 300);
    assert_eq!(different(&mut ids.iter().map(|(_, request)| *request)), 100);
    assert!(
        different(&mut ids.windows(2).map(|pair| pair[1].0.wrapping_sub(pair[0].0))) > 290,
        "random gaps"
    );
    assert!(
        different(&mut ids.iter().map(|(message, request)| message.wrapping_sub(*request))) > 290,
        "unrelated"
    );
}

#[test]
fn nobody_there() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    let id = lab.start(&peer);
    for _ in 0..3 {
        lab.sent().expect("an attempt");
        lab.wait();
    }
    match lab.engine.take(id) {
        Some(Outcome::Undiscovered { attempts: 3, .. }) => {}
        other => panic!("{other:?}"),
    }
    // The engine is known, and the agent gone.
    lab.get(&peer);
    let id = lab.start(&peer);
    for _ in 0..3 {
        lab.sent().expect("an attempt");
        lab.wait();
    }
    match lab.engine.take(id) {
        Some(Outcome::TimedOut { attempts: 3, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(lab.engine.is_empty() && lab.engine.poll_timeout().is_none());
}

/// §3 row 10: an agent that has started again is followed, within the request, by one more round trip.
#[test]
fn agents_start_again() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    lab.get(&peer);
    // U7: also when its boots have gone back, as after a reset to factory state.
    for boots in [4, 5, 2] {
        lab.responder = responder("agent", boots, lab.now, accounts());
        lab.pass(10);
        lab.requests.clear();
        assert_eq!(values(lab.get(&peer)), name("agent"));
        assert_eq!(lab.requests.len(), 2, "boots {boots}");
        assert_eq!(see(&lab.requests[1]).clock, EngineClock { boots, time: 10 });
        lab.pass(3_600);
        assert_eq!(values(lab.get(&peer)), name("agent"));
        assert_eq!(lab.requests.len(), 3, "in step again");
    }
}

/// An agent that is another engine now: asked for its ID again, once, within the request.
#[test]
fn agents_are_replaced() {
    let mut lab = Lab::new();
    for user in [operator(), user("reader", Auth::Sha1, None), User::new("guest")] {
        lab.responder = responder("agent", 3, lab.now, accounts());
        let peer = Arc::new(Lab::peer(&user));
        lab.get(&peer);
        lab.responder = responder("successor", 1, lab.now, accounts());
        lab.requests.clear();
        assert_eq!(values(lab.get(&peer)), name("successor"));
        assert_eq!(lab.requests.len(), 2);
        assert_eq!(peer.engine_id(), Some(engine_id("successor")));
    }
}

/// U6: an agent that counts no further is in no time window; the request ends after one more try.
#[test]
fn an_engine_at_the_end_of_its_boots() {
    let mut lab = Lab::new();
    lab.responder = responder("agent", 2_147_483_647, lab.now, accounts());
    let peer = Arc::new(Lab::peer(&operator()));
    match lab.get(&peer) {
        Outcome::Refused { report: Report::NotInTimeWindow, .. } => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(lab.requests.len(), 3, "discovery, request, and once more");
}

/// What the agent says is told, soon.
#[test]
fn refusals() {
    let wrong = User::new("operator").auth(Auth::Sha256, Secret::master([1; 32]));
    let cases = [
        (user("nobody", Auth::Sha256, None), Report::UnknownUser),
        (wrong, Report::WrongDigest),
        (user("operator", Auth::Sha512, None), Report::WrongDigest),
        (user("reader", Auth::Sha1, Some(mibc_runtime::usm::Privacy::Des)), Report::UnsupportedLevel),
    ];
    for (user, expected) in cases {
        let mut lab = Lab::new();
        let begin = lab.now;
        match lab.get(&Arc::new(Lab::peer(&user))) {
            Outcome::Refused { report, attempts: 1, .. } => assert_eq!(report, expected),
            other => panic!("{user:?}: {other:?}"),
        }
        assert!(lab.now - begin <= Duration::from_millis(200), "{user:?}");
        assert_eq!(lab.requests.len(), 2);
    }
}

/// M12: RFC 5343.
#[test]
fn contexts() {
    let mut lab = Lab::new();
    let peer = |user: &User| Lab::peer(user);
    let local = Arc::new(peer(&operator()).context_engine_id(EngineId::LOCAL));
    assert_eq!(values(lab.get(&local)), name("agent"));
    // M9, M10.
    let other = Arc::new(peer(&operator()).context_engine_id(engine_id("elsewhere")));
    match lab.get(&other) {
        Outcome::Refused { report: Report::UnknownPduHandler, .. } => {}
        other => panic!("{other:?}"),
    }
    let context = Arc::new(peer(&operator()).context_name("vlan-7"));
    match lab.get(&context) {
        Outcome::Refused { report: Report::UnknownContext, .. } => {}
        other => panic!("{other:?}"),
    }
}

/// Many exchanges at first contact, on one peer.
#[test]
fn first_contact_of_many() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    let ids: Vec<_> = (0..50).map(|_| lab.start(&peer)).collect();
    lab.settle();
    for id in ids {
        assert_eq!(values(lab.engine.take(id).expect("an end")), name("agent"));
    }
    // Some requests are cancelled between question and answer: nothing is left of them.
    let peer = Arc::new(Lab::peer(&operator()));
    for _ in 0..50 {
        let id = lab.start(&peer);
        lab.sent();
        lab.engine.cancel(id);
    }
    assert!(lab.engine.is_empty() && lab.engine.poll_timeout().is_none());
}
