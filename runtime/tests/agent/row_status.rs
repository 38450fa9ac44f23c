//! Rows that managers create and destroy (RFC 2579, RowStatus), in a table of one string per number.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mibc_runtime::agent::table::{Cell, ServeTable, TableColumn, next_key, put};
use mibc_runtime::agent::{Responder, RowChange, RowRules, RowState, SetError, Undo};
use mibc_runtime::message::{ErrorStatus, Version};
use mibc_runtime::syntax::Access;
use mibc_runtime::typed::Row;
use mibc_runtime::value::{OctetString, Value, ValueRef};

use crate::acme::{AcmeMib, responder};
use crate::ask::Manager;

const NAME: u32 = 2;
const STATUS: u32 = 3;

struct AcmeNoteEntry;

impl Row for AcmeNoteEntry {
    type Module = AcmeMib;
    type Index = (i32,);
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 4, 1];
}

struct AcmeNoteSet {
    index: (i32,),
    acme_note_name: Option<OctetString>,
    acme_note_status: Option<i32>,
}

#[derive(Clone)]
struct Note {
    name: Option<OctetString>,
    state: RowState,
}

/// The application: a name is required.
#[derive(Default)]
struct Notes(Arc<Mutex<BTreeMap<(i32,), Note>>>);

impl Notes {
    /// The row after the change, `None` for one that is destroyed.
    fn after(&self, row: &AcmeNoteSet) -> Result<Option<Note>, SetError> {
        let known = self.0.lock().expect("not poisoned").get(&row.index).cloned();
        let state = known.as_ref().map_or(RowState::Absent, |note| note.state);
        let name = row.acme_note_name.clone().or(known.and_then(|note| note.name));
        let change = RowChange { status: row.acme_note_status, complete: name.is_some(), in_use: false };
        Ok(match state.after(change, RowRules::default())? {
            RowState::Absent => None,
            state => Some(Note { name, state }),
        })
    }
}

impl ServeTable<Notes> for AcmeNoteEntry {
    type Set = AcmeNoteSet;
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::new(NAME, Access::ReadCreate), TableColumn::new(STATUS, Access::ReadCreate)];

    fn next(table: &Notes, after: Option<&(i32,)>) -> Option<(i32,)> {
        next_key(&table.0.lock().expect("not poisoned"), after)
    }

    fn get(table: &Notes, column: u32, index: &(i32,), cell: &mut Cell<'_>) {
        let rows = table.0.lock().expect("not poisoned");
        let note = rows.get(index);
        match column {
            NAME => cell.give(note.and_then(|note| note.name.clone())),
            STATUS => cell.give(note.and_then(|note| note.state.value())),
            _ => {}
        }
    }

    fn row_set(index: (i32,)) -> Option<AcmeNoteSet> {
        Some(AcmeNoteSet { index, acme_note_name: None, acme_note_status: None })
    }

    fn assign(row: &mut AcmeNoteSet, column: u32, value: ValueRef<'_>) -> Result<(), SetError> {
        match column {
            NAME => put(&mut row.acme_note_name, value),
            STATUS => put(&mut row.acme_note_status, value),
            _ => Err(SetError::not_writable()),
        }
    }

    fn test(table: &Notes, rows: &[AcmeNoteSet]) -> Result<(), SetError> {
        for (position, row) in rows.iter().enumerate() {
            table.after(row).map_err(|error| error.row(position).column(STATUS))?;
        }
        Ok(())
    }

    fn commit(table: &Notes, rows: &[AcmeNoteSet]) -> Result<Undo, SetError> {
        let before = table.0.lock().expect("not poisoned").clone();
        for row in rows {
            let after = table.after(row)?;
            let mut notes = table.0.lock().expect("not poisoned");
            match after {
                Some(note) => notes.insert(row.index, note),
                None => notes.remove(&row.index),
            };
        }
        let notes = Arc::clone(&table.0);
        Ok(Undo::with(move || *notes.lock().expect("not poisoned") = before))
    }
}

fn serve() -> Responder {
    let responder = responder(65_507);
    responder.serve_table(AcmeNoteEntry, Arc::new(Notes::default()));
    responder
}

fn name(row: i32) -> String {
    format!("1.3.6.1.4.1.9999.4.1.2.{row}")
}

fn status(row: i32) -> String {
    format!("1.3.6.1.4.1.9999.4.1.3.{row}")
}

/// Sets status, name, or both in either order; then reads the status.
fn set(responder: &Responder, changes: &[(String, Value)]) -> (ErrorStatus, i32) {
    let manager = Manager { responder, version: Version::V2c, community: "private" };
    let changes: Vec<(&str, Value)> = changes.iter().map(|(name, value)| (&**name, value.clone())).collect();
    manager.set(&changes).error()
}

fn read(responder: &Responder, row: i32) -> Value {
    let manager = Manager { responder, version: Version::V2c, community: "private" };
    manager.get(&[&status(row)]).values().remove(0)
}

/// P11, S20 notes 2 and 3: what stands beside the status in the same request counts, in front of it or behind it.
#[test]
fn columns_of_the_same_request_complete_a_row() {
    let responder = serve();
    let text = || Value::from("hello");
    let ok = (ErrorStatus::NO_ERROR, 0);
    assert_eq!(set(&responder, &[(status(1), 4.into()), (name(1), text())]), ok);
    assert_eq!(set(&responder, &[(name(2), text()), (status(2), 4.into())]), ok);
    assert_eq!(set(&responder, &[(status(3), 5.into())]), ok);
    assert_eq!(set(&responder, &[(status(3), 1.into()), (name(3), text())]), ok);
    for row in 1..=3 {
        assert_eq!(read(&responder, row), Value::Integer(1), "row {row}");
    }
}

/// S20, S21: what is read is a state, what is refused changes nothing, and its index is that of the status.
#[test]
fn a_row_lives_and_dies() {
    let responder = serve();
    let inconsistent = |index| (ErrorStatus::INCONSISTENT_VALUE, index);
    let ok = (ErrorStatus::NO_ERROR, 0);
    assert_eq!(set(&responder, &[(status(1), 4.into())]), inconsistent(1));
    assert_eq!(read(&responder, 1), Value::NoSuchInstance);
    assert_eq!(set(&responder, &[(name(1), "x".into())]), (ErrorStatus::INCONSISTENT_NAME, 1));
    assert_eq!(set(&responder, &[(status(1), 5.into())]), ok);
    assert_eq!(read(&responder, 1), Value::Integer(3));
    assert_eq!(set(&responder, &[(status(1), 1.into())]), inconsistent(1));
    assert_eq!(set(&responder, &[(status(1), 3.into())]), (ErrorStatus::WRONG_VALUE, 1));
    assert_eq!(set(&responder, &[(name(1), "x".into())]), ok);
    assert_eq!(read(&responder, 1), Value::Integer(2));
    assert_eq!(set(&responder, &[(status(1), 1.into())]), ok);
    assert_eq!(set(&responder, &[(name(1), "y".into()), (status(1), 4.into())]), inconsistent(2));
    assert_eq!(read(&responder, 1), Value::Integer(1));
    assert_eq!(set(&responder, &[(status(1), 6.into())]), ok);
    assert_eq!(read(&responder, 1), Value::NoSuchInstance);
    // destroy of a row that is not there
    assert_eq!(set(&responder, &[(status(1), 6.into())]), ok);
}
