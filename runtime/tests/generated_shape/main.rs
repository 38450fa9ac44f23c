//! The shape of generated modules: what a user does with one, without a network.

#[allow(dead_code, unreachable_pub, reason = "as in an application, only some of a module is used")]
mod mibs;

mod metadata;

use mibc_runtime::{
    index,
    oid::Oid,
    typed::{
        Answers, Column, Columns, Module, Notification, ObjectRef, Problem, Query, RowCells, Subtree,
        Variable, access::ReadOnly,
    },
    value::{Counter64, Gauge32, OctetString, Unsigned32, Value, VarBind},
};
use mibs::{acme_bank_mib::*, acme_outlet_mib::*};

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn names<Q: Query>(query: &Q) -> Vec<String> {
    let mut names = Vec::new();
    query.names(&mut names).unwrap();
    names.iter().map(Oid::to_string).collect()
}

#[test]
fn names_of_scalars_and_instances() {
    assert_eq!(ACME_BANK_COUNT.oid().unwrap(), oid("1.3.6.1.4.1.32473.2.1.0"));
    assert_eq!(ACME_BANK_ADDRESS.at(7).oid().unwrap(), oid("1.3.6.1.4.1.32473.2.2.1.2.7"));
    assert_eq!(ACME_OUTLET_STATE.at((1, "ab")).oid().unwrap(), oid("1.3.6.1.4.1.32473.3.2.1.2.1.2.97.98"));
    assert_eq!(ACME_BANK_TABLE.root().unwrap(), oid("1.3.6.1.4.1.32473.2.2"));
    assert_eq!(ACME_OUTLET_STATE.root().unwrap(), oid("1.3.6.1.4.1.32473.3.2.1.2"));
}

#[test]
fn an_index_that_is_too_long_is_an_error_of_the_name() {
    let error = ACME_OUTLET_STATE.at((1, "x".repeat(200).as_str())).oid().unwrap_err();
    assert!(error.to_string().contains("128 sub-identifiers"), "{error}");
}

#[test]
fn literals_are_checked_against_the_index() {
    assert_eq!(ACME_BANK_ADDRESS.instance_arcs([7]).oid().unwrap(), oid("1.3.6.1.4.1.32473.2.2.1.2.7"));
    assert_eq!(ACME_BANK_ADDRESS.instance_zero().oid().unwrap(), oid("1.3.6.1.4.1.32473.2.2.1.2.0"));
    assert_eq!(ACME_BANK_COUNT.instance_zero().oid().unwrap(), oid("1.3.6.1.4.1.32473.2.1.0"));
    let error = ACME_BANK_ADDRESS.instance_arcs([7, 8]).oid().unwrap_err();
    assert!(error.to_string().contains("left behind the index"), "{error}");
    let below = ACME_BANKS.instance_arcs([9, 9]).root().unwrap();
    assert_eq!(below, oid("1.3.6.1.4.1.32473.2.9.9"));
}

#[test]
fn queries_of_several_objects() {
    let query = (ACME_BANK_COUNT, ACME_OUTLET_STATE.at((2, "a")), ACME_STRIP_NAME.optional());
    let expected = ["1.3.6.1.4.1.32473.2.1.0", "1.3.6.1.4.1.32473.3.2.1.2.2.1.97", "1.3.6.1.4.1.32473.3.1.0"];
    assert_eq!(names(&query), expected);
    let answer = |last: Value| {
        let values = [Value::Integer(3), Value::Integer(9), last];
        expected
            .iter()
            .zip(values)
            .map(|(name, value)| VarBind { name: oid(name), value })
            .collect::<Vec<_>>()
    };
    let (count, state, name) = query.decode(&mut Answers::new(&answer(Value::from("strip")))).unwrap();
    assert_eq!((count, state, name), (3, AcmeOutletState(9), Some(AcmeText::from("strip"))));
    let (.., name) = query.decode(&mut Answers::new(&answer(Value::NoSuchInstance))).unwrap();
    assert_eq!(name, None);
    let error = query.decode(&mut Answers::new(&answer(Value::Integer(1)))).unwrap_err();
    assert_eq!(error.oid, oid("1.3.6.1.4.1.32473.3.1.0"));
    assert!(error.to_string().ends_with("expected OctetString, found Integer32"), "{error}");
    let error = query.decode(&mut Answers::new(&answer(Value::Null)[..2])).unwrap_err();
    assert_eq!(error.problem, Problem::Missing);
    let error = ACME_BANK_COUNT
        .decode(&mut Answers::new(&[VarBind { name: oid(expected[0]), value: Value::NoSuchObject }]))
        .unwrap_err();
    assert_eq!(error.problem, Problem::NoSuchObject);
}

