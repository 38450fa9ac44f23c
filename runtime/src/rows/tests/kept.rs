//! Rows over a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::acme::*;
use crate::ber::Writer;
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::rows::{JournalError, Kept, RowError, RowJournal, RowStore, SetJournal};
use crate::value::{Counter64, Unsigned32};

/// A journal in memory that fails on demand.
#[derive(Default)]
struct Memory {
    rows: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    is_broken: Mutex<bool>,
    calls: Mutex<usize>,
}

impl RowJournal for Memory {
    fn load(&self, table: &Oid, row: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError> {
        assert_eq!(table.to_string(), "1.3.6.1.4.1.9999.5.1");
        self.rows.lock().unwrap().iter().for_each(|(index, octets)| row(index, octets));
        Ok(())
    }

    fn record(&self, _: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        *self.calls.lock().unwrap() += 1;
        if *self.is_broken.lock().unwrap() {
            return Err(JournalError::new("the disk is full"));
        }
        let mut rows = self.rows.lock().unwrap();
        for change in changes {
            match &change.row {
                Some(row) => rows.insert(change.index.clone(), row.clone()),
                None => rows.remove(&change.index),
            };
        }
        Ok(())
    }
}

fn store(journal: &Arc<Memory>) -> RowStore<Port> {
    RowStore::builder().journal(journal.clone()).build().unwrap()
}

fn create(slot: i32, storage: i32) -> Vec<crate::value::VarBind> {
    vec![status_is(slot, "a", CREATE_AND_GO), port(slot, "a", 3, "ann"), port(slot, "a", 7, storage)]
}

/// S23: volatile rows are lost at restart, nonVolatile ones are not, in whatever state they are.
#[test]
fn what_is_kept() {
    let journal = Arc::new(Memory::default());
    let first = store(&journal);
    for storage in 1..=3 {
        assert_eq!(set(&first, &create(storage, storage)), OK);
    }
    assert_eq!(set(&first, &[status_is(9, "a", CREATE_AND_WAIT), port(9, "a", 7, 3)]), OK);
    first.insert((4, "a"), |row| row.set(OWNER, "dan").set(STORAGE, 4).set(OCTETS, u64::MAX)).unwrap();
    first.insert((5, "a"), |row| row.set(OWNER, "eve").set(STORAGE, 5)).unwrap();
    let kept = |slot: i32| matches!(slot, 3 | 4 | 5 | 9);
    let second = store(&journal);
    let rows = first.snapshot();
    let expected: Vec<String> =
        rows.iter().filter(|row| kept(row.index().unwrap().slot)).map(|row| format!("{row:?}")).collect();
    let found: Vec<String> = second.snapshot().iter().map(|row| format!("{row:?}")).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 4);

    // From nonVolatile to volatile, and back.
    assert_eq!(set(&second, &[port(3, "a", 7, 2)]), OK);
    assert_eq!(store(&journal).len(), 3);
    assert_eq!(set(&second, &[port(3, "a", 7, 3), port(3, "a", 4, crate::value::Gauge32(5))]), OK);
    assert_eq!(store(&journal).get(&(3, "a").into(), SPEED), Some(Unsigned32(5)));
    assert_eq!(set(&second, &[status_is(3, "a", DESTROY)]), OK);
    assert_eq!(store(&journal).len(), 3);
}

