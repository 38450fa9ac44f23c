//! Which messages the manager's side believes.

use crate::lab::{AGENT, Lab, Made, engine_id, keys, operator, see, user, values};
use mibc_runtime::engine::{Dropped, ExchangeId, Outcome, REPORT_GRACE, Rejection, Report, V3Peer};
use mibc_runtime::message::{Level, PduHeader, PduKind};
use mibc_runtime::usm::{Auth, EngineClock, Privacy, User};
use mibc_runtime::value::{Counter32, OctetString, Value, VarBind};
use std::sync::Arc;

/// A lab with a request under way to an engine that is known, and that request.
fn under_way(user: &User) -> (Lab, Arc<V3Peer<u16>>, ExchangeId, Vec<u8>) {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(user));
    lab.get(&peer);
    let id = lab.start(&peer);
    let request = lab.sent().expect("a request");
    (lab, peer, id, request)
}

/// A Report that anybody can make, in answer to a request.
fn forged(request: &[u8], report: Report, clock: EngineClock) -> Vec<u8> {
    let mut made = Made::get(&operator(), Level::NoAuthNoPriv);
    let seen = see(request);
    made.msg_id = seen.header.msg_id;
    made.clock = clock;
    made.header = PduHeader::new(PduKind::Report, 0);
    let value = Value::Counter32(Counter32(1));
    made.varbinds = vec![VarBind { name: report.oid().expect("it has one"), value }];
    made.datagram()
}

fn deliver(lab: &mut Lab, datagram: &[u8]) -> Result<ExchangeId, Dropped> {
    lab.engine.handle_datagram(lab.now, AGENT, datagram)
}

const FAR: EngineClock = EngineClock { boots: 900_000, time: 5 };

/// U7, clock poisoning: a forged answer to the question for the engine ID costs a round trip, no more.
#[test]
fn a_forged_clock_at_discovery() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    let id = lab.start(&peer);
    let question = lab.sent().expect("a question");
    deliver(&mut lab, &forged(&question, Report::UnknownEngineId, FAR)).expect("it is taken for a try");
    assert_eq!(values(lab.finish(id)), [Value::from(OctetString::from("agent"))]);
    assert_eq!(see(&lab.requests[1]).clock, FAR);
    assert_eq!(see(&lab.requests[2]).clock, EngineClock { boots: 3, time: 1_000 });
    assert_eq!(lab.requests.len(), 3);
    lab.requests.clear();
    lab.get(&peer);
    assert_eq!(lab.requests.len(), 1, "nothing is left of it");
}

/// U7: an unauthenticated Report does not move a clock that is proven, and does not end the request.
#[test]
fn a_forged_report_about_the_clock() {
    let (mut lab, peer, id, request) = under_way(&operator());
    let forgery = forged(&request, Report::NotInTimeWindow, FAR);
    assert_eq!(deliver(&mut lab, &forgery), Err(Dropped::Rejected(id, Rejection::Unauthenticated)));
    let answer = lab.answer(&request).expect("an answer");
    assert_eq!(deliver(&mut lab, &answer), Ok(id));
    values(lab.engine.take(id).expect("an end"));
    lab.requests.clear();
    lab.get(&peer);
    assert_eq!(see(&lab.requests[0]).clock.boots, 3);
    assert_eq!(lab.requests.len(), 1);
}

/// A forged Report about another engine leads nowhere: the true response still counts, and so does the
/// engine that is known.
#[test]
fn a_forged_report_about_the_engine() {
    let (mut lab, peer, id, request) = under_way(&operator());
    let mut made = Made::get(&operator(), Level::NoAuthNoPriv);
    made.msg_id = see(&request).header.msg_id;
    made.engine_id = engine_id("impostor").as_bytes().to_vec();
    made.header = PduHeader::new(PduKind::Report, 0);
    made.varbinds = vec![VarBind {
        name: Report::UnknownEngineId.oid().expect("it has one"),
        value: Value::Counter32(Counter32(1)),
    }];
    deliver(&mut lab, &made.datagram()).expect("it is tried");
    let answer = lab.answer(&request).expect("an answer");
    assert_eq!(deliver(&mut lab, &answer), Ok(id));
    values(lab.engine.take(id).expect("an end"));
    assert_eq!(peer.engine_id(), Some(engine_id("agent")));
}

