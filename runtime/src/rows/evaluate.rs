//! What the rows of a SET would be (RFC 2579 §2, RowStatus and StorageType).

use super::asked::RawAsked;
use super::change::{RawChange, Source};
use super::hooks::{Hooks, Refusal};
use super::layout::Layout;
use super::record::{Draft, Record, RowOctets, key_octets};
use super::request::{Request, RowRequest};
use super::tree::Tree;
use crate::access::Principal;
use crate::agent::{RowChange, RowRules, RowState, SetError, check_storage_type};
use crate::oid::Oid;

/// permanent of StorageType.
const PERMANENT: i32 = 4;
/// readOnly of StorageType.
const READ_ONLY: i32 = 5;
/// destroy of RowStatus.
const DESTROY: i32 = 6;

/// A row before and after, in octets.
#[derive(Clone, Debug)]
pub(super) struct RowDiff {
    pub(super) key: Oid,
    pub(super) before: Option<RowOctets>,
    pub(super) after: Option<RowOctets>,
}

impl RowDiff {
    pub(super) fn reversed(&self) -> Self {
        Self { key: self.key.clone(), before: self.after.clone(), after: self.before.clone() }
    }

    pub(super) fn is_change(&self) -> bool {
        self.before != self.after
    }

    pub(super) fn raw<'a>(&'a self, layout: &'a Layout, source: Source) -> RawChange<'a> {
        RawChange {
            layout,
            source,
            key: key_octets(&self.key),
            before: self.before.as_deref().map(Record::new),
            after: self.after.as_deref().map(Record::new),
        }
    }
}

/// What decides about a SET.
pub(super) struct Judge<'a> {
    pub(super) layout: &'a Layout,
    pub(super) rules: RowRules,
    /// A SET makes no row beyond this many.
    pub(super) limit: usize,
    pub(super) hooks: &'a Hooks,
    pub(super) tree: &'a Tree,
    pub(super) who: Option<&'a Principal<'static>>,
}

