//! Rows that are left unfinished.

use std::time::{Duration, Instant};

use super::acme::*;
use crate::rows::{ABANDONED, RowStore};

/// RFC 2579, RowStatus, interaction 4: rows that are notReady or notInService for too long are removed.
#[test]
fn unfinished_rows_go() {
    let store = RowStore::<Port>::builder()
        .row((7, "a"), |row| row.set(OWNER, "ann").set(STORAGE, 4).set(STATUS, NOT_IN_SERVICE))
        .build()
        .unwrap();
    let start = Instant::now();
    let expire = |seconds| store.expire(start + Duration::from_secs(seconds), ABANDONED).unwrap();
    for (slot, action) in [(1, CREATE_AND_WAIT), (2, CREATE_AND_WAIT), (3, CREATE_AND_GO), (4, CREATE_AND_GO)]
    {
        let owner = (slot > 1).then(|| port(slot, "a", 3, "ann"));
        let changes: Vec<_> = [status_is(slot, "a", action)].into_iter().chain(owner).collect();
        assert_eq!(set(&store, &changes), OK);
    }
    assert_eq!(expire(0), 0);
    // A row that was active and is not any more.
    assert_eq!(set(&store, &[status_is(4, "a", NOT_IN_SERVICE)]), OK);
    assert_eq!(expire(100), 0);
    // Somebody works on it: its time begins anew.
    assert_eq!(set(&store, &[port(2, "a", 5, 2)]), OK);
    assert_eq!(expire(299), 0);
    assert_eq!(expire(300), 1);
    assert_eq!(expire(399), 0);
    assert_eq!(expire(400), 1);
    // It is finished just in time.
    assert_eq!(set(&store, &[status_is(2, "a", ACTIVE)]), OK);
    assert_eq!(expire(100_000), 0);
    let slots: Vec<i32> = store.snapshot().iter().map(|row| row.index().unwrap().slot).collect();
    // The permanent row stays.
    assert_eq!(slots, [2, 3, 7]);
}

/// A row that is destroyed and made again has its time anew.
#[test]
fn a_new_row_has_a_time_of_its_own() {
    let store = RowStore::<Port>::new();
    let start = Instant::now();
    let second = Duration::from_secs(1);
    for _ in 0..2 {
        assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_WAIT)]), OK);
        assert_eq!(store.expire(start, second).unwrap(), 0);
        assert_eq!(set(&store, &[status_is(1, "a", DESTROY)]), OK);
    }
    assert_eq!(store.expire(start + second, second).unwrap(), 0);
    assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_WAIT)]), OK);
    assert_eq!(store.expire(start + second, second).unwrap(), 0);
    assert_eq!(store.expire(start + 2 * second, second).unwrap(), 1);
}
