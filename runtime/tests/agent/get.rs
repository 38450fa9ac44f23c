//! GET, GETNEXT and GETBULK (RFC 3416 §4.2.1 to §4.2.3).

use mibc_runtime::agent::{Arrival, Dropped};
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind, Version};
use mibc_runtime::value::{Counter64, Gauge32, OctetString, Value};
use std::time::Instant;

use crate::acme::{ACME_LOCATION, CHARGE, ENTRY, LIMIT, LOCATION, agent, responder};
use crate::ask::{Manager, unspecified};

fn manager<'r>(responder: &'r mibc_runtime::agent::Responder, community: &'static str) -> Manager<'r> {
    Manager { responder, version: Version::V2c, community }
}

/// P1
#[test]
fn unknown_object_and_unknown_instance_are_told_apart() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let answer = public.get(&[
        "1.3.6.1.4.1.9999.1.1.0",
        "1.3.6.1.4.1.9999.1.1.1",
        "1.3.6.1.4.1.9999.1.1",
        "1.3.6.1.4.1.9999.1.99.0",
        "1.3.6.1.4.1.9999.2.1.3.1.2.98.98",
        "1.3.6.1.4.1.9999.2.1.3.1.2.98.99",
        "1.3.6.1.4.1.9999.2.1.3.1.2.98",
        "1.3.6.1.4.1.9999.2.1.8.1.1.97",
        "1.3.6.1.4.1.9999.2.1.5.1.2.98.98",
    ]);
    assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
    use Value::{NoSuchInstance, NoSuchObject};
    assert_eq!(
        answer.values(),
        [
            Value::from("cellar"),
            NoSuchInstance,
            NoSuchInstance,
            NoSuchObject,
            Value::from(Gauge32(20)),
            NoSuchInstance,
            NoSuchInstance,
            NoSuchObject,
            NoSuchInstance,
        ]
    );
}

/// P1: out of view is the same as absent; the object counts as known while one of its instances is visible.
#[test]
fn a_view_never_tells_what_it_hides() {
    let (responder, ..) = agent();
    let narrow = manager(&responder, "narrow");
    let answer = narrow.get(&[
        "1.3.6.1.4.1.9999.1.1.0",
        "1.3.6.1.4.1.9999.1.2.0",
        "1.3.6.1.4.1.9999.2.1.3.1.1.97",
        "1.3.6.1.4.1.9999.2.1.3.2.1.97",
        "1.3.6.1.4.1.9999.2.1.4.1.1.97",
    ]);
    use Value::{NoSuchInstance, NoSuchObject};
    let expected = ["cellar".into(), NoSuchObject, Gauge32(10).into(), NoSuchInstance, NoSuchObject];
    assert_eq!(answer.values(), expected);
    let names: Vec<String> = narrow.walk().iter().map(|varbind| varbind.name.to_string()).collect();
    assert_eq!(names, ["1.3.6.1.4.1.9999.1.1.0", "1.3.6.1.4.1.9999.2.1.3.1.1.97"]);
}

/// S8
#[test]
fn not_accessible_columns_are_no_objects() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let answer = public.get(&["1.3.6.1.4.1.9999.2.1.1.1.1.97", "1.3.6.1.4.1.9999.2.1.2.1.1.97"]);
    assert_eq!(answer.values(), [Value::NoSuchObject, Value::NoSuchObject]);
    let answer = public.next(&[ENTRY, "1.3.6.1.4.1.9999.2.1.1", "1.3.6.1.4.1.9999.2.1.2.1.1.97"]);
    assert_eq!(answer.names(), ["1.3.6.1.4.1.9999.2.1.3.1.1.97"; 3]);
}

/// P2
#[test]
fn what_does_not_fit_is_too_big_without_varbinds() {
    let responder = responder(484);
    responder.serve(ACME_LOCATION, || OctetString(vec![b'x'; 500]));
    let public = manager(&responder, "public");
    let name = format!("{LOCATION}.0");
    for answer in [public.get(&[&name]), public.next(&[LOCATION])] {
        assert_eq!(answer.error(), (ErrorStatus::TOO_BIG, 0));
        assert!(answer.varbinds.is_empty());
    }
    assert_eq!(responder.counters().silent_drops(), 0);
}

