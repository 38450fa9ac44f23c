//! Hooks: what they see, in which order, and what their failures do.

use std::sync::{Arc, Mutex};

use super::acme::*;
use crate::agent::{RowState, SetError};
use crate::message::ErrorStatus;
use crate::rows::{Change, RowError, RowStore, RowStoreBuilder, Source};
use crate::value::Counter64;

type Log = Arc<Mutex<Vec<String>>>;

/// Writes down owner before and after; `poison` as the new owner is refused.
fn logged(builder: RowStoreBuilder<Port>, log: &Log) -> RowStoreBuilder<Port> {
    let line = |what: &str, change: &Change<'_, Port>| {
        let owner = |row: Option<crate::rows::RowRef<'_, Port>>| match row {
            Some(row) => row.get(OWNER).map_or_else(|| "?".to_owned(), |owner| owner.to_string()),
            None => "-".to_owned(),
        };
        let slot = change.index().unwrap().slot;
        format!("{what} {slot} {}>{}", owner(change.before()), owner(change.after()))
    };
    let [test, commit, told] = [log.clone(), log.clone(), log.clone()];
    builder
        .on_test(move |change| {
            test.lock().unwrap().push(line("test", change));
            Ok(())
        })
        .on_commit(move |change| {
            let what = if change.source() == Source::Undo { "undo" } else { "commit" };
            commit.lock().unwrap().push(line(what, change));
            match change.after().and_then(|row| row.get(OWNER)) {
                Some(owner) if owner == "poison" => {
                    Err(SetError::resource_unavailable().column(OWNER.sub_id()))
                }
                _ => Ok(()),
            }
        })
        .on_change(move |change| told.lock().unwrap().push(line("told", change)))
}

fn take(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().unwrap())
}

#[test]
fn all_hooks_in_order() {
    let log = Log::default();
    let store = logged(RowStore::builder(), &log).build().unwrap();
    let changes =
        [status_is(1, "a", CREATE_AND_GO), port(1, "a", 3, "ann"), status_is(2, "a", CREATE_AND_WAIT)];
    let mut prepared = store.prepare(&changes).unwrap();
    assert_eq!(take(&log), ["test 1 ->ann", "test 2 ->?"]);
    prepared.commit().unwrap();
    assert_eq!(take(&log), ["commit 1 ->ann", "commit 2 ->?", "told 1 ->ann", "told 2 ->?"]);
    prepared.undo().unwrap();
    assert_eq!(take(&log), ["undo 2 ?>-", "undo 1 ann>-", "told 2 ?>-", "told 1 ann>-"]);
    // The application's changes are told, and not asked about.
    store.insert((3, "a"), |row| row.set(OWNER, "cy")).unwrap();
    store.remove((3, "a")).unwrap();
    assert_eq!(take(&log), ["told 3 ->cy", "told 3 cy>-"]);
    // A SET that changes nothing is not a change.
    assert_eq!(set(&store, &[status_is(9, "a", DESTROY)]), OK);
    assert_eq!(take(&log), Vec::<String>::new());
}

/// A hook that fails in the commit: those before it are told of the way back, and nothing has changed.
#[test]
fn a_commit_that_fails() {
    let log = Log::default();
    let store = logged(RowStore::builder(), &log).build().unwrap();
    let create = |slot, owner: &str| [status_is(slot, "a", CREATE_AND_GO), port(slot, "a", 3, owner)];
    let changes = [create(1, "ann"), create(2, "poison"), create(3, "cy")].concat();
    assert_eq!(set(&store, &changes), (ErrorStatus::RESOURCE_UNAVAILABLE, 4));
    let rest = take(&log).split_off(3);
    assert_eq!(rest, ["commit 1 ->ann", "commit 2 ->poison", "undo 1 ann>-"]);
    assert!(store.is_empty());
}

/// Old and new row, state and all columns.
#[test]
fn a_hook_sees_whole_rows() {
    let store = RowStore::<Port>::builder()
        .row((1, "a"), |row| row.set(OWNER, "ann").set(OCTETS, 7))
        .on_test(|change| {
            let (before, after) = (change.before().unwrap(), change.after().unwrap());
            assert_eq!((before.state(), after.state()), (RowState::Active, RowState::NotInService));
            assert_eq!((before.get(MODE), after.get(MODE)), (Some(1), Some(2)));
            assert_eq!((before.get(OCTETS), after.get(OCTETS)), (Some(Counter64(7)), Some(Counter64(7))));
            assert_eq!(change.source(), Source::Set);
            assert!(change.is_changed(MODE) && change.is_changed(STATUS) && !change.is_changed(OWNER));
            Err(SetError::gen_err())
        })
        .build()
        .unwrap();
    let changes = [port(1, "a", 5, 2), status_is(1, "a", NOT_IN_SERVICE)];
    assert_eq!(set(&store, &changes), (ErrorStatus::GEN_ERR, 1));
}

