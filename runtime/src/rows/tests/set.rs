//! SETs of several rows and columns, defaults, and where errors are.

use super::acme::*;
use crate::agent::SetError;
use crate::message::ErrorStatus;
use crate::rows::RowStore;
use crate::value::{Counter64, Gauge32, Unsigned32, Value};

/// P11: all rows of a request, in any order, are one change.
#[test]
fn several_rows_in_one_request() {
    let store = RowStore::<Port>::new();
    let changes = [
        port(2, "bb", 3, "ben"),
        port(1, "a", 3, "ann"),
        status_is(1, "a", CREATE_AND_GO),
        status_is(3, "c", CREATE_AND_WAIT),
        port(2, "bb", 4, Gauge32(10)),
        status_is(2, "bb", CREATE_AND_GO),
    ];
    assert_eq!(set(&store, &changes), OK);
    let rows = store.snapshot();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.index().unwrap(), row.get(OWNER), row.get(SPEED), row.get(STATUS).unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ((1, "a").into(), Some("ann".into()), Some(Unsigned32(100)), ACTIVE),
            ((2, "bb").into(), Some("ben".into()), Some(Unsigned32(10)), ACTIVE),
            ((3, "c").into(), None, Some(Unsigned32(100)), NOT_READY),
        ]
    );
}

/// DEFVALs of the MIB and the application's own; what has neither is a hole until it is given.
#[test]
fn defaults() {
    let store =
        RowStore::<Port>::builder().default_value(SPEED, 42).default_value(OWNER, "nobody").build().unwrap();
    assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_GO)]), OK);
    let row = (1, "a").into();
    assert_eq!(store.get(&row, SPEED), Some(Unsigned32(42)));
    assert_eq!(store.get(&row, OWNER), Some("nobody".into()));
    assert_eq!(store.get(&row, MODE), Some(1));
    assert_eq!(store.get(&row, OCTETS), None);
    assert_eq!(store.value(port(1, "a", 6, 0).name.as_ref()), Value::NoSuchInstance);

    let optional = RowStore::<Port>::builder().optional(OWNER).build().unwrap();
    assert_eq!(set(&optional, &[status_is(1, "a", CREATE_AND_GO)]), OK);
    assert_eq!(optional.get(&row, OWNER), None);
}

/// P8: what is wrong with one value is said before what is wrong with a row, and of several rows the first varbind counts.
#[test]
fn the_first_fault() {
    let store = RowStore::<Port>::new();
    let create = |slot| status_is(slot, "a", CREATE_AND_GO);
    for (changes, expected) in [
        (vec![create(1), port(1, "a", 3, 7)], (ErrorStatus::WRONG_TYPE, 2)),
        (vec![create(1), port(1, "a", 3, "seventeen letters")], (ErrorStatus::WRONG_LENGTH, 2)),
        (vec![create(1), port(1, "a", 4, Gauge32(0))], (ErrorStatus::WRONG_VALUE, 2)),
        (vec![create(1), port(1, "a", 5, 3)], (ErrorStatus::WRONG_VALUE, 2)),
        (vec![create(1), port(1, "a", 6, Counter64(1))], (ErrorStatus::NOT_WRITABLE, 2)),
        (vec![create(1), port(1, "a", 2, "b")], (ErrorStatus::NOT_WRITABLE, 2)),
        (vec![create(1), port(1, "a", 9, "b")], (ErrorStatus::NOT_WRITABLE, 2)),
        (vec![status_is(1, "a", 7)], (ErrorStatus::WRONG_VALUE, 1)),
        (vec![create(17), port(17, "a", 3, "ann")], (ErrorStatus::NO_CREATION, 1)),
        // (1, a) lacks its owner, which is found later than the type of a value.
        (vec![create(1), port(2, "a", 3, 7)], (ErrorStatus::WRONG_TYPE, 2)),
        (vec![port(2, "a", 3, "x"), create(1)], (ErrorStatus::INCONSISTENT_NAME, 1)),
        (vec![create(1), port(2, "a", 3, "x")], (ErrorStatus::INCONSISTENT_VALUE, 1)),
    ] {
        assert_eq!(set(&store, &changes), expected, "{changes:?}");
        assert!(store.is_empty());
    }
}

/// P11: a variable that is named twice.
#[test]
fn the_same_variable_twice() {
    let store = RowStore::<Port>::new();
    let create = || status_is(1, "a", CREATE_AND_GO);
    let owner = |name: &str| port(1, "a", 3, name);
    let refused = |at| (ErrorStatus::INCONSISTENT_VALUE, at);
    assert_eq!(set(&store, &[create(), owner("ann"), owner("bob")]), refused(3));
    assert_eq!(set(&store, &[create(), owner("ann"), status_is(1, "a", CREATE_AND_WAIT)]), refused(3));
    assert_eq!(set(&store, &[create(), owner("ann"), owner("ann"), create()]), OK);
}

/// Rows without status column: only what is there is written.
#[test]
fn rows_that_come_and_go_by_themselves() {
    let store = RowStore::<Fan>::builder()
        .row((1,), |row| row.set(FAN_SPEED, 50).set(FAN_NAME, "left"))
        .build()
        .unwrap();
    let speed = |row: u32, value: i32| {
        let column = store.root().child(2).unwrap();
        crate::value::VarBind::new(column.child(row).unwrap(), value)
    };
    assert_eq!(set(&store, &[speed(1, 60)]), OK);
    assert_eq!(store.get(&(1,), FAN_SPEED), Some(60));
    assert_eq!(set(&store, &[speed(1, 101)]), (ErrorStatus::WRONG_VALUE, 1));
    assert_eq!(set(&store, &[speed(1, 70), speed(2, 60)]), (ErrorStatus::NO_CREATION, 2));
    assert_eq!(store.get(&(1,), FAN_SPEED), Some(60));
    // Gone between test and commit.
    let mut prepared = store.prepare(&[speed(1, 80)]).unwrap();
    store.remove((1,)).unwrap();
    assert_eq!(outcome(prepared.commit()), (ErrorStatus::NO_CREATION, 1));
    assert!(store.is_empty());
}

