//! Describing a store.

use std::marker::PhantomData;
use std::sync::Arc;

use super::DEFAULT_LIMIT;
use super::asked::Asked;
use super::change::{Change, RowRef};
use super::core::Core;
use super::edit::{RowEdit, checked_key};
use super::error::RowError;
use super::evaluate::RowDiff;
use super::hooks::Refusal;
use super::journal::{JournalError, RowJournal};
use super::layout::{ColumnLayout, Layout};
use super::record::{key_octets, key_oid};
use super::saved;
use super::store::RowStore;
use super::stored::StoredAccess;
use crate::agent::{RowRules, SetError};
use crate::typed::{Column, Row};
use crate::value::{Syntax, Value};

/// volatile of StorageType.
const VOLATILE: i32 = 2;
/// nonVolatile of StorageType.
const NON_VOLATILE: i32 = 3;

/// A store to be. What the MIB says is there already: columns, access, types, ranges, DEFVALs, index, the columns of type
/// RowStatus and StorageType.
#[must_use = "build() makes the store"]
pub struct RowStoreBuilder<R> {
    core: Core,
    rows: Vec<RowDiff>,
    error: Option<RowError>,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> RowStoreBuilder<R> {
    pub(super) fn new() -> Self {
        let mut core = Core::new(Layout::of::<R>());
        core.limit = DEFAULT_LIMIT;
        Self { core, rows: Vec::new(), error: None, row: PhantomData }
    }

    /// What RFC 2579 leaves to the table.
    pub fn rules(mut self, rules: RowRules) -> Self {
        self.core.rules = rules;
        self
    }

    /// A SET makes no row where there are so many already: resourceUnavailable. Without this:
    /// [`DEFAULT_LIMIT`](super::DEFAULT_LIMIT). The application's own rows are not limited.
    pub fn limit(mut self, rows: usize) -> Self {
        self.core.limit = rows;
        self
    }

    /// New rows have this value in the column; instead of the DEFVAL, or where there is none.
    pub fn default_value<T: Syntax, A: StoredAccess>(
        mut self,
        column: Column<R, T, A>,
        value: impl Into<T>,
    ) -> Self {
        let value: T = value.into();
        let filled = RowEdit::<R>::start(&self.core.layout).set(column, value).finish();
        match (filled, self.core.layout.position(column.sub_id())) {
            (Ok(mut draft), Some(position)) => {
                if let (Some(column), Some(cell)) =
                    (self.core.layout.columns.get_mut(position), draft.cells.get_mut(position))
                {
                    column.default = cell.take();
                }
            }
            (Err(error), _) => self.fail(error),
            (_, None) => self.fail(RowError::Column { column: column.object() }),
        }
        self
    }

    /// Rows are ready without a value in this column.
    pub fn optional<T, A: StoredAccess>(self, column: Column<R, T, A>) -> Self {
        self.column(column, |column| column.is_required = false)
    }

    /// The column cannot be changed by SET while the row is active: inconsistentValue. All columns are so with
    /// [`RowRules::live_changes`] off.
    pub fn frozen<T, A: StoredAccess>(self, column: Column<R, T, A>) -> Self {
        self.column(column, |column| column.is_frozen = true)
    }

    /// The application does not have this column: noSuchObject, notWritable.
    pub fn leave_out<T, A: StoredAccess>(self, column: Column<R, T, A>) -> Self {
        self.column(column, |column| column.is_implemented = false)
    }

    fn column<T, A>(mut self, column: Column<R, T, A>, change: impl FnOnce(&mut ColumnLayout)) -> Self {
        let position = self.core.layout.position(column.sub_id());
        match position.and_then(|position| self.core.layout.columns.get_mut(position)) {
            Some(column) => change(column),
            None => self.fail(RowError::Column { column: column.object() }),
        }
        self
    }

    /// Sets further columns of each row that a SET changes, such as the time of the change. Called in the test, with the row
    /// as it is and with the row as the SET would have it; it may be called several times for one SET, so it should do
    /// nothing else. The status of the row stays as the SET has it.
    pub fn adjust(
        mut self,
        adjust: impl for<'a> Fn(Option<RowRef<'_, R>>, RowEdit<'a, R>) -> RowEdit<'a, R> + Send + Sync + 'static,
    ) -> Self {
        self.core.hooks.adjusts.push(Box::new(move |layout, before, draft| {
            let before = before.map(|record| RowRef::new(layout, record));
            adjust(before, RowEdit::of(layout, draft)).into_draft()
        }));
        self
    }

    /// As [`adjust`](Self::adjust), for what takes more: the hook is told who asks and which columns the SET names, sees
    /// other rows, and may refuse. Name the column at fault with [`SetError::column`].
    pub fn settle(
        mut self,
        settle: impl for<'a> Fn(&Asked<'_, R>, RowEdit<'a, R>) -> Result<RowEdit<'a, R>, SetError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.core.hooks.settles.push(Box::new(move |asked, draft| {
            let edit = settle(&Asked::of(asked), RowEdit::of(asked.layout, draft)).map_err(Refusal::Set)?;
            edit.into_draft().map_err(Refusal::Row)
        }));
        self
    }

    /// Managers read `shown` in this column, whatever is in the row: for secrets. Hooks, the journal and the application
    /// have the value itself. What was in a row of the store is wiped when another row takes its place.
    pub fn hidden<T: Syntax, A: StoredAccess>(self, column: Column<R, T, A>, shown: impl Into<T>) -> Self {
        let shown: T = shown.into();
        self.column(column, |column| column.shown = Some(shown.to_value()))
    }

    /// Asked in the test of a SET, for each row that it would change. Nothing has changed yet, and other parts of the SET
    /// can still be refused. Name the column at fault with [`SetError::column`].
    pub fn on_test(
        mut self,
        test: impl Fn(&Change<'_, R>) -> Result<(), SetError> + Send + Sync + 'static,
    ) -> Self {
        self.core.hooks.tests.push(Box::new(move |change| test(&Change::of(change))));
        self
    }

    /// Asked in the commit of a SET, for each row that it changes, before readers see the change: the place for what the
    /// application does with the row. If it fails, the SET does, and the rows before are handed over again, the other way
    /// round, with [`Source::Undo`](super::Source::Undo). So they are if another part of the SET fails later.
    pub fn on_commit(
        mut self,
        commit: impl Fn(&Change<'_, R>) -> Result<(), SetError> + Send + Sync + 'static,
    ) -> Self {
        self.core.hooks.commits.push(Box::new(move |change| commit(&Change::of(change))));
        self
    }

    /// Told of every change that has been made, whoever made it, in order. To look at rows from here is fine, to change
    /// them is an error: send the change to a task of your own for that.
    pub fn on_change(mut self, listener: impl Fn(&Change<'_, R>) + Send + Sync + 'static) -> Self {
        self.core.hooks.listeners.push(Box::new(move |change| listener(&Change::of(change))));
        self
    }

    /// Keeps rows over a restart: those that are nonVolatile, permanent or readOnly, and in a table without StorageType
    /// all. New rows are nonVolatile then if the MIB has no DEFVAL.
    pub fn journal(mut self, journal: Arc<dyn RowJournal>) -> Self {
        self.core.journal = Some(journal);
        self
    }

    /// A row that is there from the beginning, unless the journal has it.
    pub fn row(
        mut self,
        index: impl Into<R::Index>,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Self {
        match self.first_row(&index.into(), fill) {
            Ok(row) => self.rows.push(row),
            Err(error) => self.fail(error),
        }
        self
    }

    fn first_row(
        &self,
        index: &R::Index,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<RowDiff, RowError> {
        let layout = &self.core.layout;
        let key = checked_key::<R>(layout, index)?;
        let draft = fill(RowEdit::start(layout)).finish()?;
        let after = draft.encode(layout, key_octets(&key));
        Ok(RowDiff { key, before: None, after: Some(after) })
    }

    /// The store, with the rows of the journal.
    ///
    /// # Errors
    /// The first thing that was wrong above; the journal cannot be read.
    pub fn build(mut self) -> Result<RowStore<R>, RowError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let rows = std::mem::take(&mut self.rows);
        let core = self.into_core();
        let kept = load(&core)?;
        if let Some(mut writing) = core.write() {
            writing.put(&kept);
        }
        if let Some(mut writing) = core.write() {
            let new = rows.into_iter().filter(|row| core.read(|tree| tree.get(&row.key).is_none()));
            writing.put(&new.collect::<Vec<_>>());
        }
        Ok(RowStore::of(Arc::new(core)))
    }

    pub(super) fn into_core(self) -> Core {
        let Self { mut core, .. } = self;
        let storage = if core.journal.is_some() { NON_VOLATILE } else { VOLATILE };
        if let Some(column) = core.layout.storage.and_then(|position| core.layout.columns.get_mut(position)) {
            column.default.get_or_insert(Value::Integer(storage));
        }
        core.prepare_rows();
        core
    }

    fn fail(&mut self, error: RowError) {
        self.error.get_or_insert(error);
    }
}

/// The rows that the journal has.
fn load(core: &Core) -> Result<Vec<RowDiff>, RowError> {
    let Some(journal) = &core.journal else { return Ok(Vec::new()) };
    let layout = &core.layout;
    let (mut rows, mut wrong) = (Vec::new(), None);
    journal.load(&layout.row, &mut |index, row| {
        let read = if (layout.is_index)(index) {
            saved::read(layout, row)
        } else {
            Err(JournalError::new(
                "a row has an index that the table cannot have; it is damaged or of another table",
            ))
        };
        match read {
            Ok(draft) => {
                let after = Some(draft.encode(layout, index));
                rows.push(RowDiff { key: key_oid(index), before: None, after });
            }
            Err(error) => wrong = wrong.take().or(Some(error)),
        }
    })?;
    match wrong {
        Some(error) => Err(error.into()),
        None => Ok(rows),
    }
}