/// A journal that fails: commitFailed, nothing has changed, also nothing volatile of the same request.
#[test]
fn a_journal_that_fails() {
    let journal = Arc::new(Memory::default());
    let store = store(&journal);
    assert_eq!(set(&store, &create(1, 3)), OK);
    let before = walk(&store);
    *journal.is_broken.lock().unwrap() = true;
    let changes = [create(2, 2), create(3, 3), vec![status_is(1, "a", DESTROY)]].concat();
    let (status, _) = set(&store, &changes);
    assert_eq!(status, ErrorStatus::COMMIT_FAILED);
    assert_eq!(walk(&store), before);
    let failed = store.insert((4, "a"), |row| row.set(STORAGE, 3));
    assert!(matches!(failed, Err(RowError::Journal(_))), "{failed:?}");
    assert_eq!(walk(&store), before);
    // Volatile rows do not ask it.
    assert_eq!(set(&store, &create(2, 2)), OK);
    *journal.is_broken.lock().unwrap() = false;
    let mut prepared = store.prepare(&[status_is(1, "a", DESTROY)]).unwrap();
    prepared.commit().unwrap();
    *journal.is_broken.lock().unwrap() = true;
    assert!(prepared.undo().is_err());
    *journal.is_broken.lock().unwrap() = false;
    assert_eq!(store.len(), 1);
    assert!(journal.rows.lock().unwrap().is_empty());
}

/// One request is one call of the journal, and undo is another.
#[test]
fn a_request_is_one_call() {
    let journal = Arc::new(Memory::default());
    let store = store(&journal);
    let changes = [create(1, 3), create(2, 3), create(3, 3)].concat();
    let mut prepared = store.prepare(&changes).unwrap();
    prepared.commit().unwrap();
    assert_eq!((*journal.calls.lock().unwrap(), journal.rows.lock().unwrap().len()), (1, 3));
    prepared.undo().unwrap();
    assert_eq!((*journal.calls.lock().unwrap(), journal.rows.lock().unwrap().len()), (2, 0));
}

/// A journal that two tables share.
#[derive(Default)]
struct Whole {
    /// What was kept at once, by the number of its changes.
    batches: Mutex<Vec<usize>>,
    staged: Mutex<usize>,
    is_broken: Mutex<bool>,
}

impl RowJournal for Whole {
    fn load(&self, _: &Oid, _: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError> {
        Ok(())
    }

    fn record(&self, _: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        self.batches.lock().unwrap().push(changes.len());
        Ok(())
    }

    fn of_sets(&self) -> Option<&dyn SetJournal> {
        Some(self)
    }
}

impl SetJournal for Whole {
    fn stage(&self, _: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        *self.staged.lock().unwrap() += changes.len();
        Ok(())
    }

    fn seal(&self) -> Result<(), JournalError> {
        let staged = std::mem::take(&mut *self.staged.lock().unwrap());
        if *self.is_broken.lock().unwrap() {
            return Err(JournalError::new("the disk is full"));
        }
        if staged > 0 {
            self.batches.lock().unwrap().push(staged);
        }
        Ok(())
    }

