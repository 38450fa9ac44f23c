//! Reads several columns of a table side by side and joins their cells into rows.

use super::Response;
use super::walk::{PlanError, Step, is_end, may_be_below};
use crate::message::{ErrorStatus, PduHeader, Version};
use crate::oid::{self, Arcs, Oid, OidRef};
use crate::value::{Value, VarBind, VarBindRef};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Range;

/// Plans the requests of a table read.
///
/// The columns go into one request as long as they advance together, or into several that can be under way at a
/// time ([`set_parallel`](Self::set_parallel)). A row is given out once every column has come to its index or past
/// it; a column that went past has a hole there. So neither sparse columns nor rows that appear during the read
/// tear rows apart, and at most two responses per column are held at a time.
#[derive(Clone, Debug)]
pub struct TablePlan {
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// The group of the last [`request`](Self::request).
    last: usize,
    step: Step,
    /// The agent refused a GETBULK: no other is sent.
    one_by_one: bool,
    version: Version,
    /// Fewer cells than this in a column: more are asked for.
    ahead: usize,
    /// How many more rows may come.
    left: Option<usize>,
    limit: usize,
    /// Nothing more is asked for.
    stopped: bool,
}

/// Columns that are asked for together.
#[derive(Clone, Debug)]
struct Group {
    columns: Range<usize>,
    /// Columns of the request that is under way, by their place in it; none if there is none.
    asked: Vec<usize>,
    /// The operation of that request.
    step: Step,
    /// Most columns of a request.
    max_columns: usize,
    /// The same, while it is to be found out which of several columns an error without a usable index is about.
    suspects: usize,
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
    /// The cells; `None` if the row has none.
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
        let mut plan = Self {
            columns: columns.into_iter().map(column).collect(),
            groups: Vec::new(),
            last: 0,
            step: Step::new(version, max_repetitions),
            one_by_one: false,
            version,
            ahead: 1,
            left: None,
            limit: 0,
            stopped: false,
        };
        plan.set_parallel(1);
        plan
    }

    /// Asks for the columns in this many requests at a time, each for some of the columns, and for the rows after
    /// those that are not taken yet. To be called before the first request.
    pub fn set_parallel(&mut self, requests: usize) {
        let requests = requests.clamp(1, self.columns.len().max(1));
        let bound = |n: usize| n * self.columns.len() / requests;
        self.groups = (0..requests)
            .map(|n| Group {
                columns: bound(n)..bound(n + 1),
                asked: Vec::new(),
                step: self.step,
                max_columns: usize::MAX,
                suspects: usize::MAX,
            })
            .collect();
        self.set_ahead();
    }

    /// Ends the read with [`PlanError::Limit`] when more than `limit` rows come.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.left = Some(limit);
    }

    /// Asks for this many rows at a time from now on; with 1 it uses GETNEXT.
    pub fn set_max_repetitions(&mut self, max_repetitions: u32) {
        self.set_step(Step::new(self.version, if self.one_by_one { 1 } else { max_repetitions }));
    }

    /// One request after the other, only what the next row needs is asked for; with several at a time, another
    /// response is asked for while one is taken apart.
    fn set_ahead(&mut self) {
        self.ahead = match self.step {
            Step::Bulk { max_repetitions } if self.groups.len() > 1 => max_repetitions as usize,
            _ => 1,
        };
    }

    /// The PDU of the next request, should there be one.
    pub fn header(&self) -> PduHeader {
        self.step.header()
    }

    /// Ends the read here: no more rows, either.
    pub fn finish(&mut self) {
        self.stopped = true;
        self.groups.clear();
        self.columns.clear();
    }

    /// Asks for nothing more. Rows that are known whole are still given out.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// The next request, if one is needed before the next row: its PDU, and the names in it. For callers who
    /// make one at a time; see [`next_request`](Self::next_request).
    pub fn request(&mut self) -> Option<(PduHeader, impl DoubleEndedIterator<Item = &Oid>)> {
        if let Some(group) = self.groups.get_mut(self.last) {
            group.asked.clear(); // asked for again
        }
        let (_, header, names) = self.next_request()?;
        Some((header, names))
    }

    /// Takes in the response to the last [`request`](Self::request). After an error nothing more is asked for; the
    /// rows that came whole before it are still given out.
    ///
    /// # Errors
    /// The response refuses the request, or does not fit it.
    pub fn accept(&mut self, response: &Response) -> Result<(), PlanError> {
        self.accept_from(self.last, response)
    }

    /// One more request that can be under way: which one, its PDU, and the names in it.
    pub fn next_request(&mut self) -> Option<(usize, PduHeader, impl DoubleEndedIterator<Item = &Oid>)> {
        if self.stopped {
            return None;
        }
        let Self { columns, groups, ahead, .. } = self;
        let wants = |place: &usize| columns.get(*place).is_some_and(|column| column.wants(*ahead));
        let number = groups.iter_mut().position(|group| {
            if group.asked.is_empty() {
                group
                    .asked
                    .extend(group.columns.clone().filter(wants).take(group.max_columns.min(group.suspects)));
                return !group.asked.is_empty();
            }
            false
        })?;
        self.last = number;
        let group = groups.get_mut(number)?;
        group.step = self.step;
        let asked = &group.asked;
        Some((number, self.step.header(), asked.iter().filter_map(|n| Some(&self.columns.get(*n)?.last))))
    }

    /// The request goes unanswered: its columns are to be asked for again.
    pub fn give_up(&mut self, request: usize) {
        if let Some(group) = self.groups.get_mut(request) {
            group.asked.clear();
        }
    }

    /// Takes in the response to the request of this number. After an error it is as after [`accept`](Self::accept).
    ///
    /// # Errors
    /// The response refuses the request, or does not fit it.
    pub fn accept_from(&mut self, request: usize, response: &Response) -> Result<(), PlanError> {
        let Some(group) = self.groups.get_mut(request) else { return Ok(()) };
        let asked = std::mem::take(&mut group.asked);
        let result = self.try_accept(request, &asked, response);
        if let Some(group) = self.groups.get_mut(request) {
            // The memory serves the next request.
            group.asked = asked;
            group.asked.clear();
        }
        result.inspect_err(|_| self.stopped = true)
    }

    /// The next row, if enough is known; when also [`request`](Self::request) gives nothing, the table
    /// has ended.
    ///
    /// # Errors
    /// The table has more rows than its limit.
    pub fn row(&mut self) -> Result<Option<TableRow>, PlanError> {
        if self.columns.iter().any(Column::is_waiting) {
            return Ok(None);
        }
        let first = self.columns.iter().filter(|column| !column.cells.is_empty());
        let Some(first) = first.min_by(|a, b| oid::compare(a.index(), b.index())) else {
            return Ok(None);
        };
        let Some(cell) = first.cells.front() else { return Ok(None) };
        if let Some(left) = &mut self.left {
            let Some(fewer) = left.checked_sub(1) else {
                self.finish();
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

    fn try_accept(&mut self, request: usize, asked: &[usize], response: &Response) -> Result<(), PlanError> {
        match response.error_status {
            ErrorStatus::NO_ERROR => self.advance(asked, response),
            // It may be about any of the repetitions: those before it are there to be asked for one by one.
            ErrorStatus::NO_SUCH_NAME | ErrorStatus::GEN_ERR
                if self.groups.get(request).is_some_and(|group| group.step != Step::Next) =>
            {
                self.one_by_one = true;
                self.set_step(Step::Next);
                Ok(())
            }
            // Without a usable index, nothing tells which name is meant. Asking for fewer at a time does.
            ErrorStatus::NO_SUCH_NAME | ErrorStatus::GEN_ERR
                if asked.len() > 1 && asked_place(asked, response.error_index).is_none() =>
            {
                if let Some(group) = self.groups.get_mut(request) {
                    group.suspects = asked.len() / 2;
                }
                Ok(())
            }
            // SNMPv1's way to say that there is nothing after this name; the others are asked for again.
            ErrorStatus::NO_SUCH_NAME => {
                let place = asked_place(asked, response.error_index).or(asked.first().copied());
                if let Some(column) = place.and_then(|place| self.columns.get_mut(place)) {
                    column.done = true;
                }
                if let Some(group) = self.groups.get_mut(request) {
                    group.suspects = usize::MAX;
                }
                Ok(())
            }
            ErrorStatus::TOO_BIG if self.step.halved().is_some() => {
                self.set_step(self.step.halved().unwrap_or(Step::Next));
                Ok(())
            }
            ErrorStatus::TOO_BIG if asked.len() > 1 => {
                if let Some(group) = self.groups.get_mut(request) {
                    group.max_columns = asked.len() / 2;
                }
                Ok(())
            }
            status => {
                let index = response.error_index;
                let column = asked_place(asked, index).and_then(|place| self.columns.get(place));
                let name = column.map(|column| column.last.clone());
                Err(PlanError::Status { status, index, name })
            }
        }
    }

    /// Cells that have come and are in no row yet.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.columns.iter().map(|column| column.cells.len()).sum()
    }

    fn set_step(&mut self, step: Step) {
        self.step = step;
        self.set_ahead();
    }

    fn advance(&mut self, asked: &[usize], response: &Response) -> Result<(), PlanError> {
        let varbinds = response.varbinds();
        if varbinds.is_empty() {
            return Err(PlanError::Empty);
        }
        // Row by row; a GETBULK response may end in the middle of one.
        for (place, varbind) in asked.iter().cycle().zip(varbinds) {
            if let Some(column) = self.columns.get_mut(*place) {
                column.advance(varbind)?;
            }
        }
        Ok(())
    }
}

/// The column that the varbind `index` (from 1) of a request asks for.
fn asked_place(asked: &[usize], index: i32) -> Option<usize> {
    asked.get(usize::try_from(index).ok()?.checked_sub(1)?).copied()
}

impl Column {
    /// True when another response is to be asked for.
    fn wants(&self, ahead: usize) -> bool {
        !self.done && self.cells.len() < ahead
    }

    /// True when the next row cannot be known without another response.
    fn is_waiting(&self) -> bool {
        !self.done && self.cells.is_empty()
    }

    fn advance(&mut self, varbind: VarBindRef<'_>) -> Result<(), PlanError> {
        if self.done {
            return Ok(()); // a GETBULK response goes on past the end of a column
        }
        let below = || varbind.name.starts_with(&self.root) || may_be_below(&varbind, &self.root);
        if is_end(varbind, self.last.as_ref()) || !below() {
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
