//! Tables: what generated code gives to the agent, and how the agent serves it.
//!
//! The compiler emits a trait per table (`AcmeOutletTable`), which the application implements, and an implementation
//! of [`ServeTable`] for the table's row marker, which makes [`Agent::serve_table`](super::Agent::serve_table) accept
//! it.

use std::cell::Cell as ThreadCell;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::constraint::{Constraint, wrong_type};
use super::provider::{Provider, ReadError};
use super::seek::{Seek, seek};
use super::set_error::{SetError, Undo};
use crate::index::{self, Index, IndexError, IndexWriter};
use crate::oid::{Arcs, Oid, OidRef};
use crate::syntax::Access;
use crate::typed::Row;
use crate::value::{Syntax, Value, ValueRef, VarBind};

/// How the rows of a table are read from, and written to, an application's `T`.
///
/// Implemented by generated code for the row marker. All functions mean what the generated table trait says.
#[diagnostic::on_unimplemented(
    message = "`{T}` does not implement the agent's table trait of `{Self}`",
    label = "implement the generated trait of this table for `{T}`",
    note = "the trait is generated for the tables named in `Config::agent([..])`"
)]
pub trait ServeTable<T>: Row {
    /// What one SET asks of one row; [`Infallible`](std::convert::Infallible) in a table that cannot be written.
    type Set;

    /// Every column that can be read or written, ascending.
    const COLUMNS: &'static [TableColumn];

    /// The first index after `after`, which need not exist.
    fn next(table: &T, after: Option<&Self::Index>) -> Option<Self::Index>;

    /// The value of one column in one row.
    fn get(table: &T, column: u32, index: &Self::Index) -> Option<Value>;

    /// A change of this row that sets nothing yet; `None` in a table that cannot be written.
    fn row_set(index: Self::Index) -> Option<Self::Set> {
        let _ = index;
        None
    }

    /// Adds a column to a change.
    ///
    /// # Errors
    ///
    /// wrongType for a value that is not the column's, notWritable for a column that cannot be written.
    fn assign(row: &mut Self::Set, column: u32, value: ValueRef<'_>) -> Result<(), SetError> {
        let _ = (row, column, value);
        Err(SetError::not_writable())
    }

    /// Phase 1 of a SET.
    ///
    /// # Errors
    ///
    /// The changes cannot be made.
    fn test(table: &T, rows: &[Self::Set]) -> Result<(), SetError> {
        let _ = (table, rows);
        Err(SetError::not_writable())
    }

    /// Phase 2 of a SET.
    ///
    /// # Errors
    ///
    /// The changes have not been made.
    fn commit(table: &T, rows: &[Self::Set]) -> Result<Undo, SetError> {
        let _ = (table, rows);
        Err(SetError::not_writable())
    }
}

/// A column as the agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableColumn {
    sub_id: u32,
    access: Access,
}

impl TableColumn {
    /// A column with its last sub-identifier and its MAX-ACCESS.
    #[must_use]
    pub const fn new(sub_id: u32, access: Access) -> Self {
        Self { sub_id, access }
    }

    fn is_readable(self) -> bool {
        matches!(self.access, Access::ReadOnly | Access::ReadWrite | Access::ReadCreate)
    }

    fn is_writable(self) -> bool {
        matches!(self.access, Access::ReadWrite | Access::ReadCreate | Access::WriteOnly)
    }
}

/// A typed cell as a value.
pub fn cell<T: Syntax>(cell: Option<T>) -> Option<Value> {
    cell.map(|value| value.to_value())
}

/// Puts a value into a field of a change.
///
/// # Errors
///
/// wrongType, or wrongEncoding where the tag is right and the octets are not.
pub fn put<T: Syntax>(field: &mut Option<T>, value: ValueRef<'_>) -> Result<(), SetError> {
    *field = Some(T::from_value(value).map_err(|_| wrong_type(T::BASE, value))?);
    Ok(())
}

thread_local! {
    /// Set by [`not_implemented`], read by the agent after the call of a getter on the same thread.
    static NOT_IMPLEMENTED: ThreadCell<bool> = const { ThreadCell::new(false) };
}

/// What a getter returns whose column this agent does not implement: GET reads noSuchObject, and a walk leaves the
/// column out from then on, without asking for its other rows. A plain `None` is a hole in one row.
#[must_use]
pub fn not_implemented<T>() -> Option<T> {
    NOT_IMPLEMENTED.set(true);
    None
}

/// The first key of `rows` after `after`: the `next` of a table kept in a map.
///
/// ```
/// use std::collections::BTreeMap;
/// use mibc_runtime::agent::table::next_key;
///
/// let rows = BTreeMap::from([(2, "two"), (5, "five")]);
/// assert_eq!(next_key(&rows, None), Some(2));
/// assert_eq!(next_key(&rows, Some(&3)), Some(5));
/// assert_eq!(next_key(&rows, Some(&5)), None);
/// ```
#[must_use]
pub fn next_key<K: Ord + Clone, V>(rows: &BTreeMap<K, V>, after: Option<&K>) -> Option<K> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    rows.range((from, Bound::Unbounded)).next().map(|(key, _)| key.clone())
}

