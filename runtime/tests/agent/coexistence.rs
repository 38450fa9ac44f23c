//! SNMPv1 and SNMPv2c on one agent (RFC 3584 §4), and what gets no answer at all.

use mibc_runtime::agent::{Arrival, Dropped, Exchange, Responder};
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind, Version};
use mibc_runtime::value::{Counter64, OctetString, Value, VarBind};
use std::time::Instant;

use crate::acme::{ACME_LOCATION, CHARGE, ENTRY, LIMIT, LOCATION, agent, responder};
use crate::ask::{Manager, encode, oid, unspecified};

fn v1<'r>(responder: &'r Responder, community: &'static str) -> Manager<'r> {
    Manager { responder, version: Version::V1, community }
}

fn v2c<'r>(responder: &'r Responder, community: &'static str) -> Manager<'r> {
    Manager { responder, version: Version::V2c, community }
}

/// C1
#[test]
fn v1_get_of_a_counter64_is_no_such_name() {
    let (responder, ..) = agent();
    let names = [format!("{LOCATION}.0"), format!("{CHARGE}.0")];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let answer = v1(&responder, "public").get(&names);
    assert_eq!(answer.error(), (ErrorStatus::NO_SUCH_NAME, 2));
    assert_eq!(answer.varbinds, unspecified(&names));
    assert_eq!(v2c(&responder, "public").get(&names).error(), (ErrorStatus::NO_ERROR, 0));
}

/// C1: the walk goes on behind them, a whole column at once.
#[test]
fn v1_walks_skip_counter64() {
    let (responder, _, outlets) = agent();
    responder.serve(crate::acme::ACME_SERIAL, || 5);
    let public = v1(&responder, "public");
    let all: Vec<VarBind> = v2c(&responder, "public")
        .walk()
        .into_iter()
        .filter(|varbind| !matches!(varbind.value, Value::Counter64(_)))
        .collect();
    assert_eq!(public.walk(), all);

    // 10,000 rows in a Counter64 column are not asked for one by one.
    let mut rows = outlets.rows.lock().expect("not poisoned");
    rows.extend((100..10_100).map(|bank| {
        let outlet = crate::acme::Outlet { load: 1, state: 1, owner: None };
        (crate::acme::AcmeOutletIndex::new(bank, "x"), outlet)
    }));
    drop(rows);
    let before = outlets.get_calls.load(std::sync::atomic::Ordering::Relaxed);
    let answer = public.next(&[&format!("{ENTRY}.6")]);
    assert_eq!(answer.error(), (ErrorStatus::NO_SUCH_NAME, 1));
    let after = outlets.get_calls.load(std::sync::atomic::Ordering::Relaxed);
    assert!(after - before < 10, "{} calls", after - before);
}

/// C2
#[test]
fn v1_requests_with_a_counter64_are_dropped() {
    let (responder, ..) = agent();
    for kind in [PduKind::Get, PduKind::GetNext, PduKind::Set] {
        let varbind = VarBind::new(oid(LOCATION), Counter64(1));
        let dropped = v1(&responder, "private").try_ask(PduHeader::new(kind, 1), vec![varbind.clone()]);
        assert_eq!(dropped, Err(Dropped::Counter64InV1));
        assert!(v2c(&responder, "private").try_ask(PduHeader::new(kind, 1), vec![varbind]).is_ok());
    }
    assert_eq!(responder.counters().asn_parse_errs(), 3);
}

/// C3, C14: every exception is noSuchName for the first name that has one, with the varbinds of the request.
#[test]
fn v1_has_no_exceptions() {
    let (responder, ..) = agent();
    let public = v1(&responder, "public");
    let names = ["1.3.6.1.4.1.9999.1.1.0", "1.3.6.1.4.1.9999.1.1.1", "1.3.6.1.4.1.9999.1.99.0"];
    let answer = public.get(&names);
    assert_eq!(answer.error(), (ErrorStatus::NO_SUCH_NAME, 2));
    assert_eq!(answer.varbinds, unspecified(&names));
    let names = ["1.3.6.1.4.1.9999.1.1", "2.5"];
    let answer = public.next(&names);
    assert_eq!(answer.error(), (ErrorStatus::NO_SUCH_NAME, 2));
    assert_eq!(answer.varbinds, unspecified(&names));
}

/// C4, C5: what SNMPv2c tells apart is badValue, noSuchName and genErr in SNMPv1; readOnly is never sent.
#[test]
fn v1_errors_are_mapped() {
    let (responder, ..) = agent();
    let (old, new) = (v1(&responder, "private"), v2c(&responder, "private"));
    let location = format!("{LOCATION}.0");
    let long = Value::from("seventeen octets!");
    let limit = format!("{LIMIT}.0");
    for (name, value, status, in_v1) in [
        (&*location, Value::Integer(1), ErrorStatus::WRONG_TYPE, ErrorStatus::BAD_VALUE),
        (&*location, long, ErrorStatus::WRONG_LENGTH, ErrorStatus::BAD_VALUE),
        (&*limit, Value::Integer(101), ErrorStatus::WRONG_VALUE, ErrorStatus::BAD_VALUE),
        (&*limit, Value::Integer(13), ErrorStatus::COMMIT_FAILED, ErrorStatus::GEN_ERR),
        ("1.3.6.1.4.1.9999.1.1.1", "x".into(), ErrorStatus::NO_CREATION, ErrorStatus::NO_SUCH_NAME),
        ("1.3.6.1.4.1.9999.9.1", "x".into(), ErrorStatus::NOT_WRITABLE, ErrorStatus::NO_SUCH_NAME),
        (
            "1.3.6.1.4.1.9999.2.1.3.1.1.97",
            Value::Integer(1),
            ErrorStatus::NOT_WRITABLE,
            ErrorStatus::NO_SUCH_NAME,
        ),
    ] {
        let change = [(name, value)];
        assert_eq!(new.set(&change).error(), (status, 1), "{name}");
        let answer = old.set(&change);
        assert_eq!(answer.error(), (in_v1, 1), "{name}");
        let [(name, value)] = change;
        assert_eq!(answer.varbinds, [VarBind::new(oid(name), value)]);
    }
    let hidden = [("1.3.6.1.4.1.9999.1.3.0", Value::Integer(1))];
    assert_eq!(v2c(&responder, "narrow").set(&hidden).error(), (ErrorStatus::NO_ACCESS, 1));
    assert_eq!(v1(&responder, "narrow").set(&hidden).error(), (ErrorStatus::NO_SUCH_NAME, 1));
}