#[test]
fn queries_of_any_number() {
    let query: Vec<_> = (1..=3).map(|bank| ACME_BANK_TRIPS.at(bank).optional()).collect();
    assert_eq!(names(&query)[2], "1.3.6.1.4.1.32473.2.2.1.3.3");
    let values = [Counter64(1).into(), Value::NoSuchInstance, Counter64(3).into()];
    let answers: Vec<_> =
        names(&query).iter().zip(values).map(|(name, value)| VarBind { name: oid(name), value }).collect();
    let trips = query.decode(&mut Answers::new(&answers)).unwrap();
    assert_eq!(trips, [Some(Counter64(1)), None, Some(Counter64(3))]);
    assert_eq!(query.decode(&mut Answers::new(&answers[..2])).unwrap_err().problem, Problem::Missing);
}

#[test]
fn columns_of_rows_with_one_index_type_join() {
    // acmeBankEntry, acmeBankLimitEntry that AUGMENTS it, acmeBreakerEntry with the same INDEX in another module.
    let columns = (ACME_BANK_TRIPS, ACME_BANK_LIMIT, ACME_BREAKER_CLOSED);
    let mut objects: Vec<ObjectRef> = Vec::new();
    columns.columns(&mut objects);
    let oids: Vec<_> = objects.iter().map(|object| object.oid().unwrap().to_string()).collect();
    assert_eq!(oids, ["1.3.6.1.4.1.32473.2.2.1.3", "1.3.6.1.4.1.32473.2.3.1.1", "1.3.6.1.4.1.32473.3.3.1.1"]);
    let name = oid("1.3.6.1.4.1.32473.2.2.1.3.5");
    let arcs = name.strip_prefix(&objects[0].oid().unwrap()).unwrap();
    let index: AcmeBankIndex = index::decode(arcs.clone()).unwrap();
    assert_eq!(index, AcmeBankIndex::from(5));
    let cells = [Some(Counter64(7).into()), None, Some(Value::Integer(1))];
    let row = RowCells::new(&objects, arcs.clone(), &cells);
    assert_eq!(columns.cells(&row).unwrap(), (Some(Counter64(7)), None, Some(1)));
    let cells = [Some(Counter64(7).into()), Some(Value::Null), None];
    let error = columns.cells(&RowCells::new(&objects, arcs, &cells)).unwrap_err();
    assert_eq!(error.oid, oid("1.3.6.1.4.1.32473.2.3.1.1.5"));
    let limit = Value::from(Unsigned32(4));
    assert_eq!(
        ACME_BANK_LIMIT.cells(&RowCells::new(&[], name.arcs(), &[Some(limit)])).unwrap(),
        Some(Unsigned32(4))
    );
}

#[test]
fn assignments_take_the_type_of_the_object() {
    let varbind = ACME_OUTLET_STATE.at((1, "a")).assign(AcmeOutletState::OFF).into_varbind().unwrap();
    assert_eq!(varbind, VarBind::new(oid("1.3.6.1.4.1.32473.3.2.1.2.1.1.97"), 1));
    let varbind = ACME_STRIP_NAME.assign("x").into_varbind().unwrap();
    assert_eq!(varbind, VarBind::new(oid("1.3.6.1.4.1.32473.3.1.0"), "x"));
    let varbind = ACME_BANK_LIMIT.instance_arcs([4]).assign(Unsigned32(1)).into_varbind().unwrap();
    assert_eq!(varbind.name, oid("1.3.6.1.4.1.32473.2.3.1.1.4"));
}

