//! Names that managers ask with: cut short, too long, with parts that no index has.

use std::ops::Bound;

use super::acme::*;
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::rows::RowStore;
use crate::value::{Value, VarBind};

const ODD: [&[u32]; 22] = [
    &[],
    &[0],
    &[1],
    &[1, 0],
    &[1, 1],
    &[1, 2, 97],
    &[1, 3, 97, 98],
    &[1, 1, 97, 0],
    &[1, 1, 97, 98],
    &[1, 1, 256],
    &[1, 1, u32::MAX],
    &[1, u32::MAX, 97],
    &[1, u32::MAX],
    &[1, 9, 97, 97, 97, 97, 97, 97, 97, 97, 97],
    &[0, 1, 97],
    &[17, 1, 97],
    &[u32::MAX, 1, 97],
    &[u32::MAX],
    &[u32::MAX, u32::MAX, u32::MAX],
    &[2, 2, 98, u32::MAX],
    &[2, 127, 1],
    &[2, 128],
];

fn store() -> RowStore<Port> {
    let store = RowStore::<Port>::builder();
    [(1, "a"), (1, "b"), (1, "aa"), (2, "bb"), (16, "zzzzzzzz")]
        .into_iter()
        .fold(store, |store, index| store.row(index, |row| row.set(OWNER, "ann")))
        .build()
        .unwrap()
}

/// S6, P1: GET of a name that is not an index of the table is noSuchInstance, SET of it is noCreation, and
/// GETNEXT gives what comes next in the order of OIDs.
#[test]
fn odd_names() {
    let store = store();
    let all = walk(&store);
    assert_eq!(all.len(), 5 * 5);
    for column in [3, 4, 8] {
        for arcs in ODD {
            let name = odd_port(column, arcs, 0).name;
            assert_eq!(store.value(name.as_ref()), Value::NoSuchInstance, "{name}");
            let values: Vec<Value> = match column {
                3 => vec!["x".into()],
                4 => vec![crate::value::Gauge32(1).into()],
                _ => vec![CREATE_AND_WAIT.into(), CREATE_AND_GO.into(), ACTIVE.into(), DESTROY.into()],
            };
            for value in values {
                let change = VarBind::new(name.clone(), value);
                assert_eq!(set(&store, &[change]), (ErrorStatus::NO_CREATION, 1), "{name}");
            }
        }
    }
    assert_eq!(walk(&store), all);
}

/// GETNEXT from anywhere, beside the list of all variables.
#[test]
fn what_comes_next() {
    let store = store();
    let all = walk(&store);
    let mut names: Vec<Oid> = Vec::new();
    for column in 0..=10 {
        names.extend(ODD.iter().map(|arcs| odd_port(column, arcs, 0).name));
        names.push(odd_port(column, &[2, 2, 98, 98], 0).name);
    }
    names.extend(all.iter().map(|varbind| varbind.name.clone()));
    names.extend(
        ["1.3", "1.3.6.1.4.1.9999.5", "1.3.6.1.4.1.9999.5.1", "1.3.6.1.4.1.9999.5.2", "1.4", "2.0"]
            .map(|name| name.parse().unwrap()),
    );
    names.push(store.root().child(u32::MAX).unwrap());
    for name in names {
        let expected = all.iter().find(|varbind| varbind.name > name);
        assert_eq!(store.run(Bound::Excluded(name.as_ref()), 1).first(), expected, "behind {name}");
        let expected: Vec<&VarBind> = all.iter().filter(|varbind| varbind.name >= name).take(7).collect();
        assert_eq!(
            store.run(Bound::Included(name.as_ref()), 7).iter().collect::<Vec<_>>(),
            expected,
            "from {name}"
        );
    }
    assert_eq!(store.run(Bound::Unbounded, 100), all);
    assert_eq!(store.run(Bound::Unbounded, 0), []);
}

/// An index without length: one name can begin with another.
#[test]
fn implied_strings() {
    let store = RowStore::<Note>::new();
    for name in ["b", "a", "ab", "abc"] {
        store.insert(super::acme::NoteIndex(name.into()), |row| row.set(NOTE_TEXT, name)).unwrap();
    }
    let texts: Vec<Value> = walk(&store).into_iter().take(4).map(|varbind| varbind.value).collect();
    assert_eq!(texts, ["a".into(), "ab".into(), "abc".into(), "b".into()] as [Value; 4]);
    let status = store.root().child(3).unwrap();
    let set_status = |arcs: &[u32]| {
        let name = status.extend(arcs.iter().copied()).unwrap();
        set(&store, &[VarBind::new(name, CREATE_AND_WAIT)])
    };
    assert_eq!(set_status(&[]), (ErrorStatus::NO_CREATION, 1));
    assert_eq!(set_status(&[97; 9]), (ErrorStatus::NO_CREATION, 1));
    assert_eq!(set_status(&[97, 256]), (ErrorStatus::NO_CREATION, 1));
    assert_eq!(set_status(&[97; 8]), OK);
    assert!(store.core.layout.nests);
    assert_eq!(store.get(&super::acme::NoteIndex("aaaaaaaa".into()), NOTE_STATUS), Some(NOT_READY));
}

/// What is not of the table.
#[test]
fn other_names() {
    let store = store();
    for name in
        ["1.3.6.1.4.1.9999.5.1", "1.3.6.1.4.1.9999.5.1.1.1.1.97", "1.3.6.1.4.1.9999.5.1.99.1.1.97", "1.3"]
    {
        let name: Oid = name.parse().unwrap();
        assert_eq!(store.value(name.as_ref()), Value::NoSuchObject, "{name}");
        assert_eq!(set(&store, &[VarBind::new(name, 1)]), (ErrorStatus::NOT_WRITABLE, 1));
    }
    assert!(!store.core.layout.nests);
}
