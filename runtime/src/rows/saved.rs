//! A row as a journal keeps it: a version, the state, and a varbind per cell, named `0.0.COLUMN`.

use super::journal::JournalError;
use super::layout::Layout;
use super::record::{Draft, Record};
use crate::agent::RowState;
use crate::ber::{Rules, VarBinds, Writer};
use crate::oid::Oid;

const VERSION: u8 = 1;

/// The octets to keep.
pub(super) fn write(layout: &Layout, record: Record<'_>) -> Vec<u8> {
    // Writers begin at the end.
    let mut writer = Writer::with_limit(usize::MAX);
    for (position, column) in layout.columns.iter().enumerate().rev() {
        if let (Some(value), Ok(name)) = (record.cell(layout, position), Oid::ZERO.child(column.sub_id)) {
            writer.varbind(name.as_ber(), value);
        }
    }
    writer.octets(&[VERSION, record.state().value().unwrap_or_default() as u8]);
    let octets = writer.finish().map(<[u8]>::to_vec).unwrap_or_default();
    writer.wipe();
    octets
}

/// The row that was kept. Columns that the table does not have any longer are left out.
pub(super) fn read(layout: &Layout, octets: &[u8]) -> Result<Draft, JournalError> {
    let (state, cells) = match octets {
        [VERSION, 1, cells @ ..] => (RowState::Active, cells),
        [VERSION, 2, cells @ ..] => (RowState::NotInService, cells),
        [VERSION, 3, cells @ ..] => (RowState::NotReady, cells),
        [VERSION, ..] => return Err(JournalError::new("a row is not in any state; it is damaged")),
        [version, ..] => {
            return Err(JournalError::new(format!(
                "a row is of version {version}, and this program reads version {VERSION}; it was written by a later one"
            )));
        }
        [] => return Err(JournalError::new("a row has no octets; it is damaged")),
    };
    let (cells, _) = VarBinds::from_content(cells, Rules::Strict)
        .map_err(|error| JournalError::new(format!("a row cannot be read: {error}; it is damaged")))?;
    let mut draft = Draft::fresh(layout);
    draft.state = state;
    for varbind in cells.iter() {
        let Some(position) = layout.position(varbind.name.last()) else { continue };
        let (Some(column), Some(cell)) = (layout.columns.get(position), draft.cells.get_mut(position)) else {
            continue;
        };
        if column.constraint.check(varbind.value).is_err() {
            return Err(JournalError::new(format!(
                "{} cannot have the value `{}` that is kept of it; it is of another version of the MIB",
                column.object, varbind.value
            )));
        }
        *cell = Some(varbind.value.to_value());
    }
    Ok(draft)
}