/// S6: strings of variable size are ordered by length first.
#[test]
fn indexes_are_ordered_as_they_are_walked() {
    let mut indexes: Vec<AcmeOutletIndex> =
        [(2, "a"), (1, "bb"), (1, "b"), (1, "aaa")].map(AcmeOutletIndex::from).to_vec();
    let mut encoded = indexes.clone();
    indexes.sort();
    encoded.sort_by(index::order);
    assert_eq!(indexes, encoded);
    let expected: Vec<_> = [(1, "b"), (1, "bb"), (1, "aaa"), (2, "a")].map(AcmeOutletIndex::from).to_vec();
    assert_eq!(indexes, expected);
    assert!(AcmeBankIndex::from(1) < AcmeBankIndex::from(2));
}

#[test]
fn indexes_from_other_numbers() {
    assert_eq!(AcmeBankIndex::try_from(3_usize), Ok(AcmeBankIndex::from(3)));
    assert!(AcmeBankIndex::try_from(u32::MAX).is_err());
    assert_eq!(AcmeBankIndex::from(AcmeBankNumber(3)), AcmeBankIndex::from(3));
}

/// S5
#[test]
fn bits_are_named() {
    let features =
        AcmeOutletFeatures::from([AcmeOutletFeatures::METERING, AcmeOutletFeatures::REMOTE_SWITCH]);
    assert_eq!(features.0.as_octets(), [0x80, 0x40]);
    assert!(features.contains(AcmeOutletFeatures::REMOTE_SWITCH));
}

#[test]
fn enumerations_are_open_and_match() {
    let text = |state| match state {
        AcmeOutletState::OFF => "off",
        AcmeOutletState(17) => "seventeen",
        _ => "other",
    };
    assert_eq!(
        [AcmeOutletState::OFF, AcmeOutletState(17), AcmeOutletState::ON].map(text),
        ["off", "seventeen", "other"]
    );
}

#[test]
fn notifications_with_one_row() {
    let tripped = AcmeOutletTripped::at((1, "a"), AcmeOutletState::TRIPPED, Gauge32(12));
    let mut varbinds = tripped.varbinds().unwrap();
    let shown: Vec<_> = varbinds.iter().map(VarBind::to_string).collect();
    assert_eq!(
        shown,
        [
            "1.3.6.1.4.1.32473.3.2.1.1.1.1.97 = a",
            "1.3.6.1.4.1.32473.3.2.1.2.1.1.97 = 3",
            "1.3.6.1.4.1.32473.3.2.1.3.1.1.97 = 12"
        ]
    );
    varbinds.insert(1, VarBind::new(oid("1.3.6.1.9.9"), 4));
    let received = AcmeOutletTripped::decode(&varbinds).unwrap();
    assert_eq!(received.notification, tripped);
    assert_eq!(received.notification.acme_outlet_state.index, AcmeOutletIndex::from((1, "a")));
    assert_eq!(received.extra, [VarBind::new(oid("1.3.6.1.9.9"), 4)]);
    let error = AcmeOutletTripped::decode(&varbinds[..3]).unwrap_err();
    assert_eq!(error.problem, Problem::Missing);
    assert_eq!(error.oid, oid("1.3.6.1.4.1.32473.3.2.1.3"));
}

#[test]
fn notifications_of_several_rows_bind_each_object() {
    let renamed = AcmeStripRenamed {
        acme_strip_name: ACME_STRIP_NAME.with("new".into()),
        acme_bank_trips: ACME_BANK_TRIPS.at(4).with(Counter64(8)),
    };
    let varbinds = renamed.varbinds().unwrap();
    assert_eq!(varbinds[1].name, oid("1.3.6.1.4.1.32473.2.2.1.3.4"));
    assert_eq!(AcmeStripRenamed::decode(&varbinds).unwrap().notification, renamed);
    // Of the right types, but another object: found when it is written.
    let other: Column<AcmeBankEntry, Counter64, ReadOnly> = Column::new(99);
    let wrong = AcmeStripRenamed { acme_bank_trips: other.at(4).with(Counter64(8)), ..renamed };
    assert!(wrong.varbinds().unwrap_err().to_string().contains("bound to an instance of"));
}

