//! What the application does with rows.

use super::acme::*;
use crate::agent::RowState;
use crate::rows::{RowError, RowStore};
use crate::value::{OctetString, Unsigned32};

#[test]
fn rows_of_the_application() {
    let store = RowStore::<Port>::new();
    store.insert((2, "b"), |row| row.set(OWNER, "ben").set(SPEED, 5).set(OCTETS, 9_u64)).unwrap();
    store.insert((1, "a"), |row| row).unwrap();
    store.insert((3, "c"), |row| row.set(OWNER, "cy").set(STATUS, NOT_IN_SERVICE)).unwrap();
    let states: Vec<RowState> = store.snapshot().iter().map(|row| row.state()).collect();
    assert_eq!(states, [RowState::NotReady, RowState::Active, RowState::NotInService]);
    store
        .update((2, "b"), |row| {
            let speed = row.get(SPEED).map_or(0, |speed| speed.0);
            row.set(SPEED, speed + 1).clear(OCTETS)
        })
        .unwrap();
    let index = (2, "b").into();
    assert_eq!((store.get(&index, SPEED), store.get(&index, OCTETS)), (Some(Unsigned32(6)), None));
    assert_eq!(store.remove((2, "b")), Ok(true));
    assert_eq!(store.remove((2, "b")), Ok(false));
    assert_eq!(store.len(), 2);
}

/// A snapshot stays as it is.
#[test]
fn snapshots() {
    let store = RowStore::<Port>::builder().row((1, "a"), |row| row.set(OWNER, "ann")).build().unwrap();
    let before = store.snapshot();
    store.update((1, "a"), |row| row.set(OWNER, "bob")).unwrap();
    store.insert((2, "b"), |row| row).unwrap();
    assert_eq!((before.len(), before.get(&(1, "a").into(), OWNER)), (1, Some("ann".into())));
    let now = store.snapshot();
    assert_eq!((now.len(), now.get(&(1, "a").into(), OWNER)), (2, Some("bob".into())));
    let behind: Vec<_> = now.after(&(1, "a").into()).map(|row| row.index().unwrap()).collect();
    assert_eq!(behind, [(2, "b").into()]);
    assert_eq!(now.after(&(-1, "a").into()).count(), 0);
    assert!(now.row(&(9, "x").into()).is_none());
}

/// A row that is printed names what its numbers mean.
#[test]
fn a_row_in_messages() {
    let store = RowStore::<Port>::builder()
        .row((1, "a"), |row| row.set(OWNER, "ann").set(MODE, 2).set(SPEED, 7))
        .build()
        .unwrap();
    let snapshot = store.snapshot();
    let text = format!("{:?}", snapshot.row(&(1, "a").into()).unwrap());
    for expected in
        ["acmePortMode: fixed(2)", "acmePortSpeed: 7", "acmePortStorage: volatile(2)", "active(1)"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

/// Several changes are made together or not at all, and see each other.
#[test]
fn edits() {
    let store = RowStore::<Port>::builder().row((1, "a"), |row| row.set(OWNER, "ann")).build().unwrap();
    let failed = store.edit(|edit| {
        edit.remove((1, "a"))?;
        edit.insert((2, "b"), |row| row.set(OWNER, "ben"))?;
        edit.update((2, "b"), |row| row.set(SPEED, 3))?;
        assert_eq!(edit.row(&(2, "b").into()).and_then(|row| row.get(SPEED)), Some(Unsigned32(3)));
        assert!(edit.row(&(1, "a").into()).is_none());
        edit.update((1, "a"), |row| row)
    });
    assert_eq!(failed, Err(RowError::NoRow { index: "1.1.97".into() }));
    assert_eq!((store.len(), store.get(&(1, "a").into(), OWNER)), (1, Some("ann".into())));
    store
        .edit(|edit| {
            edit.insert((3, "c"), |row| row)?;
            assert!(edit.remove((3, "c"))?);
            edit.remove((1, "a")).map(drop)
        })
        .unwrap();
    assert!(store.is_empty());
}

/// Mistakes of the application are errors that say what is wrong.
#[test]
fn mistakes() {
    let store = RowStore::<Port>::new();
    let text = |result: Result<(), RowError>| result.unwrap_err().to_string();
    assert_eq!(
        text(store.insert((1, "a"), |row| row.set(SPEED, 0))),
        "acmePortSpeed cannot have the value `0`: wrongValue; give one within type, size, range and labels of the MIB"
    );
    assert_eq!(
        text(store.insert((17, "a"), |row| row)),
        "no row can have the index 17.1.97: it is outside of the ranges and sizes of the MIB's index objects"
    );
    assert!(text(store.insert((-1, "a"), |row| row)).contains("negative"));
    assert!(text(store.insert((1, ""), |row| row)).contains("outside"));
    assert!(text(store.insert((1, "a"), |row| row.set(STATUS, DESTROY))).starts_with("6 is not a state"));
    assert!(text(store.insert((1, "a"), |row| row.set(STATUS, ACTIVE))).contains("acmePortOwner"));
    assert!(text(store.update((1, "a"), |row| row)).contains("1.1.97"));
    assert!(store.is_empty());
    let wrong = RowStore::<Port>::builder().default_value(MODE, 9).build().unwrap_err().to_string();
    assert!(wrong.starts_with("acmePortMode"), "{wrong}");
    assert!(RowStore::<Port>::builder().row((0, "a"), |row| row).build().is_err());
    let unknown: crate::typed::Column<Port, OctetString, crate::typed::access::ReadOnly> =
        crate::typed::Column::new(99);
    assert!(matches!(store.insert((1, "a"), |row| row.set(unknown, "x")), Err(RowError::Column { .. })));
}

/// What a row of a million takes: see benches/README.md for the figure.
#[test]
fn rows_are_small() {
    let store = RowStore::<Port>::new();
    let measure = allocation_counter::measure(|| {
        store
            .edit(|edit| {
                for number in 0..10_000_i32 {
                    let name = format!("{:06}", number / 16);
                    edit.insert((number % 16 + 1, &*name), |row| {
                        row.set(OWNER, "somebody").set(OCTETS, number as u64)
                    })?;
                }
                Ok(())
            })
            .unwrap();
    });
    let octets = measure.bytes_current / 10_000;
    assert!(octets < 90, "{octets} octets per row");
}
