//! The map against the one of std.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn entries(map: &Map<u32, u32>) -> Vec<(u32, u32)> {
    map.iter().map(|(key, value)| (*key, *value)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// The map does as the one of std; copies keep what they had.
    #[test]
    fn as_a_btree_map(
        edits in proptest::collection::vec((0_u32..600, any::<bool>()), 0..1_500),
        kept in 0_usize..1_500,
    ) {
        let (mut map, mut model) = (Map::default(), BTreeMap::new());
        let mut copy = None;
        for (at, (key, add)) in edits.into_iter().enumerate() {
            if at == kept {
                copy = Some((map.clone(), model.clone()));
            }
            if add || key % 3 == 0 {
                map.insert(key, at as u32);
                model.insert(key, at as u32);
            } else {
                prop_assert_eq!(map.remove(&key), model.remove(&key));
            }
        }
        for (map, model) in copy.into_iter().chain([(map, model)]) {
            prop_assert_eq!(entries(&map), model.clone().into_iter().collect::<Vec<_>>());
            for key in 0..=600 {
                let last = map.last_where(|known| *known <= key);
                prop_assert_eq!(last.and_then(|(place, ..)| map.get(place)), model.range(..=key).next_back());
                prop_assert_eq!(last.map(|(_, key, value)| (key, value)), model.range(..=key).next_back());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// OIDs are found by their heads as by comparing them.
    #[test]
    fn oids_are_found(
        edits in proptest::collection::vec((proptest::collection::vec(0_u32..7, 0..5), any::<bool>()), 0..800),
        scale in prop_oneof![Just(1_u32), Just(60), Just(u32::MAX / 6)],
    ) {
        let oid = |arcs: &[u32]| {
            let first = if arcs.len().is_multiple_of(2) { [1, 3] } else { [2, 4_294_967_295] };
            let arcs: Vec<u32> = first.into_iter().chain(arcs.iter().map(|arc| arc * scale)).collect();
            Oid::from_arcs(&arcs).expect("an OID")
        };
        let mut map = Map::default();
        for (arcs, add) in &edits {
            if *add {
                map.insert(oid(arcs), 0);
            } else {
                map.remove(&oid(arcs));
            }
        }
        for name in edits.iter().map(|(arcs, _)| oid(arcs)).chain([Oid::ZERO, oid(&[6, 6, 6, 6, 6, 6])]) {
            let found = map.at_or_before(name.as_ref()).map(|(place, key, _)| (place, key.clone()));
            let expected = map.last_where(|key| *key <= name).map(|(place, key, _)| (place, key.clone()));
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn it_grows_and_shrinks_by_levels() {
    let mut map = Map::default();
    for key in 0..50_000_u32 {
        map.insert(key.wrapping_mul(2_654_435_761), key);
    }
    assert_eq!(entries(&map).len(), 50_000);
    for key in 0..50_000_u32 {
        assert_eq!(map.remove(&key.wrapping_mul(2_654_435_761)), Some(key));
    }
    assert!(map.first().is_none());
    assert!(matches!(map.root, Node::Leaf(_)));
}