/// P2: when not even tooBig fits, silence.
#[test]
fn what_cannot_even_be_refused_is_dropped_silently() {
    let long = "x".repeat(500);
    let long: &'static str = long.leak();
    let community = mibc_runtime::agent::Community::read_only(long);
    let responder = mibc_runtime::agent::Responder::new([community], 484);
    let verbose = manager(&responder, long);
    let dropped = verbose.try_ask(PduHeader::new(PduKind::Get, 1), unspecified(&[LOCATION]));
    assert_eq!(dropped, Err(Dropped::Silent { limit: 484 }));
    assert_eq!(responder.counters().silent_drops(), 1);
    assert_eq!(responder.counters().out_pkts(), 0);
}

/// P3
#[test]
fn the_end_has_the_name_of_the_request() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let answer = public.next(&["1.3.6.1.4.1.9999.2.1.6.2.1.97", "2.5"]);
    assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(answer.names(), ["1.3.6.1.4.1.9999.2.1.6.2.1.97", "2.5"]);
    assert_eq!(answer.values(), [Value::EndOfMibView, Value::EndOfMibView]);
}

/// GETNEXT reaches everything that there is, in order, holes left out.
#[test]
fn a_walk_finds_every_instance_once() {
    let (responder, ..) = agent();
    let found: Vec<String> =
        manager(&responder, "public").walk().iter().map(|varbind| varbind.name.to_string()).collect();
    let scalars = [LOCATION, CHARGE, LIMIT].map(|object| format!("{object}.0"));
    let rows = ["1.1.97", "1.2.98.98", "2.1.97"];
    let columns = [3, 4, 5, 6].into_iter().flat_map(|column| {
        let rows = rows.into_iter().filter(move |row| column != 5 || *row != "1.2.98.98");
        rows.map(move |row| format!("{ENTRY}.{column}.{row}"))
    });
    let expected: Vec<String> = scalars.into_iter().chain(columns).collect();
    assert_eq!(found, expected);
}

/// P4: every combination of N, M and number of names against the rule, by way of GETNEXT.
#[test]
fn bulk_gives_what_so_many_getnexts_give() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let names = [LOCATION, "1.3.6.1.4.1.9999.2.1.3", "1.3.6.1.4.1.9999.2.1.4.1.1.97"];
    for count in 0..=names.len() {
        let names = &names[..count];
        for non_repeaters in [0, 1, 2, 3, 4, i32::MAX as u32] {
            for max_repetitions in [0, 1, 2, 3] {
                let answer = public.bulk(non_repeaters, max_repetitions, names);
                let n = count.min(non_repeaters as usize);
                let mut expected = Vec::new();
                for name in &names[..n] {
                    expected.extend(public.next(&[name]).varbinds);
                }
                let mut at: Vec<String> = names[n..].iter().map(|name| (*name).to_owned()).collect();
                for _ in 0..max_repetitions {
                    for name in &mut at {
                        let next = public.next(&[name]).varbinds.remove(0);
                        *name = next.name.to_string();
                        expected.push(next);
                    }
                }
                assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
                assert_eq!(
                    answer.varbinds, expected,
                    "N {non_repeaters}, M {max_repetitions}, {count} names"
                );
            }
        }
    }
}

/// W14: negative counts are 0.
#[test]
fn negative_bulk_counts_are_zero() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let mut header = PduHeader::bulk(7, 0, 0);
    header.error_status = ErrorStatus(-5);
    header.error_index = -1;
    let answer = public.ask(header, unspecified(&[LOCATION]));
    assert_eq!((answer.error(), answer.varbinds.len()), ((ErrorStatus::NO_ERROR, 0), 0));
    header.error_index = 2;
    assert_eq!(public.ask(header, unspecified(&[LOCATION])).varbinds.len(), 2);
}