/// C4, M10: a community that may not write.
#[test]
fn a_read_only_community_is_not_authorized_to_set() {
    let (responder, settings, _) = agent();
    let change = [("1.3.6.1.4.1.9999.1.1.0", Value::from("attic"))];
    assert_eq!(v2c(&responder, "public").set(&change).error(), (ErrorStatus::AUTHORIZATION_ERROR, 0));
    assert_eq!(responder.counters().bad_community_uses(), 1);
    assert_eq!(v1(&responder, "public").set(&change).error(), (ErrorStatus::NO_SUCH_NAME, 1));
    assert_eq!(responder.counters().bad_community_uses(), 2);
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
}

/// C14: SNMPv1 keeps the varbinds of the request in tooBig.
#[test]
fn v1_too_big_keeps_the_request() {
    let responder = responder(484);
    responder.serve(ACME_LOCATION, || OctetString(vec![b'x'; 500]));
    let name = format!("{LOCATION}.0");
    let answer = v1(&responder, "public").get(&[&name]);
    assert_eq!(answer.error(), (ErrorStatus::TOO_BIG, 0));
    assert_eq!(answer.varbinds, unspecified(&[&name]));
}

/// C15
#[test]
fn unknown_versions_are_counted_and_dropped() {
    let (responder, ..) = agent();
    let mut exchange = Exchange::default();
    let request = encode(Version::V2c, "public", PduHeader::new(PduKind::Get, 1), unspecified(&[LOCATION]));
    // 30 len 02 01 version
    assert_eq!(request[..5], [0x30, request[1], 2, 1, 1]);
    for version in [2, 3, 127, 255] {
        let mut request = request.clone();
        request[4] = version;
        let dropped =
            responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).map(<[u8]>::len);
        assert_eq!(dropped, Err(Dropped::UnknownVersion(i32::from(version as i8))));
    }
    assert_eq!(responder.counters().bad_versions(), 4);
    assert_eq!(responder.counters().in_pkts(), 4);
    assert_eq!(responder.counters().asn_parse_errs(), 0);
    assert_eq!(responder.counters().out_pkts(), 0);
}

/// C10, amplification: no answer to a community that is not known.
#[test]
fn unknown_communities_are_counted_and_dropped() {
    let (responder, ..) = agent();
    for community in ["", "publi", "publicc", "PUBLIC"] {
        let dropped =
            v2c(&responder, community).try_ask(PduHeader::new(PduKind::Get, 1), unspecified(&[LOCATION]));
        assert_eq!(dropped, Err(Dropped::UnknownCommunity));
    }
    assert_eq!(responder.counters().bad_community_names(), 4);
}

/// An agent answers only requests.
#[test]
fn responses_and_notifications_get_no_answer() {
    let (responder, ..) = agent();
    for kind in [PduKind::Response, PduKind::Inform, PduKind::Trap, PduKind::Report] {
        let dropped = v2c(&responder, "public").try_ask(PduHeader::new(kind, 1), unspecified(&[LOCATION]));
        assert_eq!(dropped, Err(Dropped::UnknownPdu), "{kind:?}");
    }
    assert_eq!(responder.counters().unknown_pdu_handlers(), 4);
}

/// CVE-2015-5621: a message that cannot be parsed leaves one count behind and nothing else.
#[test]
fn a_parse_error_moves_one_counter() {
    let (responder, ..) = agent();
    let request = encode(Version::V1, "public", PduHeader::new(PduKind::Get, 1), unspecified(&[LOCATION]));
    let mut exchange = Exchange::default();
    for length in 0..request.len() {
        let dropped = responder
            .respond(Arrival::new(Instant::now(), &request[..length]), &mut exchange)
            .map(<[u8]>::len);
        assert!(matches!(dropped, Err(Dropped::Malformed(_))), "{length}: {dropped:?}");
    }
    let counters = responder.counters();
    assert_eq!(counters.asn_parse_errs() as usize, request.len());
    let others = [
        counters.bad_versions(),
        counters.bad_community_names(),
        counters.silent_drops(),
        counters.out_pkts(),
    ];
    assert_eq!(others, [0; 4]);
    // A GetBulk does not exist in SNMPv1.
    let bulk = encode(Version::V1, "public", PduHeader::bulk(1, 0, 9), unspecified(&[LOCATION]));
    assert!(matches!(
        responder.respond(Arrival::new(Instant::now(), &bulk), &mut exchange),
        Err(Dropped::Malformed(_))
    ));
}
