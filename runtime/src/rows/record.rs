//! A row in octets: its index, its state, which cells it has, the cells in the order of the columns.

use std::fmt;
use std::ops::Deref;

use zeroize::Zeroize;

use super::cells;
use super::layout::{ColumnLayout, Layout};
use crate::agent::RowState;
use crate::oid::Oid;
use crate::value::{Value, ValueRef};

/// Set in the state's octet where every column but the status has a value: no map of cells follows.
const FULL: u8 = 0x04;

/// The bit of all columns that have no bit of their own.
const LAST_COLUMN: u64 = 1 << 63;

/// The bit of the column at this position.
pub(super) fn column_bit(position: usize) -> u64 {
    u32::try_from(position).ok().and_then(|position| 1_u64.checked_shl(position)).unwrap_or(LAST_COLUMN)
}

/// A row, read in place.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    /// The sub-identifiers of the index, as an OID encodes them.
    pub(super) key: &'a [u8],
    /// All behind the key.
    body: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record that these octets are.
    #[inline]
    pub(super) fn new(octets: &'a [u8]) -> Self {
        let mut body = octets;
        let key = cells::take_octets(&mut body).unwrap_or_default();
        Self { key, body }
    }

    /// The octets of the whole record, in memory of their own.
    pub(super) fn to_octets(self) -> RowOctets {
        // Room for the length of the longest key.
        let mut out = Vec::with_capacity(self.key.len() + self.body.len() + 5);
        cells::put_octets(&mut out, self.key);
        out.extend_from_slice(self.body);
        RowOctets(out)
    }

    pub(super) fn state(self) -> RowState {
        match self.body.first().map(|head| head & 3) {
            Some(1) => RowState::Active,
            Some(2) => RowState::NotInService,
            _ => RowState::NotReady,
        }
    }

    /// A bit for each column that has a value; the last bit is for all columns from there on.
    pub(super) fn columns(self, map_octets: usize) -> u64 {
        let Some((head, rest)) = self.body.split_first() else { return 0 };
        if head & FULL != 0 {
            return u64::MAX;
        }
        let map = rest.get(..map_octets).unwrap_or_default();
        let bits = map.iter().zip(0_u32..8).fold(0, |bits, (octet, at)| bits | u64::from(*octet) << (8 * at));
        let has_more = map.iter().skip(8).any(|octet| *octet != 0);
        if has_more { bits | LAST_COLUMN } else { bits }
    }

    /// The value in the column at this position; the status is not a cell.
    #[inline]
    pub(super) fn cell(self, layout: &Layout, wanted: usize) -> Option<ValueRef<'a>> {
        let (head, rest) = self.body.split_first()?;
        let (map, mut octets) = match head & FULL {
            0 => rest.split_at_checked(layout.map_octets())?,
            _ => (&[][..], rest),
        };
        let has = |position: usize| match map {
            [] => layout.status != Some(position),
            map => map.get(position / 8).is_some_and(|octet| octet & 1 << (position % 8) != 0),
        };
        if !has(wanted) {
            return None;
        }
        for (position, column) in layout.columns.iter().enumerate() {
            if position == wanted {
                return cells::read(column.base, &mut octets);
            }
            if has(position) {
                cells::skip(column.base, &mut octets)?;
            }
        }
        None
    }

    /// What GET reads in the column at this position.
    #[inline]
    pub(super) fn value(self, layout: &Layout, position: usize) -> Option<ValueRef<'a>> {
        if layout.status == Some(position) {
            return self.state().value().map(ValueRef::Integer);
        }
        self.cell(layout, position)
    }
}

/// A record in memory of its own, wiped when dropped: columns can be secrets.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RowOctets(Vec<u8>);

impl Deref for RowOctets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for RowOctets {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for RowOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0.len())
    }
}

/// A row that is being changed. Its strings are wiped when it is dropped.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) state: RowState,
    /// By the position of the column; the status has none.
    pub(super) cells: Vec<Option<Value>>,
}

impl Draft {
    /// A row with the defaults of its table.
    pub(super) fn fresh(layout: &Layout) -> Self {
        let cells = layout.columns.iter().map(|column| column.default.clone()).collect();
        Self { state: RowState::Absent, cells }
    }

    pub(super) fn of(layout: &Layout, record: Record<'_>) -> Self {
        let cells = (0..layout.columns.len()).map(|position| record.cell(layout, position).map(Value::from));
        Self { state: record.state(), cells: cells.collect() }
    }

    /// The first column that is required and has no value.
    pub(super) fn missing<'l>(&self, layout: &'l Layout) -> Option<&'l ColumnLayout> {
        let mut columns = layout.columns.iter().zip(&self.cells);
        columns
            .find(|(column, cell)| column.is_required && column.is_implemented && cell.is_none())
            .map(|(column, _)| column)
    }

    /// The number in the StorageType column.
    pub(super) fn storage(&self, layout: &Layout) -> Option<i32> {
        match self.cells.get(layout.storage?)? {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The octets of the row with this index.
    pub(super) fn encode(&self, layout: &Layout, key: &[u8]) -> RowOctets {
        // To grow would leave what there is so far behind.
        let strings = self.cells.iter().map(|cell| match cell {
            Some(Value::OctetString(octets)) => octets.0.len(),
            _ => 0,
        });
        let mut out = Vec::with_capacity(key.len() + 16 + 10 * self.cells.len() + strings.sum::<usize>());
        cells::put_octets(&mut out, key);
        let head = out.len();
        let state = match self.state {
            RowState::Active => 1,
            RowState::NotInService => 2,
            RowState::NotReady | RowState::Absent => 3,
        };
        out.push(state);
        let mut map = vec![0_u8; layout.map_octets()];
        let mut is_full = true;
        for (position, cell) in self.cells.iter().enumerate() {
            if cell.is_some() {
                if let Some(octet) = map.get_mut(position / 8) {
                    *octet |= 1 << (position % 8);
                }
            } else {
                is_full &= layout.status == Some(position);
            }
        }
        match out.get_mut(head) {
            Some(head) if is_full => *head |= FULL,
            _ => out.extend(map),
        }
        for (column, cell) in layout.columns.iter().zip(&self.cells) {
            if let Some(value) = cell {
                // Values are checked before they come here.
                cells::write(column.base, value.as_ref(), &mut out);
            }
        }
        RowOctets(out)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for cell in &mut self.cells {
            if let Some(Value::OctetString(octets)) = cell {
                octets.0.zeroize();
            }
        }
    }
}

/// What a key is behind, so that it is an OID.
pub(super) fn key_oid(key: &[u8]) -> Oid {
    Oid::followed_by(Oid::ZERO.as_ref(), key)
}

/// The octets of an index behind [`Oid::ZERO`].
pub(super) fn key_octets(key: &Oid) -> &[u8] {
    key.as_ber().get(1..).unwrap_or_default()
}
