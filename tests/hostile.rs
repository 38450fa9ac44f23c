//! Code generation injection: the Rust of a module of hostile names and texts, as `golden.rs` compares it: it compiles, and its names lead where
//! they should.
#![cfg(all(feature = "agent", feature = "if-mib"))]

/// As in an application.
mod mibs {
    include!("golden/hostile.golden");
}

use mibc::runtime::typed::{Notification, Variable};
use mibc::{Gauge32, Oid};
use mibs::hostile_mib::*;

#[test]
fn keywords_and_collisions_have_names() {
    assert_eq!(Self_::TYPE, Self_(4));
    assert_eq!(Match::STATIC, Match(-1));
    assert_eq!((OPTION.object().name(), MATCH.object().name()), (Some("option"), Some("match")));
}

#[test]
fn an_index_of_everything_is_written_and_read() {
    let oid: Oid = "1.3.6.1".parse().unwrap();
    let index = ThingIndex {
        index: 7,
        r#match: Match::TRUE,
        mac: [1, 2, 3, 4, 5, 6].into(),
        address: [192, 0, 2, 1].into(),
        oid: oid.into(),
        big: 5.into(),
        if_index: 3.into(),
        in_dex: 9.into(),
        name: "ab".into(),
    };
    let name = NEXT.at(index.clone()).oid().unwrap();
    assert_eq!(
        name.to_string(),
        "1.3.6.1.4.1.32473.99.4.1.8.7.1.1.2.3.4.5.6.192.0.2.1.4.1.3.6.1.5.3.9.97.98"
    );
    let lost = ThingLost::at(index.clone(), Gauge32(5), Rt::from([Rt::FROM]));
    let varbinds = lost.varbinds().unwrap();
    assert_eq!(varbinds.len(), 3);
    let received = ThingLost::decode(&varbinds).unwrap().notification;
    assert_eq!((received.index.value, received.next.index), (7, index));
    assert!(received.test.value.contains(Rt::FROM) && !received.test.value.contains(Rt::RT));
}

#[test]
fn rows_of_unknown_index_take_numbers() {
    let name = BROKEN.at([1, 2, 3]).oid().unwrap();
    assert_eq!(name.to_string(), "1.3.6.1.4.1.32473.99.7.1.1.1.2.3");
    assert_eq!(EXTRA.at(2).oid().unwrap().to_string(), "1.3.6.1.4.1.32473.99.6.1.1.2");
}
