//! The varbinds of a SET, checked one by one and sorted into rows.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::record::{key_octets, key_oid};
use super::tree::Tree;
use crate::agent::SetError;
use crate::oid::Oid;
use crate::value::{Value, VarBind};

/// notReady of RowStatus, which can be read and not written.
const NOT_READY: i32 = 3;

/// What a SET asks, row by row in the order in which it first names them.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) rows: Vec<RowRequest>,
}

/// What a SET asks of one row.
#[derive(Clone, Debug)]
pub(super) struct RowRequest {
    pub(super) key: Oid,
    /// What the status is set to, and by which varbind.
    pub(super) status: Option<(i32, usize)>,
    /// Values of other columns.
    pub(super) cells: Vec<CellRequest>,
    /// The first varbind.
    pub(super) first: usize,
}

#[derive(Clone, Debug)]
pub(super) struct CellRequest {
    /// Position of the column.
    pub(super) column: usize,
    pub(super) value: Value,
    /// Position of the varbind.
    pub(super) varbind: usize,
}

impl RowRequest {
    /// The varbind that sets a column: the first of the row where none does.
    pub(super) fn varbind_of(&self, layout: &Layout, column: Option<u32>) -> usize {
        let position = column.and_then(|sub_id| layout.position(sub_id));
        let cell = self.cells.iter().find(|cell| Some(cell.column) == position).map(|cell| cell.varbind);
        match self.status {
            Some((_, varbind)) if position.is_some() && layout.status == position => varbind,
            _ => cell.unwrap_or(self.first),
        }
    }
}

impl Request {
    /// # Errors
    /// The first varbind that is wrong in itself (RFC 3416 §4.2.5, steps 2 to 7).
    pub(super) fn sort(layout: &Layout, tree: &Tree, changes: &[VarBind]) -> Result<Self, SetError> {
        let mut request = Self::default();
        let mut known = BTreeMap::new();
        for (varbind, change) in changes.iter().enumerate() {
            request.add(layout, tree, &mut known, varbind, change).map_err(|error| error.varbind(varbind))?;
        }
        Ok(request)
    }

    fn add(
        &mut self,
        layout: &Layout,
        tree: &Tree,
        known: &mut BTreeMap<Oid, usize>,
        varbind: usize,
        change: &VarBind,
    ) -> Result<(), SetError> {
        let value = change.value.as_ref();
        let (position, column, key) =
            layout.locate(change.name.as_ref()).ok_or_else(SetError::not_writable)?;
        if !column.is_writable() {
            return Err(SetError::not_writable());
        }
        column.constraint.check(value)?;
        let number = value.as_i128().and_then(|number| i32::try_from(number).ok());
        let is_status = layout.status == Some(position);
        if is_status && number == Some(NOT_READY) {
            return Err(SetError::wrong_value());
        }
        let key = key_oid(key);
        let row = match known.get(&key) {
            Some(row) => *row,
            None => {
                if tree.get(&key).is_none() && !may_create(layout, &key) {
                    return Err(SetError::no_creation());
                }
                let row = self.rows.len();
                known.insert(key.clone(), row);
                self.rows.push(RowRequest { key, status: None, cells: Vec::new(), first: varbind });
                row
            }
        };
        let Some(row) = self.rows.get_mut(row) else { return Err(SetError::gen_err()) };
        if is_status {
            let status = number.unwrap_or_default();
            return match row.status.get_or_insert((status, varbind)).0 == status {
                true => Ok(()),
                false => Err(SetError::inconsistent_value()),
            };
        }
        match row.cells.iter().find(|cell| cell.column == position) {
            Some(cell) if cell.value == change.value => {}
            Some(_) => return Err(SetError::inconsistent_value()),
            None => row.cells.push(CellRequest { column: position, value: change.value.clone(), varbind }),
        }
        Ok(())
    }
}

/// Whether a SET can make a row with this index, now or at another time.
fn may_create(layout: &Layout, key: &Oid) -> bool {
    let status = layout.status.and_then(|status| layout.columns.get(status));
    let arcs = key.strip_prefix(&Oid::ZERO).unwrap_or_default();
    status.is_some_and(|status| status.is_writable())
        && layout.index.admits(arcs)
        && (layout.is_index)(key_octets(key))
}
