//! Rows as hooks and readers see them.

use std::fmt;
use std::marker::PhantomData;

use super::layout::Layout;
use super::record::{Record, key_oid};
use super::stored::StoredAccess;
use crate::agent::RowState;
use crate::index;
use crate::oid::Oid;
use crate::typed::{Column, Row};
use crate::value::{Syntax, ValueRef};

/// A row of a store, at one moment.
pub struct RowRef<'a, R> {
    layout: &'a Layout,
    record: Record<'a>,
    row: PhantomData<fn() -> R>,
}

impl<'a, R: Row> RowRef<'a, R> {
    pub(super) fn new(layout: &'a Layout, record: Record<'a>) -> Self {
        Self { layout, record, row: PhantomData }
    }

    /// What tells the row from others; `None` if it is not an index of this table, which cannot be.
    pub fn index(&self) -> Option<R::Index> {
        index_of::<R>(self.record.key)
    }

    /// The value in a column; `None` for a hole. The status column has the state of the row.
    pub fn get<T: Syntax, A: StoredAccess>(&self, column: Column<R, T, A>) -> Option<T> {
        let value = self.record.value(self.layout, self.layout.position(column.sub_id())?)?;
        T::from_value(value).ok()
    }

    /// The state of the row; always active in a table without status column.
    pub fn state(&self) -> RowState {
        self.record.state()
    }
}

impl<R> Clone for RowRef<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for RowRef<'_, R> {}

impl<R: Row> fmt::Debug for RowRef<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = f.debug_struct("RowRef");
        row.field("index", &key_text(self.record.key));
        for (position, column) in self.layout.columns.iter().enumerate() {
            if column.shown.is_some() {
                continue;
            }
            if let Some(value) = self.record.value(self.layout, position) {
                let name = column.object.name().unwrap_or("column");
                let syntax = column.object.meta().and_then(|object| object.syntax());
                let label = match value {
                    ValueRef::Integer(number) => syntax.and_then(|syntax| syntax.label(number)),
                    _ => None,
                };
                match label {
                    Some(label) => row.field(name, &format_args!("{label}({value})")),
                    None => row.field(name, &format_args!("{value}")),
                };
            }
        }
        row.finish()
    }
}

pub(super) fn index_of<R: Row>(key: &[u8]) -> Option<R::Index> {
    index::decode(key_oid(key).strip_prefix(&Oid::ZERO)?).ok()
}

/// An index for messages.
pub(super) fn key_text(key: &[u8]) -> String {
    let arcs: Vec<String> = key_oid(key).arcs().skip(2).map(|arc| arc.to_string()).collect();
    arcs.join(".")
}

/// What changes a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A SET.
    Set,
    /// The agent takes a SET back, because another part of it failed.
    Undo,
    /// The application.
    Application,
    /// The row was left unfinished for too long.
    Expiry,
}

/// One row, before and after.
pub struct Change<'a, R> {
    raw: RawChange<'a>,
    row: PhantomData<fn() -> R>,
}

/// The same, before it is typed.
#[derive(Clone, Copy)]
pub(super) struct RawChange<'a> {
    pub(super) layout: &'a Layout,
    pub(super) source: Source,
    pub(super) key: &'a [u8],
    pub(super) before: Option<Record<'a>>,
    pub(super) after: Option<Record<'a>>,
}

impl<'a, R: Row> Change<'a, R> {
    pub(super) fn of(raw: RawChange<'a>) -> Self {
        Self { raw, row: PhantomData }
    }

    /// What tells the row from others; `None` if it is not an index of this table, which cannot be.
    pub fn index(&self) -> Option<R::Index> {
        index_of::<R>(self.raw.key)
    }

    /// The row as it was; `None` for a new one.
    pub fn before(&self) -> Option<RowRef<'a, R>> {
        self.raw.before.map(|record| RowRef::new(self.raw.layout, record))
    }

    /// The row as it will be, or is; `None` for one that is removed.
    pub fn after(&self) -> Option<RowRef<'a, R>> {
        self.raw.after.map(|record| RowRef::new(self.raw.layout, record))
    }

    /// Whether a column has another value afterwards, or comes or goes with the row.
    pub fn is_changed<T, A: StoredAccess>(&self, column: Column<R, T, A>) -> bool {
        let RawChange { layout, before, after, .. } = self.raw;
        let Some(position) = layout.position(column.sub_id()) else { return false };
        let value = |record: Option<Record<'a>>| record.and_then(|record| record.value(layout, position));
        value(before) != value(after)
    }

    /// What changes it.
    pub fn source(&self) -> Source {
        self.raw.source
    }
}

impl<R: Row> fmt::Debug for Change<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("source", &self.raw.source)
            .field("before", &self.before())
            .field("after", &self.after())
            .finish()
    }
}