/// Serves a table.
pub(crate) struct TableProvider<R, T> {
    table: Arc<T>,
    row: Oid,
    columns: Vec<ServedColumn>,
    /// Once there has been a row to tell by.
    nests: OnceLock<bool>,
    marker: PhantomData<fn() -> R>,
}

struct ServedColumn {
    column: TableColumn,
    oid: Oid,
    constraint: Constraint,
    /// Cleared when a getter says [`not_implemented`].
    implemented: AtomicBool,
}

impl ServedColumn {
    fn is_served(&self) -> bool {
        self.column.is_readable() && self.implemented.load(Ordering::Relaxed)
    }
}

/// What a getter says.
enum Found {
    Value(Value),
    Hole,
    NotImplemented,
}

/// Changes by row, and where each came from.
struct Changes<S> {
    rows: Vec<S>,
    /// Per change of the request: its row and column.
    places: Vec<(usize, u32)>,
}

impl<R: ServeTable<T>, T> TableProvider<R, T> {
    /// A provider for the subtree of the row `R`; `constraint` knows what MIB says about the values of a column.
    pub(crate) fn new(table: Arc<T>, row: Oid, constraint: impl Fn(u32) -> Constraint) -> Self {
        let columns = R::COLUMNS
            .iter()
            .filter_map(|&column| {
                let oid = row.child(column.sub_id).ok()?;
                Some(ServedColumn {
                    column,
                    constraint: constraint(column.sub_id),
                    oid,
                    implemented: AtomicBool::new(true),
                })
            })
            .collect();
        Self { table, row, columns, nests: OnceLock::new(), marker: PhantomData }
    }

    /// The column that `name` is in, and its index part.
    fn locate<'n>(&self, name: OidRef<'n>) -> Option<(&ServedColumn, Arcs<'n>)> {
        let mut rest = name.strip_prefix(&self.row)?;
        let sub_id = rest.next()?;
        let position = self.position(sub_id);
        let column = self.columns.get(position)?;
        (column.column.sub_id == sub_id).then_some((column, rest))
    }

    /// Position of the first column that is not before `sub_id`.
    fn position(&self, sub_id: u32) -> usize {
        self.columns.partition_point(|served| served.column.sub_id < sub_id)
    }

    /// Whether an index can go on where another ends, as strings without a length can. It is the same for all indexes
    /// of a table.
    fn index_nests(&self) -> Option<bool> {
        let served = self.columns.first()?;
        let longer = name(served, &R::next(&self.table, None)?)?.child(0).ok()?;
        let decoded = index::decode::<R::Index>(longer.strip_prefix(&served.oid)?);
        Some(!matches!(decoded, Err(IndexError::Trailing { .. })))
    }

    fn read(&self, served: &ServedColumn, index: &R::Index) -> Found {
        NOT_IMPLEMENTED.set(false);
        match R::get(&self.table, served.column.sub_id, index) {
            Some(value) => Found::Value(value),
            None if NOT_IMPLEMENTED.take() => {
                served.implemented.store(false, Ordering::Relaxed);
                Found::NotImplemented
            }
            None => Found::Hole,
        }
    }

    /// The first cell of a column from `start` on.
    fn walk(&self, served: &ServedColumn, start: Seek<R::Index>) -> Result<Option<VarBind>, ReadError> {
        let mut last = match start {
            Seek::First => None,
            Seek::After(index) => Some(index),
            Seek::End => return Ok(None),
            Seek::From(index) => {
                match self.read(served, &index) {
                    Found::Value(value) => {
                        return Ok(name(served, &index).map(|name| VarBind { name, value }));
                    }
                    Found::NotImplemented => return Ok(None),
                    Found::Hole => {}
                }
                Some(index)
            }
        };
        while let Some(index) = R::next(&self.table, last.as_ref()) {
            if last.as_ref().is_some_and(|last| index <= *last) {
                return Err(ReadError::new("the next() of a table did not advance"));
            }
            match self.read(served, &index) {
                Found::Value(value) => {
                    // An index that makes the name too long for an OID cannot be asked for.
                    if let Some(name) = name(served, &index) {
                        return Ok(Some(VarBind { name, value }));
                    }
                }
                Found::NotImplemented => return Ok(None),
                Found::Hole => {}
            }
            last = Some(index);
        }
        Ok(None)
    }

    /// Checks the changes one by one and sorts them into rows, in the order in which the request names these.
    fn sort(&self, changes: &[VarBind]) -> Result<Changes<R::Set>, SetError> {
        let mut sorted = Changes { rows: Vec::new(), places: Vec::with_capacity(changes.len()) };
        let mut known: BTreeMap<R::Index, usize> = BTreeMap::new();
        for (position, change) in changes.iter().enumerate() {
            self.add(&mut sorted, &mut known, change).map_err(|error| error.varbind(position))?;
        }
        Ok(sorted)
    }

    fn add(
        &self,
        sorted: &mut Changes<R::Set>,
        known: &mut BTreeMap<R::Index, usize>,
        change: &VarBind,
    ) -> Result<(), SetError> {
        let value = change.value.as_ref();
        let (served, arcs) = self.locate(change.name.as_ref()).ok_or_else(SetError::not_writable)?;
        if !served.column.is_writable() || !served.implemented.load(Ordering::Relaxed) {
            return Err(SetError::not_writable());
        }
        served.constraint.check(value)?;
        let index = index::decode::<R::Index>(arcs).map_err(|_| SetError::no_creation())?;
        if served.column.access == Access::ReadWrite {
            // Rows come and go by other means than SET.
            match self.read(served, &index) {
                Found::Value(_) => {}
                Found::Hole => return Err(SetError::no_creation()),
                Found::NotImplemented => return Err(SetError::not_writable()),
            }
        }
        let row = match known.get(&index) {
            Some(&row) => row,
            None => {
                let row = sorted.rows.len();
                sorted.rows.push(R::row_set(index.clone()).ok_or_else(SetError::not_writable)?);
                known.insert(index, row);
                row
            }
        };
        sorted.places.push((row, served.column.sub_id));
        match sorted.rows.get_mut(row) {
            Some(set) => R::assign(set, served.column.sub_id, value),
            None => Err(SetError::gen_err()),
        }
    }
}

