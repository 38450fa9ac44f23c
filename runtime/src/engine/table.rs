//! Reads several columns of a table side by side and joins their cells into rows.

use super::Response;
use super::walk::{PlanError, Step};
use crate::message::{ErrorStatus, PduHeader, Version};
use crate::oid::{self, Arcs, Oid, OidRef};
use crate::value::{Value, ValueRef, VarBind, VarBindRef};
use std::cmp::Ordering;
use std::collections::VecDeque;

/// Plans the requests of a table read.
///
/// All columns go into one request as long as they advance together. A row is given out once every
/// column has come to its index or past it; a column that went past has a hole there. So neither
/// sparse columns nor rows that appear during the read tear rows apart, and at most one response per
/// column is held at a time.
#[derive(Clone, Debug)]
pub struct TablePlan {
    columns: Vec<Column>,
    /// Columns of the present request, by their place in it.
    asked: Vec<usize>,
    /// Most columns of a request.
    width: usize,
    step: Step,
    version: Version,
    /// How many more rows may come.
    left: Option<usize>,
    limit: usize,
    failed: bool,
}

#[derive(Clone, Debug)]
struct Column {
    root: Oid,
    /// The name to ask on from.
    last: Oid,
    /// Cells that have come and are in no row yet, in order.
    cells: VecDeque<VarBind>,
    done: bool,
}

/// One row: a cell per column, in the order of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    name: Oid,
    /// Octets of `name` before the index.
    prefix: usize,
    /// The cells; `None` where the row has none.
    pub cells: Vec<Option<Value>>,
}

impl TableRow {
    /// Full name of the row's first cell that is there.
    pub fn name(&self) -> &Oid {
        &self.name
    }

    /// The sub-identifiers of the row's index.
    pub fn index(&self) -> Arcs<'_> {
        let column = self.name.as_ber().get(..self.prefix).unwrap_or_default();
        self.name.strip_prefix(OidRef::trusted(column)).unwrap_or_default()
    }
}

impl TablePlan {
    /// Reads these columns. With `max_repetitions` above 1 it asks for that many rows at a time,
    /// unless `version` lacks GETBULK.
    pub fn new(version: Version, columns: impl IntoIterator<Item = Oid>, max_repetitions: u32) -> Self {
        let column = |root: Oid| Column { last: root.clone(), root, cells: VecDeque::new(), done: false };
        Self {
            columns: columns.into_iter().map(column).collect(),
            asked: Vec::new(),
            width: usize::MAX,
            step: Step::new(version, max_repetitions),
            version,
            left: None,
            limit: 0,
            failed: false,
        }
    }