impl Judge<'_> {
    /// All rows of a SET as they would be.
    ///
    /// # Errors
    /// Of what is wrong with the rows, that of the first varbind.
    pub(super) fn evaluate(&self, request: &Request) -> Result<Vec<RowDiff>, SetError> {
        let mut diffs = Vec::with_capacity(request.rows.len());
        let mut refused: Option<SetError> = None;
        let mut made = 0;
        for row in &request.rows {
            match self.row(row, made) {
                Ok(diff) => {
                    made += usize::from(diff.before.is_none() && diff.after.is_some());
                    diffs.push(diff);
                }
                Err(error) => {
                    let place = |error: &SetError| error.at_varbind();
                    if refused.as_ref().is_none_or(|known| place(&error) < place(known)) {
                        refused = Some(error);
                    }
                }
            }
        }
        refused.map_or(Ok(diffs), Err)
    }

    fn row(&self, request: &RowRequest, made: usize) -> Result<RowDiff, SetError> {
        let record = self.tree.get(&request.key);
        if record.is_none() && self.layout.status.is_none() {
            // Rows come and go by other means than SET.
            return Err(SetError::no_creation().varbind(request.first));
        }
        let current = record.map(|record| Draft::of(self.layout, record));
        let before = record.map(Record::to_octets);
        self.check_storage(request, current.as_ref())?;
        let state = current.as_ref().map_or(RowState::Absent, |draft| draft.state);
        let mut draft = current.unwrap_or_else(|| Draft::fresh(self.layout));
        for cell in &request.cells {
            if let Some(place) = draft.cells.get_mut(cell.column) {
                *place = Some(cell.value.clone());
            }
        }
        if request.status.is_none_or(|(status, _)| status != DESTROY) {
            let asked = RawAsked {
                layout: self.layout,
                tree: self.tree,
                request,
                key: key_octets(&request.key),
                before: record,
                who: self.who,
            };
            draft = self.hooks.adjust(asked, draft).map_err(|refusal| match refusal {
                Refusal::Row(error) => {
                    tracing::error!(target: crate::logs::ROWS, %error, "a hook gives a row what it cannot have");
                    SetError::gen_err().varbind(request.first)
                }
                Refusal::Set(error) => {
                    let place = request.varbind_of(self.layout, error.at_column());
                    error.varbind(place)
                }
            })?;
        }
        draft.state = self.next_state(request, state, &draft)?;
        if state == RowState::Active && draft.state == RowState::Active {
            self.check_frozen(request)?;
        }
        if state == RowState::Absent && draft.state == RowState::Absent && !request.cells.is_empty() {
            // Destroying a missing row is not an error; setting its columns is one.
            return Err(SetError::inconsistent_name().varbind(first_cell(request)));
        }
        if state == RowState::Absent
            && draft.state != RowState::Absent
            && self.tree.len() + made >= self.limit
        {
            return Err(SetError::resource_unavailable().varbind(status_or_first(request)));
        }
        let key = key_octets(&request.key);
        let after = (draft.state != RowState::Absent).then(|| draft.encode(self.layout, key));
        let diff = RowDiff { key: request.key.clone(), before, after };
        if diff.is_change() {
            self.hooks.test(diff.raw(self.layout, Source::Set)).map_err(|error| {
                let place = request.varbind_of(self.layout, error.at_column());
                error.varbind(place)
            })?;
        }
        Ok(diff)
    }

    /// What the row's StorageType allows.
    fn check_storage(&self, request: &RowRequest, current: Option<&Draft>) -> Result<(), SetError> {
        let Some(position) = self.layout.storage else { return Ok(()) };
        let storage = current.and_then(|draft| draft.storage(self.layout));
        for cell in &request.cells {
            let check = match cell.value.as_i128().and_then(|number| i32::try_from(number).ok()) {
                Some(number) if cell.column == position => check_storage_type(storage, number),
                _ if storage == Some(READ_ONLY) => Err(SetError::not_writable()),
                _ => Ok(()),
            };
            check.map_err(|error| error.varbind(cell.varbind))?;
        }
        match (request.status, storage) {
            (Some((DESTROY, varbind)), Some(PERMANENT | READ_ONLY)) => {
                Err(SetError::inconsistent_value().varbind(varbind))
            }
            (Some((_, varbind)), Some(READ_ONLY)) => Err(SetError::not_writable().varbind(varbind)),
            _ => Ok(()),
        }
    }

    fn next_state(&self, request: &RowRequest, state: RowState, draft: &Draft) -> Result<RowState, SetError> {
        if self.layout.status.is_none() {
            return Ok(RowState::Active);
        }
        let change = RowChange {
            status: request.status.map(|(status, _)| status),
            complete: draft.missing(self.layout).is_none(),
            in_use: false,
        };
        // Which columns can be changed in an active row is asked for each of them.
        let rules = RowRules { live_changes: true, ..self.rules };
        let next = state.after(change, rules).map_err(|error| error.varbind(status_or_first(request)))?;
        // A hook may take away what a row had.
        let is_short = next == RowState::NotInService && !change.complete;
        Ok(if is_short { RowState::NotReady } else { next })
    }

    /// Columns that cannot be changed in a row that was active and stays it.
    fn check_frozen(&self, request: &RowRequest) -> Result<(), SetError> {
        if self.layout.status.is_none() {
            return Ok(());
        }
        let is_frozen = |column: usize| {
            !self.rules.live_changes || self.layout.columns.get(column).is_some_and(|column| column.is_frozen)
        };
        match request.cells.iter().find(|cell| is_frozen(cell.column)) {
            Some(cell) => Err(SetError::inconsistent_value().varbind(cell.varbind)),
            None => Ok(()),
        }
    }
}

fn status_or_first(request: &RowRequest) -> usize {
    request.status.map_or(request.first, |(_, varbind)| varbind)
}

fn first_cell(request: &RowRequest) -> usize {
    request.cells.iter().map(|cell| cell.varbind).min().unwrap_or(request.first)
}
