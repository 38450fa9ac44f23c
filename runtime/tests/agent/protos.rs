//! Malformed messages made by rule, and what the agents of the past fell over.

use mibc_runtime::agent::{Arrival, Exchange, Responder};
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{
    Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Value, VarBind,
};
use mibc_test_support::malformed;
use std::time::Instant;

use crate::acme::{ENTRY, agent};
use crate::ask::{Manager, encode, oid, unspecified};

const LOCATION_0: &str = "1.3.6.1.4.1.9999.1.1.0";
const LIMIT_0: &str = "1.3.6.1.4.1.9999.1.3.0";

fn messages() -> Vec<Vec<u8>> {
    let names = [LOCATION_0, ENTRY, "1.3.6.1.4.1.9999.2.1.4.1.1.97"];
    let mut messages = Vec::new();
    for version in [Version::V1, Version::V2c] {
        for kind in [PduKind::Get, PduKind::GetNext, PduKind::Response] {
            messages.push(encode(version, "public", PduHeader::new(kind, 1), unspecified(&names)));
        }
        let changes =
            vec![VarBind::new(oid(LOCATION_0), "attic"), VarBind::new(oid(LIMIT_0), Value::Integer(5))];
        messages.push(encode(version, "private", PduHeader::new(PduKind::Set, 1), changes));
    }
    let header = PduHeader::bulk(1, 1, i32::MAX as u32);
    messages.push(encode(Version::V2c, "public", header, unspecified(&names)));
    for kind in [PduKind::Inform, PduKind::Trap] {
        messages.push(encode(Version::V2c, "public", PduHeader::new(kind, 1), unspecified(&names)));
    }
    messages
}

/// CVE-2002-0012, CVE-2002-0013 (CERT CA-2002-03): every TLV of every kind of message with every bad length, with other
/// tags and cut short; after each the agent answers a good request.
#[test]
fn every_tlv_in_every_wrong_way() {
    let (responder, ..) = agent();
    let good = encode(Version::V2c, "public", PduHeader::new(PduKind::Get, 7), unspecified(&[ENTRY]));
    let mut exchange = Exchange::default();
    let expected =
        responder.respond(Arrival::new(Instant::now(), &good), &mut exchange).expect("an answer").to_vec();
    let mut count = 0;
    for message in messages() {
        for bad in malformed(&message) {
            if let Ok(answer) = responder.respond(Arrival::new(Instant::now(), &bad), &mut exchange) {
                assert!(answer.len() <= 65_507);
            }
            assert_eq!(
                responder.respond(Arrival::new(Instant::now(), &good), &mut exchange),
                Ok(&*expected),
                "after {bad:02x?}"
            );
            count += 1;
        }
    }
    assert!(count > 2_000, "{count}");
}

fn private(responder: &Responder) -> Manager<'_> {
    Manager { responder, version: Version::V2c, community: "private" }
}

/// CVE-2022-44792, CVE-2022-44793: NULL and every other wrong type for every object that can be written is wrongType,
/// and nothing changes.
#[test]
fn wrong_types_for_everything_writable() {
    let (responder, settings, outlets) = agent();
    let rows = outlets.rows.lock().expect("not poisoned").clone();
    let state = format!("{ENTRY}.4.1.1.97");
    let owner = format!("{ENTRY}.5.1.1.97");
    let values = [
        Value::Null,
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
        Value::Integer(1),
        Value::OctetString(OctetString::from("x")),
        Value::ObjectIdentifier(Oid::ZERO),
        Value::IpAddress(IpAddress([192, 0, 2, 1])),
        Value::Counter32(Counter32(1)),
        Value::Gauge32(Gauge32(1)),
        Value::TimeTicks(TimeTicks(1)),
        Value::Opaque(Opaque(vec![1])),
        Value::Counter64(Counter64(1)),
    ];
    for (name, is_text) in [(LOCATION_0, true), (LIMIT_0, false), (&*state, false), (&*owner, true)] {
        for value in &values {
            let right = if is_text { "OctetString" } else { "Integer" };
            if format!("{value:?}").starts_with(right) {
                continue;
            }
            let answer = private(&responder).set(&[(name, value.clone())]);
            assert_eq!(answer.error(), (ErrorStatus::WRONG_TYPE, 1), "{name} = {value:?}");
        }
    }
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
    assert_eq!(*settings.limit.lock().expect("not poisoned"), 0);
    assert_eq!(*outlets.rows.lock().expect("not poisoned"), rows);
}

/// CVE-2022-24805 to CVE-2022-24810, net-snmp #1039: indexes that are cut short, too long, or whose length says more
/// than is there. SET makes no row of them, GET finds nothing, GETNEXT goes on behind them.
#[test]
fn indexes_that_are_none() {
    let (responder, _, outlets) = agent();
    let rows = outlets.rows.lock().expect("not poisoned").clone();
    let public = Manager { responder: &responder, version: Version::V2c, community: "public" };
    let indexes: [&[u32]; 12] = [
        &[],
        &[1],
        &[1, 1],
        &[1, 2, 97],
        &[1, 1, 97, 97],
        &[1, 1, 256],
        &[1, 0x7fff_ffff, 97],
        &[1, 0x8000_0000, 97],
        &[1, u32::MAX, 97],
        &[1, u32::MAX],
        &[u32::MAX, u32::MAX, u32::MAX],
        &[0; 110],
    ];
    for index in indexes {
        for column in 1..=7 {
            let name = oid(ENTRY).child(column).and_then(|oid| oid.extend(index.iter().copied()));
            let name = name.expect("short enough").to_string();
            let value = if column == 5 { Value::from("eve") } else { Value::Integer(1) };
            let refused = private(&responder).set(&[(&name, value)]);
            assert_ne!(refused.status, ErrorStatus::NO_ERROR, "{name}");
            assert_eq!(refused.index, 1, "{name}");
            let got = public.get(&[&name]).values().remove(0);
            assert!(matches!(got, Value::NoSuchObject | Value::NoSuchInstance), "{name}: {got:?}");
            let next = public.next(&[&name]).varbinds.remove(0);
            assert!(next.name > oid(&name) || next.value == Value::EndOfMibView, "{name}: {next}");
        }
    }
    assert_eq!(*outlets.rows.lock().expect("not poisoned"), rows);
}