#[test]
fn conventions_convert() {
    let text = AcmeText::from("abc");
    assert_eq!(OctetString::from(text.clone()), "abc");
    assert_eq!(String::from(text), "abc");
    assert_eq!(AcmeAddress::from([1, 2, 3, 4, 5, 6]).0.len(), 6);
    assert_eq!(i32::from(AcmeBankNumber(2)), 2);
    assert_eq!(AcmeText::from(format!("outlet {}", 3)), AcmeText::from("outlet 3"));
    assert_eq!(&AcmeText::from(vec![b'a', 0xff]).0[..], [b'a', 0xff]);
}

#[test]
fn names_and_indexes_print_as_they_stand_in_instances() {
    assert_eq!(AcmeBankIndex::from(7).to_string(), "7");
    assert_eq!(AcmeOutletIndex::from((2, "core")).to_string(), "2.\"core\"");
    assert_eq!(format!("{:>9}|", AcmeOutletIndex::from((2, "a"))), "    2.\"a\"|");
    assert_eq!(ACME_OUTLET_STATE.at((2, "core")).to_string(), "acmeOutletState.2.\"core\"");
    assert_eq!(ACME_BANK_ADDRESS.instance_arcs([7]).to_string(), "acmeBankAddress.7");
    assert_eq!(format!("{ACME_OUTLET_STATE} {ACME_BANK_COUNT}"), "acmeOutletState acmeBankCount.0");
    // Text of one line leads back to the same octets; others are numbers.
    assert_eq!(AcmeOutletIndex::from((2, "a\nb")).to_string(), "2.3.97.10.98");
    let long = AcmeOutletIndex::from((1, "x".repeat(200).as_str()));
    assert!(long.to_string().contains("128 sub-identifiers"), "{long}");
    assert!(ACME_OUTLET_STATE.at(long).to_string().contains("128 sub-identifiers"));
    assert_eq!(index::Untyped::from([1, 2]).to_string(), "1.2");
}

#[test]
fn blobs_are_what_the_builder_writes() {
    for (blob, packed) in [
        (AcmeBankMib::META.as_bytes(), metadata::acme_bank_mib()),
        (AcmeOutletMib::META.as_bytes(), metadata::acme_outlet_mib()),
    ] {
        assert!(blob == packed, "the blob should be b\"{}\"", packed.escape_ascii());
    }
}

#[test]
fn errors_name_the_instance() {
    let name = oid("1.3.6.1.4.1.32473.3.2.1.2.2.1.97");
    let answers = [VarBind { name, value: Value::NoSuchInstance }];
    let error = ACME_OUTLET_STATE.at((2, "a")).decode(&mut Answers::new(&answers)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "acmeOutletState.2.\"a\" (1.3.6.1.4.1.32473.3.2.1.2.2.1.97): the agent has no such instance (noSuchInstance)"
    );
    assert_eq!(format!("{ACME_OUTLET_STATE:?} {ACME_BANK_COUNT:?}"), "acmeOutletState acmeBankCount.0");
    assert_eq!(ACME_OUTLET_TABLE.object().name(), Some("acmeOutletTable"));
}

/// S13, S16
#[test]
fn values_print_by_label_and_hint() {
    assert_eq!(AcmeOutletState::TRIPPED.to_string(), "tripped");
    assert_eq!(AcmeOutletState(17).to_string(), "unknown(17)");
    assert_eq!(format!("{:?}", AcmeOutletState::ON), "on(2)");
    assert_eq!(AcmeAddress::from([0, 1, 2, 0xfd, 4, 5]).to_string(), "00:01:02:fd:04:05");
    assert_eq!(format!("{:?}", AcmeText::from("strip")), "AcmeText(strip)");
    assert_eq!(format!("{:>7}", AcmeText::from("strip")), "  strip");
    assert_eq!(AcmeBankNumber(4).to_string(), "4");
    let features =
        AcmeOutletFeatures::from([AcmeOutletFeatures::METERING, AcmeOutletFeatures::REMOTE_SWITCH]);
    assert_eq!(features.to_string(), "{metering, remoteSwitch}");
}
