//! S23: StorageType.

use super::acme::*;
use crate::message::ErrorStatus;
use crate::rows::RowStore;

fn store(storage: i32) -> RowStore<Port> {
    RowStore::builder().row((1, "a"), |row| row.set(OWNER, "ann").set(STORAGE, storage)).build().unwrap()
}

/// S23: what may become what, as a whole table: from 1 to 5, to 0 to 6.
#[test]
fn what_may_become_what() {
    for from in 1..=5 {
        for to in 0..=6 {
            let store = store(from);
            let expected =
                if from <= 3 && (1..=3).contains(&to) { OK } else { (ErrorStatus::WRONG_VALUE, 2) };
            let changes = [port(1, "a", 3, "ann"), port(1, "a", 7, to)];
            // In a readOnly row the other column is at fault before.
            let expected =
                if from == 5 && (1..=5).contains(&to) { (ErrorStatus::NOT_WRITABLE, 1) } else { expected };
            assert_eq!(set(&store, &changes), expected, "{from} to {to}");
            let alone = if from <= 3 && (1..=3).contains(&to) { OK } else { (ErrorStatus::WRONG_VALUE, 1) };
            assert_eq!(set(&self::store(from), &[port(1, "a", 7, to)]), alone, "{from} to {to}");
        }
    }
}

/// S23: a new row is neither permanent nor readOnly.
#[test]
fn new_rows() {
    for (storage, expected) in
        [(1, OK), (3, OK), (4, (ErrorStatus::WRONG_VALUE, 3)), (5, (ErrorStatus::WRONG_VALUE, 3))]
    {
        let store = RowStore::<Port>::new();
        let changes = [status_is(1, "a", CREATE_AND_GO), port(1, "a", 3, "ann"), port(1, "a", 7, storage)];
        assert_eq!(set(&store, &changes), expected);
        assert_eq!(store.len(), usize::from(expected == OK));
    }
}

/// S23: a permanent row is changed, taken out of service and put back, not deleted.
#[test]
fn a_permanent_row() {
    let store = store(4);
    assert_eq!(set(&store, &[port(1, "a", 3, "bob")]), OK);
    assert_eq!(set(&store, &[status_is(1, "a", NOT_IN_SERVICE)]), OK);
    assert_eq!(set(&store, &[status_is(1, "a", DESTROY)]), (ErrorStatus::INCONSISTENT_VALUE, 1));
    assert_eq!(set(&store, &[status_is(1, "a", ACTIVE)]), OK);
    assert_eq!(store.get(&(1, "a").into(), OWNER), Some("bob".into()));
}

/// S23: a readOnly row is neither changed nor deleted.
#[test]
fn a_read_only_row() {
    let store = store(5);
    let before = walk(&store);
    assert_eq!(set(&store, &[port(1, "a", 3, "bob")]), (ErrorStatus::NOT_WRITABLE, 1));
    assert_eq!(set(&store, &[status_is(1, "a", NOT_IN_SERVICE)]), (ErrorStatus::NOT_WRITABLE, 1));
    assert_eq!(set(&store, &[status_is(1, "a", DESTROY)]), (ErrorStatus::INCONSISTENT_VALUE, 1));
    assert_eq!(walk(&store), before);
    // The application may.
    store.remove((1, "a")).unwrap();
    assert!(store.is_empty());
}