    fn discard(&self) {
        *self.staged.lock().unwrap() = 0;
    }
}

/// Two tables of one SET are kept as one, when both are committed; what is undone before that was never there.
#[test]
fn several_tables_of_one_set() {
    let journal = Arc::new(Whole::default());
    let build = || RowStore::<Port>::builder().journal(journal.clone()).build().unwrap();
    let (one, other) = (build(), build());
    let batches = || journal.batches.lock().unwrap().clone();
    let prepare = |slot| [&one, &other].map(|store| store.prepare(&create(slot, 3)).unwrap());
    let [mut first, mut second] = prepare(1);
    first.commit_part().unwrap();
    second.commit_part().unwrap();
    assert!(batches().is_empty());
    first.seal().unwrap();
    second.seal().unwrap();
    assert_eq!(batches(), [2]);
    // Taken back by themselves, after that.
    second.undo().unwrap();
    first.undo().unwrap();
    assert_eq!((batches(), one.len(), other.len()), (vec![2, 1, 1], 0, 0));
    // Taken back before: nothing is written.
    let [mut first, mut second] = prepare(2);
    first.commit_part().unwrap();
    second.commit_part().unwrap();
    second.undo().unwrap();
    first.undo().unwrap();
    assert_eq!((batches().len(), one.len(), *journal.staged.lock().unwrap()), (3, 0, 0));
    // By itself, a store is kept when it is committed; a journal that fails leaves it as it was.
    let [mut first, mut second] = prepare(3);
    first.commit().unwrap();
    assert_eq!(batches(), [2, 1, 1, 1]);
    *journal.is_broken.lock().unwrap() = true;
    assert_eq!(second.commit().unwrap_err().status(), ErrorStatus::COMMIT_FAILED);
    assert_eq!((batches().len(), one.len(), other.len()), (4, 1, 0));
}

/// An edit that is begun is made when it is committed, and not made when it is dropped.
#[test]
fn edits_of_several_stores() {
    let stores = [RowStore::<Port>::new(), RowStore::<Port>::new()];
    let mut edits = stores.each_ref().map(|store| store.begin().unwrap());
    for edit in &mut edits {
        edit.insert((1, "a"), |row| row.set(OWNER, "ann")).unwrap();
    }
    assert!(stores.iter().all(RowStore::is_empty));
    let [first, second] = edits;
    first.commit().unwrap();
    drop(second);
    assert_eq!(stores.each_ref().map(RowStore::len), [1, 0]);
}

/// Rows of the builder give way to those of the journal.
#[test]
fn first_rows() {
    let journal = Arc::new(Memory::default());
    let build = || {
        let builder = RowStore::<Port>::builder().journal(journal.clone());
        builder.row((1, "a"), |row| row.set(OWNER, "factory").set(STORAGE, 4)).build().unwrap()
    };
    let first = build();
    assert_eq!(set(&first, &[port(1, "a", 3, "ann")]), OK);
    assert_eq!(build().get(&(1, "a").into(), OWNER), Some("ann".into()));
}

fn load(index: &[u8], row: &[u8]) -> Result<RowStore<Port>, RowError> {
    let journal = Arc::new(Memory::default());
    journal.rows.lock().unwrap().insert(index.to_vec(), row.to_vec());
    RowStore::builder().journal(journal).build()
}

/// Cells as a journal has them.
fn saved(head: [u8; 2], cells: &[(u32, crate::value::Value)]) -> Vec<u8> {
    let mut writer = Writer::new();
    for (column, value) in cells.iter().rev() {
        writer.varbind(Oid::ZERO.child(*column).unwrap().as_ber(), value.as_ref());
    }
    writer.octets(&head);
    writer.finish().unwrap().to_vec()
}

/// A later program reads what an earlier one kept: columns that are gone are left out, new ones have their defaults.
#[test]
fn another_version_of_the_mib() {
    let row = saved([1, 1], &[(3, "ann".into()), (6, Counter64(9).into()), (77, "gone".into())]);
    let store = load(&[1, 1, 97], &row).unwrap();
    let index = (1, "a").into();
    assert_eq!(
        (store.get(&index, OWNER), store.get(&index, SPEED)),
        (Some("ann".into()), Some(Unsigned32(100)))
    );
    assert_eq!((store.get(&index, OCTETS), store.get(&index, STATUS)), (Some(Counter64(9)), Some(ACTIVE)));
}

/// What cannot be read is an error that says so, and never half a store.
#[test]
fn damaged_rows() {
    let right = saved([1, 1], &[(3, "ann".into())]);
    assert!(load(&[1, 1, 97], &right).is_ok());
    for (index, row, part) in [
        (&[1, 1, 97][..], saved([2, 1], &[]), "version 2"),
        (&[1, 1, 97], saved([1, 0], &[]), "damaged"),
        (&[1, 1, 97], saved([1, 1], &[(3, 7.into())]), "acmePortOwner"),
        (&[1, 1, 97], Vec::new(), "damaged"),
        (&[1, 2, 97], right.clone(), "index"),
        (&[1, 1, 0x80], right.clone(), "index"),
        (&[], right.clone(), "index"),
    ] {
        let error = load(index, &row).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    // Cut short and changed anywhere: an error or a row, never a panic.
    for length in 0..right.len() {
        let _ = load(&[1, 1, 97], &right[..length]);
    }
    for position in 0..right.len() {
        for bit in 0..8 {
            let mut row = right.clone();
            row[position] ^= 1 << bit;
            let _ = load(&[1, 1, 97], &row).map(|store| walk(&store));
        }
    }
}
