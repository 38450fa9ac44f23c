//! The rows of one moment.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::change::RowRef;
use super::core::Core;
use super::edit::key_of;
use super::record::Record;
use super::stored::StoredAccess;
use super::tree::{Cursor, Tree};
use crate::typed::{Column, Row};
use crate::value::Syntax;

/// Rows that do not change any more: [`RowStore::snapshot`](super::RowStore::snapshot).
pub struct Rows<R> {
    core: Arc<Core>,
    tree: Tree,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> Rows<R> {
    pub(super) fn new(core: &Arc<Core>) -> Self {
        Self { core: Arc::clone(core), tree: core.snapshot(), row: PhantomData }
    }

    /// The row with this index.
    #[must_use]
    pub fn row(&self, index: &R::Index) -> Option<RowRef<'_, R>> {
        let record = self.tree.get(&key_of::<R>(index).ok()?)?;
        Some(RowRef::new(&self.core.layout, record))
    }

    /// The value in a column of a row.
    pub fn get<T: Syntax, A: StoredAccess>(&self, index: &R::Index, column: Column<R, T, A>) -> Option<T> {
        self.row(index)?.get(column)
    }

    /// All rows, in the order of their indexes.
    pub fn iter(&self) -> Iter<'_, R> {
        Iter { rows: self, cursor: Some(self.tree.iter()) }
    }

    /// The rows behind an index, which need not exist.
    pub fn after(&self, index: &R::Index) -> Iter<'_, R> {
        // An index that no OID can hold has no rows behind it.
        let cursor = key_of::<R>(index).ok().map(|key| self.tree.seek(key.as_ref(), false));
        Iter { rows: self, cursor }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether the table is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<R> Clone for Rows<R> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), tree: self.tree.clone(), row: PhantomData }
    }
}

impl<R: Row> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("rows", &self.len()).finish_non_exhaustive()
    }
}

impl<'r, R: Row> IntoIterator for &'r Rows<R> {
    type Item = RowRef<'r, R>;
    type IntoIter = Iter<'r, R>;

    fn into_iter(self) -> Iter<'r, R> {
        self.iter()
    }
}

/// The rows of a snapshot in order.
pub struct Iter<'r, R> {
    rows: &'r Rows<R>,
    cursor: Option<Cursor<'r>>,
}

impl<'r, R: Row> Iterator for Iter<'r, R> {
    type Item = RowRef<'r, R>;

    fn next(&mut self) -> Option<RowRef<'r, R>> {
        let record: Record<'r> = self.cursor.as_mut()?.next()?;
        Some(RowRef::new(&self.rows.core.layout, record))
    }
}

impl<R: Row> fmt::Debug for Iter<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("rows", self.rows).finish_non_exhaustive()
    }
}