/// A hook that changes its own store would wait for itself for ever: it gets an error.
#[test]
fn a_hook_that_writes() {
    let cell: Arc<Mutex<Option<RowStore<Port>>>> = Arc::default();
    let (own, found) = (cell.clone(), Arc::new(Mutex::new(Vec::new())));
    let log = found.clone();
    let store = RowStore::<Port>::builder()
        .on_change(move |change| {
            if let (Some(store), Some(index)) = (&*own.lock().unwrap(), change.index()) {
                // Readers see the change already.
                assert_eq!(store.get(&index, OWNER), Some("ann".into()));
                log.lock().unwrap().push(store.remove(index));
            }
        })
        .build()
        .unwrap();
    *cell.lock().unwrap() = Some(store.clone());
    store.insert((1, "a"), |row| row.set(OWNER, "ann")).unwrap();
    assert_eq!(*found.lock().unwrap(), [Err(RowError::InHook)]);
    let nested = store.edit(|_| store.insert((2, "a"), |row| row));
    assert_eq!(nested, Err(RowError::InHook));
    assert_eq!(store.len(), 1);
}

/// A hook that panics does not lock the store.
#[test]
fn a_hook_that_panics() {
    let store = RowStore::<Port>::builder()
        .on_change(|change| assert!(change.after().is_some(), "a row is gone"))
        .build()
        .unwrap();
    store.insert((1, "a"), |row| row).unwrap();
    let other = store.clone();
    assert!(std::thread::spawn(move || other.remove((1, "a"))).join().is_err());
    store.insert((2, "a"), |row| row).unwrap();
    assert_eq!(store.len(), 1);
}

/// Columns that the application sets beside those of the SET: before it is asked whether the row is complete.
#[test]
fn adjusted_rows() {
    let store = RowStore::<Port>::builder()
        .adjust(|before, row| {
            let changes = before.and_then(|row| row.get(OCTETS)).map_or(0, |changes| changes.0);
            let row = row.set(OCTETS, changes + 1);
            if row.get(OWNER).is_none() { row.set(OWNER, "nobody") } else { row }
        })
        .on_test(|change| match change.after().and_then(|row| row.get(OCTETS)) {
            Some(Counter64(3)) => Err(SetError::inconsistent_value()),
            _ => Ok(()),
        })
        .build()
        .unwrap();
    let index = (1, "a").into();
    assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_GO)]), OK);
    assert_eq!(
        (store.get(&index, OWNER), store.get(&index, OCTETS)),
        (Some("nobody".into()), Some(Counter64(1)))
    );
    assert_eq!(set(&store, &[port(1, "a", 5, 2)]), OK);
    assert_eq!(store.get(&index, OCTETS), Some(Counter64(2)));
    assert_eq!(set(&store, &[port(1, "a", 5, 1)]), (ErrorStatus::INCONSISTENT_VALUE, 1));
    assert_eq!(store.get(&index, OCTETS), Some(Counter64(2)));
    assert_eq!(set(&store, &[status_is(1, "a", DESTROY)]), OK);

    // What it may not set is its mistake, not the manager's.
    let store = RowStore::<Port>::builder().adjust(|_, row| row.set(SPEED, 0)).build().unwrap();
    assert_eq!(set(&store, &[status_is(1, "a", CREATE_AND_GO)]), (ErrorStatus::GEN_ERR, 1));
}

/// A secret is kept in the row, worked out from the row before, and read by nobody.
#[test]
fn hidden_columns_and_rows_that_are_settled() {
    let store = RowStore::<Port>::builder()
        .hidden(OWNER, "")
        .settle(|asked, row| {
            assert!(asked.who().is_none());
            if !asked.is_set(OWNER) {
                return Ok(row);
            }
            let earlier = asked.before().and_then(|row| row.get(OWNER)).unwrap_or_default();
            let given = row.get(OWNER).unwrap_or_default();
            if given == "poison" {
                return Err(SetError::no_access().column(OWNER.sub_id()));
            }
            Ok(row.set(OWNER, [earlier.0, given.0].concat()))
        })
        .build()
        .unwrap();
    assert_eq!(set(&store, &[port(1, "a", 3, "ann"), status_is(1, "a", CREATE_AND_GO)]), OK);
    assert_eq!(set(&store, &[port(1, "a", 3, "bob")]), OK);
    assert_eq!(store.get(&(1, "a").into(), OWNER).unwrap(), "annbob");
    assert_eq!(
        set(&store, &[port(1, "a", 4, crate::value::Unsigned32(5)), port(1, "a", 3, "poison")]),
        (ErrorStatus::NO_ACCESS, 2)
    );
    let read: Vec<_> = walk(&store).into_iter().filter(|one| one.name == port(1, "a", 3, "").name).collect();
    assert_eq!(read, [port(1, "a", 3, "")]);
    assert_eq!(store.value(read[0].name.as_ref()), read[0].value);
    let rows = store.snapshot();
    let row = rows.iter().next().unwrap();
    assert!(!format!("{row:?}").contains("ann"), "{row:?}");
}
