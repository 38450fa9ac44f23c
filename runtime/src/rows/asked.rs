//! What a SET asks of one row, as the hook that settles it sees it.

use std::fmt;
use std::marker::PhantomData;

use super::change::{RowRef, index_of};
use super::edit::key_of;
use super::layout::Layout;
use super::record::Record;
use super::request::RowRequest;
use super::stored::StoredAccess;
use super::tree::Tree;
use crate::access::Principal;
use crate::typed::{Column, Row};

/// What a SET asks of one row: who asks, which columns it names, the row as it is, and the other rows.
pub struct Asked<'a, R> {
    raw: RawAsked<'a>,
    row: PhantomData<fn() -> R>,
}

/// The same, before it is typed.
#[derive(Clone, Copy)]
pub(super) struct RawAsked<'a> {
    pub(super) layout: &'a Layout,
    pub(super) tree: &'a Tree,
    pub(super) request: &'a RowRequest,
    pub(super) key: &'a [u8],
    pub(super) before: Option<Record<'a>>,
    pub(super) who: Option<&'a Principal<'static>>,
}

impl<'a, R: Row> Asked<'a, R> {
    pub(super) fn of(raw: RawAsked<'a>) -> Self {
        Self { raw, row: PhantomData }
    }

    /// What tells the row from others; `None` if it is not an index of this table, which cannot be.
    pub fn index(&self) -> Option<R::Index> {
        index_of::<R>(self.raw.key)
    }

    /// The row as it is; `None` for a new one.
    pub fn before(&self) -> Option<RowRef<'a, R>> {
        self.raw.before.map(|record| RowRef::new(self.raw.layout, record))
    }

    /// Another row of the table, as it is before the SET.
    pub fn row(&self, index: &R::Index) -> Option<RowRef<'a, R>> {
        let record = self.raw.tree.get(&key_of::<R>(index).ok()?)?;
        Some(RowRef::new(self.raw.layout, record))
    }

    /// Whether the SET names this column of the row.
    pub fn is_set<T, A: StoredAccess>(&self, column: Column<R, T, A>) -> bool {
        let position = self.raw.layout.position(column.sub_id());
        let is_status = position.is_some() && position == self.raw.layout.status;
        (is_status && self.raw.request.status.is_some())
            || self.raw.request.cells.iter().any(|cell| Some(cell.column) == position)
    }

    /// What the SET sets the status column to, of RowStatus.
    pub fn status(&self) -> Option<i32> {
        self.raw.request.status.map(|(status, _)| status)
    }

    /// In whose name the SET comes; `None` for [`RowStore::prepare`](super::RowStore::prepare).
    pub fn who(&self) -> Option<&'a Principal<'static>> {
        self.raw.who
    }
}

impl<R> fmt::Debug for Asked<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("row", &self.raw.layout.row).finish_non_exhaustive()
    }
}