/// A forged refusal ends a request only after the true response has had its time.
#[test]
fn a_forged_refusal() {
    for report in [Report::WrongDigest, Report::UnknownUser, Report::DecryptionError] {
        let (mut lab, _, id, request) = under_way(&operator());
        assert_eq!(deliver(&mut lab, &forged(&request, report, FAR)), Ok(id));
        assert!(lab.engine.take(id).is_none());
        let answer = lab.answer(&request).expect("an answer");
        assert_eq!(deliver(&mut lab, &answer), Ok(id));
        values(lab.engine.take(id).expect("an end"));

        let (mut lab, _, id, request) = under_way(&operator());
        assert_eq!(deliver(&mut lab, &forged(&request, report, FAR)), Ok(id));
        assert_eq!(lab.wait(), REPORT_GRACE);
        match lab.engine.take(id) {
            Some(Outcome::Refused { report: told, .. }) => assert_eq!(told, report),
            other => panic!("{other:?}"),
        }
    }
}

/// M7, level downgrade: what differs from the request in anything is dropped, and the request waits on.
#[test]
fn responses_that_do_not_fit() {
    let (mut lab, _, id, request) = under_way(&operator());
    // The request-id is in the part that is encrypted: take it from the true answer.
    let answer = lab.answer(&request).expect("an answer");
    let request_id = open(&answer).request_id;
    let fitting = {
        let mut made = Made::get(&operator(), Level::AuthPriv);
        made.msg_id = see(&request).header.msg_id;
        made.reportable = false;
        made.header = PduHeader { kind: PduKind::Response, request_id, ..made.header };
        made.varbinds[0].value = Value::Integer(1);
        made
    };
    type Change = fn(&mut Made);
    let cases: [(Rejection, Change); 12] = [
        (Rejection::Level, |made| made.level = Level::AuthNoPriv),
        (Rejection::Level, |made| made.level = Level::NoAuthNoPriv),
        (Rejection::User, |made| made.user = "reader".into()),
        (Rejection::EngineId, |made| made.engine_id = engine_id("another").as_bytes().to_vec()),
        (Rejection::EngineId, |made| made.engine_id.clear()),
        (Rejection::Context, |made| made.context_name = "other".into()),
        (Rejection::Context, |made| made.context_engine_id = engine_id("another").as_bytes().to_vec()),
        (Rejection::RequestId, |made| made.header.request_id ^= 1),
        (Rejection::Digest, |made| {
            made.keys = keys(&user("operator", Auth::Sha256, Some(Privacy::Aes128)), &engine_id("x"));
        }),
        // U7: behind by more than 150 seconds, older boots, the last boots.
        (Rejection::TimeWindow, |made| made.clock.time -= 151),
        (Rejection::TimeWindow, |made| made.clock.boots = 2),
        (Rejection::TimeWindow, |made| made.clock.boots = 2_147_483_647),
    ];
    for (expected, change) in cases {
        // The last one moves the clock on its way, which only a keeper of the key can do: at the end.
        let mut made = fitting.clone();
        change(&mut made);
        assert_eq!(deliver(&mut lab, &made.datagram()), Err(Dropped::Rejected(id, expected)));
        assert!(lab.engine.take(id).is_none(), "{expected:?}");
    }
    let (mut lab, _, id, request) = under_way(&operator());
    let mut made = fitting;
    let answer = lab.answer(&request).expect("an answer");
    made.msg_id = see(&request).header.msg_id;
    made.header.request_id = open(&answer).request_id;
    // 150 seconds behind are in time.
    made.clock.time -= 150;
    assert_eq!(deliver(&mut lab, &made.datagram()), Ok(id));
    assert_eq!(values(lab.engine.take(id).expect("an end")), [Value::Integer(1)]);
}

/// Another address, another msgID.
#[test]
fn strangers() {
    let (mut lab, _, id, request) = under_way(&operator());
    let answer = lab.answer(&request).expect("an answer");
    assert_eq!(lab.engine.handle_datagram(lab.now, 9, &answer), Err(Dropped::WrongSource(id)));
    let mut made = Made::get(&operator(), Level::AuthPriv);
    made.msg_id = see(&request).header.msg_id ^ 1;
    assert_eq!(deliver(&mut lab, &made.datagram()), Err(Dropped::UnknownRequest));
    // A request is not a response.
    assert_eq!(deliver(&mut lab, &request), Err(Dropped::UnknownPdu));
    assert_eq!(deliver(&mut lab, &answer), Ok(id));
}

/// The PDU of a message from the lab's agent to the operator.
fn open(datagram: &[u8]) -> PduHeader {
    use mibc_runtime::message::{Decoder, UsmRef};
    let mut decoder = Decoder::default();
    let (message, mut ledger) = decoder.decode_v3(datagram).expect("a message");
    let usm = UsmRef::read(message.security, &mut ledger).expect("parameters");
    let mut data = message.data.to_vec();
    let keys = keys(&operator(), &engine_id("agent"));
    let clock = EngineClock { boots: usm.boots, time: usm.time };
    keys.privacy.expect("a key").decrypt(clock, usm.privacy, &mut data).expect("it decrypts");
    decoder.decode_scoped(&data).expect("a scoped PDU").0.pdu.header
}