impl<S> Changes<S> {
    /// Turns a row and column into the position of the change that brought them.
    fn locate(&self, error: SetError) -> SetError {
        let (row, column) = (error.at_row(), error.at_column());
        if row.is_none() && column.is_none() {
            return error;
        }
        let exact = self.places.iter().position(|&(in_row, in_column)| {
            row.is_none_or(|row| row == in_row) && column.is_none_or(|column| column == in_column)
        });
        // A missing column is not a varbind: the error then belongs to the row.
        let of_row = || self.places.iter().position(|&(in_row, _)| row == Some(in_row));
        match exact.or_else(of_row) {
            Some(position) => error.varbind(position),
            None => error,
        }
    }
}

fn name<I: Index>(served: &ServedColumn, index: &I) -> Option<Oid> {
    let mut writer = IndexWriter::new(&served.oid);
    index.write(&mut writer);
    writer.finish().ok()
}

impl<R: ServeTable<T>, T: Send + Sync> Provider for TableProvider<R, T> {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let Some((served, arcs)) = self.locate(name) else {
            return Ok(Value::NoSuchObject);
        };
        if !served.is_served() {
            return Ok(Value::NoSuchObject);
        }
        let Ok(index) = index::decode::<R::Index>(arcs) else {
            return Ok(Value::NoSuchInstance);
        };
        Ok(match self.read(served, &index) {
            Found::Value(value) => value,
            Found::Hole => Value::NoSuchInstance,
            Found::NotImplemented => Value::NoSuchObject,
        })
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let (mut position, mut start) = (0, Seek::First);
        if let Bound::Included(name) | Bound::Excluded(name) = from {
            let mut rest = match name.strip_prefix(&self.row) {
                Some(rest) => rest,
                // Before the row, since what lies behind it is another region.
                None => return self.first_cell(0, Seek::First),
            };
            if let Some(sub_id) = rest.next() {
                position = self.position(sub_id);
                let arcs: Vec<u32> = rest.collect();
                let inside = self.columns.get(position).is_some_and(|served| served.column.sub_id == sub_id);
                if inside {
                    start = seek(&arcs, matches!(from, Bound::Included(_)));
                }
            }
        }
        self.first_cell(position, start)
    }

    fn nests(&self) -> bool {
        if let Some(nests) = self.nests.get() {
            return *nests;
        }
        // An empty table does not tell; none of its rows is asked about either.
        self.index_nests().is_none_or(|nests| *self.nests.get_or_init(|| nests))
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.locate(name).map(|(served, _)| served.oid.clone())
    }

    fn test(&self, changes: &[VarBind]) -> Result<(), SetError> {
        let sorted = self.sort(changes)?;
        R::test(&self.table, &sorted.rows).map_err(|error| sorted.locate(error))
    }

    fn commit(&self, changes: &[VarBind]) -> Result<Undo, SetError> {
        let sorted = self.sort(changes)?;
        R::commit(&self.table, &sorted.rows).map_err(|error| sorted.locate(error))
    }
}

impl<R: ServeTable<T>, T> TableProvider<R, T> {
    /// The first cell at or after `start` in the column at `position`, or in a later column.
    fn first_cell(&self, position: usize, mut start: Seek<R::Index>) -> Result<Option<VarBind>, ReadError> {
        for served in self.columns.iter().skip(position) {
            let start = std::mem::replace(&mut start, Seek::First);
            if served.is_served()
                && let Some(found) = self.walk(served, start)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