    /// Ends the read with [`PlanError::Limit`] when more than `limit` rows come.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.left = Some(limit);
    }

    /// Asks for this many rows at a time from now on; with 1 it uses GETNEXT.
    pub fn set_max_repetitions(&mut self, max_repetitions: u32) {
        self.step = Step::new(self.version, max_repetitions);
    }

    /// The PDU of the next request, should there be one.
    pub fn header(&self) -> PduHeader {
        self.step.header()
    }

    /// Ends the read here.
    pub fn finish(&mut self) {
        self.failed = true;
    }

    /// The next request, if one is needed before the next row: its PDU, and the names in it.
    pub fn request(&mut self) -> Option<(PduHeader, impl DoubleEndedIterator<Item = &Oid>)> {
        self.asked.clear();
        if !self.failed {
            let waiting = self.columns.iter().enumerate().filter(|(_, column)| column.is_waiting());
            self.asked.extend(waiting.map(|(n, _)| n).take(self.width));
        }
        if self.asked.is_empty() {
            return None;
        }
        Some((self.step.header(), self.asked.iter().filter_map(|n| Some(&self.columns.get(*n)?.last))))
    }

    /// Takes in the response to the last [`request`](Self::request). After an error the plan is at its
    /// end.
    pub fn accept(&mut self, response: &Response) -> Result<(), PlanError> {
        self.try_accept(response).inspect_err(|_| self.failed = true)
    }

    /// The next row, if enough is known; when also [`request`](Self::request) gives nothing, the table
    /// has ended.
    pub fn row(&mut self) -> Result<Option<TableRow>, PlanError> {
        if self.failed || self.columns.iter().any(Column::is_waiting) {
            return Ok(None);
        }
        let first = self.columns.iter().filter(|column| !column.cells.is_empty());
        let Some(first) = first.min_by(|a, b| oid::compare(a.index(), b.index())) else {
            return Ok(None);
        };
        let Some(cell) = first.cells.front() else { return Ok(None) };
        if let Some(left) = &mut self.left {
            let Some(fewer) = left.checked_sub(1) else {
                self.failed = true;
                return Err(PlanError::Limit(self.limit));
            };
            *left = fewer;
        }
        let name = cell.name.clone();
        let prefix = first.root.as_ber().len();
        let index = name.as_ber().get(prefix..).unwrap_or_default();
        let cells = self.columns.iter_mut().map(|column| column.take(index)).collect();
        Ok(Some(TableRow { name, prefix, cells }))
    }

    fn try_accept(&mut self, response: &Response) -> Result<(), PlanError> {
        match response.error_status {
            ErrorStatus::NO_ERROR => self.advance(response),
            // SNMPv1's way to say that there is nothing after this name; the others are asked for again.
            ErrorStatus::NO_SUCH_NAME if self.version == Version::V1 => {
                match self.asked_column(response.error_index) {
                    Some(column) => column.done = true,
                    // Without a usable index there is no telling which: end them one at a time.
                    None => {
                        if let Some(column) = self.asked_column(1) {
                            column.done = true;
                        }
                    }
                }
                Ok(())
            }
            ErrorStatus::TOO_BIG if self.step.halved().is_some() => {
                self.step = self.step.halved().unwrap_or(Step::Next);
                Ok(())
            }
            ErrorStatus::TOO_BIG if self.asked.len() > 1 => {
                self.width = self.asked.len() / 2;
                Ok(())
            }
            status => {
                let index = response.error_index;
                let name = self.asked_column(index).map(|column| column.last.clone());
                Err(PlanError::Status { status, index, name })
            }
        }
    }

    fn advance(&mut self, response: &Response) -> Result<(), PlanError> {
        let varbinds = response.varbinds();
        if varbinds.is_empty() {
            return Err(PlanError::Empty);
        }
        // Row by row; a GETBULK response may end in the middle of one.
        let places = self.asked.iter().cycle();
        for (place, varbind) in places.zip(varbinds) {
            if let Some(column) = self.columns.get_mut(*place) {
                column.advance(varbind)?;
            }
        }
        Ok(())
    }

    /// The column that the varbind `index` (from 1) of the present request asks for.
    fn asked_column(&mut self, index: i32) -> Option<&mut Column> {
        let place = usize::try_from(index).ok()?.checked_sub(1)?;
        self.columns.get_mut(*self.asked.get(place)?)
    }
}

impl Column {
    /// True when the next row cannot be known without another response.
    fn is_waiting(&self) -> bool {
        !self.done && self.cells.is_empty()
    }

    fn advance(&mut self, varbind: VarBindRef<'_>) -> Result<(), PlanError> {
        if self.done {
            return Ok(()); // a GETBULK response goes on past the end of a column
        }
        if varbind.value == ValueRef::EndOfMibView || !varbind.name.starts_with(&self.root) {
            self.done = true;
            return Ok(());
        }
        if varbind.name.cmp(&self.last.as_ref()) != Ordering::Greater {
            let found = varbind.name.to_oid();
            return Err(PlanError::NotIncreasing { previous: self.last.clone(), found });
        }
        let varbind = varbind.to_varbind();
        self.last = varbind.name.clone();
        self.cells.push_back(varbind);
        Ok(())
    }

    /// Octets of the index of the first cell.
    fn index(&self) -> &[u8] {
        let name = self.cells.front().map(|cell| cell.name.as_ber()).unwrap_or_default();
        name.get(self.root.as_ber().len()..).unwrap_or_default()
    }

    /// Takes the first cell if it has this index.
    fn take(&mut self, index: &[u8]) -> Option<Value> {
        if self.cells.is_empty() || self.index() != index {
            return None;
        }
        self.cells.pop_front().map(|cell| cell.value)
    }
}