#[test]
fn columns_that_are_left_out() {
    let store = RowStore::<Port>::builder().leave_out(OWNER).leave_out(OCTETS).build().unwrap();
    assert_eq!(
        set(&store, &[status_is(1, "a", CREATE_AND_GO), port(1, "a", 3, "ann")]),
        (ErrorStatus::NOT_WRITABLE, 2)
    );
    assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_GO)]), OK);
    assert_eq!(store.value(port(1, "a", 3, 0).name.as_ref()), Value::NoSuchObject);
    let columns: Vec<u32> = walk(&store).iter().map(|varbind| varbind.name.arcs().nth(9).unwrap()).collect();
    assert_eq!(columns, [4, 5, 7, 8]);
}

/// A limit on rows that SETs make, also of several in one request.
#[test]
fn too_many_rows() {
    let store = RowStore::<Port>::builder().limit(2).optional(OWNER).build().unwrap();
    let create = |slot| status_is(slot, "a", CREATE_AND_GO);
    assert_eq!(set(&store, &[create(1), create(2), create(3)]), (ErrorStatus::RESOURCE_UNAVAILABLE, 3));
    assert_eq!(set(&store, &[create(1), create(2)]), OK);
    assert_eq!(set(&store, &[create(2), create(3)]), (ErrorStatus::INCONSISTENT_VALUE, 1));
    assert_eq!(set(&store, &[create(3)]), (ErrorStatus::RESOURCE_UNAVAILABLE, 1));
    store.insert((3, "a"), |row| row).unwrap();
    assert_eq!(store.len(), 3);
}

/// P9: what is prepared and dropped has changed nothing; what is undone neither. Phases can be called again.
#[test]
fn phases() {
    let store = RowStore::<Port>::builder().row((2, "b"), |row| row.set(OWNER, "ben")).build().unwrap();
    let before = walk(&store);
    let changes = [status_is(1, "a", CREATE_AND_GO), port(1, "a", 3, "ann"), status_is(2, "b", DESTROY)];
    drop(store.prepare(&changes).unwrap());
    assert_eq!(walk(&store), before);
    let mut prepared = store.prepare(&changes).unwrap();
    prepared.undo().unwrap();
    prepared.commit().unwrap();
    prepared.commit().unwrap();
    assert_eq!((store.len(), store.get(&(1, "a").into(), STATUS)), (1, Some(ACTIVE)));
    prepared.undo().unwrap();
    assert_eq!(walk(&store), before);
    prepared.undo().unwrap();
    prepared.commit().unwrap();
    assert_eq!(walk(&store), before);
}

/// The application changes a row between the phases.
#[test]
fn changes_between_the_phases() {
    let store = RowStore::<Port>::builder().row((1, "a"), |row| row.set(OWNER, "ann")).build().unwrap();
    let row = (1, "a").into();
    let mut prepared = store.prepare(&[port(1, "a", 3, "bob")]).unwrap();
    store.update((1, "a"), |row| row.set(OCTETS, 5)).unwrap();
    prepared.commit().unwrap();
    assert_eq!((store.get(&row, OWNER), store.get(&row, OCTETS)), (Some("bob".into()), Some(Counter64(5))));
    store.update((1, "a"), |row| row.set(OCTETS, 6)).unwrap();
    prepared.undo().unwrap();
    assert_eq!((store.get(&row, OWNER), store.get(&row, OCTETS)), (Some("ann".into()), Some(Counter64(6))));

    // What was possible in the test is not any more.
    let mut prepared = store.prepare(&[status_is(2, "b", CREATE_AND_GO), port(2, "b", 3, "ben")]).unwrap();
    store.insert((2, "b"), |row| row.set(OWNER, "cy")).unwrap();
    assert_eq!(outcome(prepared.commit()), (ErrorStatus::INCONSISTENT_VALUE, 1));
    // Removed since it was committed: it stays so.
    let mut prepared = store.prepare(&[port(2, "b", 3, "dan")]).unwrap();
    prepared.commit().unwrap();
    store.remove((2, "b")).unwrap();
    prepared.undo().unwrap();
    assert_eq!(store.len(), 1);
}

/// The place of an error that a hook says.
#[test]
fn errors_of_hooks_are_located() {
    let store = RowStore::<Port>::builder()
        .on_test(|change| {
            let Some(row) = change.after() else { return Ok(()) };
            match (row.get(MODE), row.get(SPEED)) {
                (Some(1), Some(Unsigned32(1))) => Err(SetError::inconsistent_value().column(SPEED.sub_id())),
                _ => Ok(()),
            }
        })
        .build()
        .unwrap();
    let changes =
        [status_is(2, "b", CREATE_AND_WAIT), status_is(1, "a", CREATE_AND_WAIT), port(1, "a", 4, Gauge32(1))];
    assert_eq!(set(&store, &changes), (ErrorStatus::INCONSISTENT_VALUE, 3));
    assert!(store.is_empty());
}