/// P5, P7: cut to the size, in the middle of a row, never tooBig.
#[test]
fn bulk_is_cut_from_the_end_and_never_too_big() {
    let (full, _, outlets) = agent();
    let small = responder(484);
    small.serve_table(crate::acme::AcmeOutletEntry, outlets);
    let names = ["1.3.6.1.4.1.9999.2.1.3", "1.3.6.1.4.1.9999.2.1.4", "1.3.6.1.4.1.9999.2.1.6"];
    let all = manager(&full, "public").bulk(0, 100, &names).varbinds;
    let cut = manager(&small, "public").bulk(0, 100, &names);
    assert_eq!(cut.error(), (ErrorStatus::NO_ERROR, 0));
    assert!(cut.varbinds.len() >= names.len(), "at least one repetition");
    assert!(cut.varbinds.len() < all.len());
    assert_eq!(cut.varbinds, all[..cut.varbinds.len()]);
    // Nothing fits: an empty list, not tooBig.
    small.serve(ACME_LOCATION, || OctetString(vec![b'x'; 500]));
    let answer = manager(&small, "public").bulk(1, 0, &[LOCATION]);
    assert_eq!((answer.error(), answer.varbinds.len()), ((ErrorStatus::NO_ERROR, 0), 0));
}

/// P5, TA14-017A: a cut response uses the room it has, and no more, however much is asked for.
#[test]
fn a_cut_bulk_is_nearly_full() {
    for limit in (484..4_000).step_by(37) {
        let responder = responder(limit);
        let outlets = crate::acme::Outlets::default();
        outlets.rows.lock().expect("not poisoned").extend((0..500).map(|bank| {
            let outlet = crate::acme::Outlet { load: 1, state: 1, owner: None };
            (crate::acme::AcmeOutletIndex::new(bank, "a"), outlet)
        }));
        responder.serve_table(crate::acme::AcmeOutletEntry, std::sync::Arc::new(outlets));
        let mut exchange = mibc_runtime::agent::Exchange::default();
        let header = PduHeader::bulk(1, 0, u32::MAX);
        let request = crate::ask::encode(Version::V2c, "public", header, unspecified(&[ENTRY]));
        let response =
            responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer");
        assert!(response.len() <= limit && response.len() + 64 > limit, "{} of {limit}", response.len());
    }
}

/// P6: exhausted columns repeat the last successor's name, and the response ends when all columns have.
#[test]
fn exhausted_columns_repeat_their_last_name() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    let answer =
        public.bulk(0, 1_000_000, &["1.3.6.1.4.1.9999.2.1.6.1.2.98.98", "1.3.6.1.4.1.9999.2.1.6.2.1.97"]);
    let last = "1.3.6.1.4.1.9999.2.1.6.2.1.97";
    assert_eq!(answer.names(), [last; 4]);
    let value = Value::from(Counter64(30 << 32));
    assert_eq!(answer.values(), [value, Value::EndOfMibView, Value::EndOfMibView, Value::EndOfMibView]);
}

/// P7, CVE-2008-4309, CVE-2007-5846: the largest counts are bounded by the size of the response.
#[test]
fn the_largest_counts_are_harmless() {
    let (responder, ..) = agent();
    let public = manager(&responder, "public");
    for count in [1, 2, 10, 100, 1_000] {
        let names = vec![ENTRY; count];
        let most = i32::MAX as u32;
        for (non_repeaters, max_repetitions) in [(0, most), (most, most), (count as u32 - 1, most)] {
            let answer = public.bulk(non_repeaters, max_repetitions, &names);
            assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
            assert!(answer.varbinds.len() >= count);
        }
    }
}

/// A provider that cannot read is genErr, with the varbinds of the request.
#[test]
fn a_read_that_fails_is_gen_err() {
    use mibc_runtime::agent::{ReadError, Variables};
    use mibc_runtime::{oid::OidRef, value::VarBind};
    struct Broken;
    impl Variables for Broken {
        fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
            Err(ReadError::new("the sensor is gone"))
        }
        fn next(&self, _: std::ops::Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
            Err(ReadError::new("the sensor is gone"))
        }
    }
    let (responder, ..) = agent();
    responder.register(crate::ask::oid("1.3.6.1.4.1.9999.3"), std::sync::Arc::new(Broken));
    let public = manager(&responder, "public");
    let names = ["1.3.6.1.4.1.9999.1.1.0", "1.3.6.1.4.1.9999.3.0"];
    for answer in [public.get(&names), public.next(&names), public.bulk(1, 5, &names)] {
        assert_eq!(answer.error(), (ErrorStatus::GEN_ERR, 2));
        assert_eq!(answer.varbinds, unspecified(&names));
    }
}
