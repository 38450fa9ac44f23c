//! The packed store beside a plain map.

use std::collections::BTreeMap;
use std::ops::Bound;

use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter64, Value, VarBind};
use proptest::prelude::*;

use super::{EntryRef, Pool, Recording};

fn oids() -> impl Strategy<Value = Oid> {
    prop::collection::vec(prop_oneof![0_u32..4, Just(u32::MAX), 120_u32..140], 0..6)
        .prop_map(|arcs| Oid::from_arcs(&[1, 3, 6]).expect("an OID").extend(arcs).expect("short"))
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        any::<u64>().prop_map(|number| Value::Counter64(Counter64(number))),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(|octets| Value::OctetString(octets.into())),
        oids().prop_map(Value::ObjectIdentifier),
        Just(Value::Null),
        Just(Value::NoSuchInstance),
        Just(Value::Undecodable { tag: 0x47, bytes: Box::new([1, 2]) }),
    ]
}

fn recording(map: &BTreeMap<Oid, Value>) -> Recording {
    Recording::of(map.iter().map(|(name, value)| VarBind::new(name.clone(), value.clone())))
}

proptest! {
    #[test]
    fn it_has_what_the_map_has(
        map in prop::collection::btree_map(oids(), values(), 0..90),
        asked in prop::collection::vec(oids(), 1..40),
    ) {
        let recording = recording(&map);
        prop_assert_eq!(recording.len(), map.len());
        for name in asked.iter().chain(map.keys()) {
            let found = recording.find(name.as_ref()).map(|entry| match entry {
                EntryRef::Fixed(value) => value.to_value(),
                EntryRef::Varied(number) => panic!("variation {number}"),
            });
            prop_assert_eq!(found.as_ref(), map.get(name));
            for bound in [Bound::Included(name), Bound::Excluded(name)] {
                let mut cursor = recording.from(bound.map(Oid::as_ref));
                let mut expected = map.range::<Oid, _>((bound, Bound::Unbounded));
                while let Some((name, _)) = cursor.advance() {
                    prop_assert_eq!(Some(name.to_oid()), expected.next().map(|(name, _)| name.clone()));
                }
                prop_assert_eq!(expected.next(), None);
            }
        }
    }
}

#[test]
fn of_two_values_the_later_one_counts() {
    let name: Oid = "1.3.6.1".parse().expect("an OID");
    let recording = Recording::of([1, 2].map(|number| VarBind::new(name.clone(), Value::Integer(number))));
    let values: Vec<_> = recording.variables().map(|variable| variable.value).collect();
    assert_eq!(values, [Some(Value::Integer(2))]);
}

#[test]
fn what_is_the_same_is_kept_once() {
    let device = |value: i32| {
        let names =
            (1..=1_000).map(|row| Oid::from_arcs(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 10, row]).expect("an OID"));
        Recording::of(names.map(|name| VarBind::new(name, Value::Integer(value))))
    };
    let mut pool = Pool::default();
    let one = pool.share(device(7));
    assert_eq!(pool.size(), one.size());
    pool.share(device(7));
    assert_eq!(pool.size(), one.size(), "the same once more");
    let other = pool.share(device(8));
    let names = one.names.size();
    assert_eq!(pool.size(), one.size() + other.size() - names, "other values, the same names");
    // A name is mostly one number: far from the 12 octets that it has.
    assert!(names < 1_000 * 5, "{names} octets");
}
