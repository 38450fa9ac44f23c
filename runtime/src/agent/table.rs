//! Tables: what generated code gives to the agent, and how the agent serves it.
//!
//! The compiler emits a trait per table (`AcmeOutletTable`), which the application implements, and an implementation
//! of [`ServeTable`] for the table's row marker, which makes [`Agent::serve_table`](super::Served::serve_table) accept
//! it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::constraint::wrong_type;
use crate::access::Principal;
use crate::entity::{SetError, Tested, Undo, prepared};
use crate::syntax::Access;
#[doc(no_inline)]
pub use crate::typed::AnyColumn;
use crate::typed::Row;
use crate::value::{Syntax, ValueRef};

pub use super::cell::Cell;

/// How the rows of a table are read from, and written to, an application's `T`.
///
/// Implemented by generated code for the row marker. All functions mean what the generated table trait says.
#[diagnostic::on_unimplemented(
    message = "`{T}` does not implement the agent's table trait of `{Self}`",
    label = "implement the generated trait of this table for `{T}`",
    note = "the trait is generated for the tables named in `Config::agent([..])`; `mibc::mibs` has those of all tables"
)]
pub trait ServeTable<T>: Row {
    /// What one SET asks of one row; [`Infallible`](std::convert::Infallible) in a table that cannot be written.
    type Set: Send + 'static;

    /// Every column that can be read or written, ascending.
    const COLUMNS: &'static [TableColumn];

    /// Those of them that `T` does not have: they are as if the MIB did not know them.
    const LEFT_OUT: &'static [AnyColumn<Self>] = &[];

    /// The first index after `after`, which need not exist.
    fn next(table: &T, after: Option<&Self::Index>) -> Option<Self::Index>;

    /// Gives the value of one column in one row, if there is one.
    fn get(table: &T, column: u32, index: &Self::Index, cell: &mut Cell<'_>);

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

    /// Phase 1 of a SET, with all that it takes for phase 2. Without this method it is [`test`](Self::test), then
    /// [`commit`](Self::commit).
    ///
    /// # Errors
    ///
    /// The changes cannot be made; located with [`SetError::row`] and [`SetError::column`].
    fn prepare(table: &Arc<T>, who: &Principal<'_>, rows: Vec<Self::Set>) -> Tested
    where
        T: Send + Sync + 'static,
        Self: 'static,
    {
        let _ = who;
        in_two_phases(table, rows, Self::test, Self::commit)
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

    pub(super) fn sub_id(self) -> u32 {
        self.sub_id
    }

    pub(super) fn access(self) -> Access {
        self.access
    }

    pub(super) fn is_readable(self) -> bool {
        matches!(self.access, Access::ReadOnly | Access::ReadWrite | Access::ReadCreate)
    }

    pub(super) fn is_writable(self) -> bool {
        matches!(self.access, Access::ReadWrite | Access::ReadCreate | Access::WriteOnly)
    }
}

/// A SET as a `test` and a `commit` of rows make it: what is prepared are the rows.
///
/// # Errors
///
/// Those of `test`.
pub fn in_two_phases<T, S>(
    table: &Arc<T>,
    rows: Vec<S>,
    test: impl FnOnce(&T, &[S]) -> Result<(), SetError>,
    commit: impl FnOnce(&T, &[S]) -> Result<Undo, SetError> + Send + 'static,
) -> Tested
where
    T: Send + Sync + 'static,
    S: Send + 'static,
{
    let tested = test(table, &rows);
    let table = Arc::clone(table);
    tested.map(|()| prepared(move || commit(&table, &rows))).into()
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
