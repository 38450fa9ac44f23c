//! SETs of tables: from varbinds to rows, and from rows and columns back to varbinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::ServeTable;
use super::table_handler::TableHandler;
use crate::entity::{Eventual, Prepared, SetError, UndoError};
use crate::syntax::Access;
use crate::value::VarBind;

/// Changes by row, and where each came from.
pub(super) struct Changes<S> {
    pub(super) rows: Vec<S>,
    pub(super) places: Places,
}

/// Per change of the request: its row and column.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Vec<(usize, u32)>>);

/// Prepared rows whose errors say at which varbind they are.
pub(super) struct Located {
    pub(super) prepared: Box<dyn Prepared>,
    pub(super) places: Places,
}

impl<R: ServeTable<T>, T> TableHandler<R, T> {
    /// Checks the changes one by one and sorts them into rows, in the order in which the request names these.
    pub(super) fn sort(&self, table: &T, changes: &[VarBind]) -> Result<Changes<R::Set>, SetError> {
        let mut rows = Vec::new();
        let mut places = Vec::with_capacity(changes.len());
        let mut known: BTreeMap<R::Index, usize> = BTreeMap::new();
        for (position, change) in changes.iter().enumerate() {
            let place = self.add(table, &mut rows, &mut known, change);
            places.push(place.map_err(|error| error.varbind(position))?);
        }
        Ok(Changes { rows, places: Places(Arc::new(places)) })
    }

    /// Adds a change; its row and column.
    fn add(
        &self,
        table: &T,
        rows: &mut Vec<R::Set>,
        known: &mut BTreeMap<R::Index, usize>,
        change: &VarBind,
    ) -> Result<(usize, u32), SetError> {
        let value = change.value.as_ref();
        let (served, arcs) = self.columns.locate(change.name.as_ref()).ok_or_else(SetError::not_writable)?;
        if !served.column.is_writable() {
            return Err(SetError::not_writable());
        }
        served.constraint.check(value)?;
        let index = self.columns.index::<R::Index>(arcs).ok_or_else(SetError::no_creation)?;
        // Of a read-write column rows come and go by other means than SET.
        if served.column.access() == Access::ReadWrite && !Self::has_cell(table, served, &index) {
            return Err(SetError::no_creation());
        }
        let row = match known.get(&index) {
            Some(&row) => row,
            None => {
                let row = rows.len();
                rows.push(R::row_set(index.clone()).ok_or_else(SetError::not_writable)?);
                known.insert(index, row);
                row
            }
        };
        let set = rows.get_mut(row).ok_or_else(SetError::gen_err)?;
        R::assign(set, served.column.sub_id(), value)?;
        Ok((row, served.column.sub_id()))
    }
}

impl Places {
    /// Turns a row and column into the position of the change that brought them.
    pub(super) fn locate(&self, error: SetError) -> SetError {
        let (row, column) = (error.at_row(), error.at_column());
        if row.is_none() && column.is_none() {
            return error;
        }
        let exact = self.0.iter().position(|&(in_row, in_column)| {
            row.is_none_or(|row| row == in_row) && column.is_none_or(|column| column == in_column)
        });
        // A missing column is not a varbind: the error then belongs to the row.
        let of_row = || self.0.iter().position(|&(in_row, _)| row == Some(in_row));
        match exact.or_else(of_row) {
            Some(position) => error.varbind(position),
            None => error,
        }
    }
}

impl Prepared for Located {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let places = self.places.clone();
        self.prepared.commit().map(move |result| result.map_err(|error| places.locate(error)))
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        self.prepared.undo()
    }

    fn clean_up(&mut self) -> Eventual<()> {
        self.prepared.clean_up()
    }
}
