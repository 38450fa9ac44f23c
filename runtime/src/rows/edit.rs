//! Changes that the application makes.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::change::{RowRef, Source};
use super::core::{Core, Keep, Refused, Writing, octets_at, text_of};
use super::error::RowError;
use super::evaluate::RowDiff;
use super::layout::Layout;
use super::record::{Draft, Record, RowOctets, key_octets};
use super::stored::StoredAccess;
use super::tree::Tree;
use crate::agent::RowState;
use crate::index::{Index, IndexError, IndexWriter};
use crate::oid::{MAX_ARCS, Oid, OidError};
use crate::typed::{Column, ObjectRef, Row};
use crate::value::{Syntax, Value};

/// The index of a row behind [`Oid::ZERO`].
pub(super) fn key_of<R: Row>(index: &R::Index) -> Result<Oid, IndexError> {
    let mut writer = IndexWriter::new(&Oid::ZERO);
    index.write(&mut writer);
    writer.finish()
}

/// The index of a row that can be there.
pub(super) fn checked_key<R: Row>(layout: &Layout, index: &R::Index) -> Result<Oid, RowError> {
    let key = key_of::<R>(index)?;
    let last = layout.columns.last().map_or(&layout.row, |column| &column.oid);
    // The key has two sub-identifiers in front.
    if last.len() + key.len() > MAX_ARCS + 2 {
        return Err(IndexError::Oid(OidError::TooManyArcs).into());
    }
    if layout.index.admits(key.strip_prefix(&Oid::ZERO).unwrap_or_default()) {
        Ok(key)
    } else {
        Err(RowError::IndexRange { index: text_of(&key) })
    }
}

/// Several changes that are made together, or not at all; given by [`RowStore::edit`](super::RowStore::edit) and
/// [`RowStore::begin`](super::RowStore::begin).
pub struct Edit<'s, R> {
    core: &'s Core,
    writing: Writing<'s>,
    tree: Tree,
    diffs: BTreeMap<Oid, RowDiff>,
    row: PhantomData<fn() -> R>,
}

impl<'s, R: Row> Edit<'s, R> {
    pub(super) fn begin(core: &'s Core) -> Result<Self, RowError> {
        let writing = core.write().ok_or(RowError::InHook)?;
        Ok(Self { core, writing, tree: core.snapshot(), diffs: BTreeMap::new(), row: PhantomData })
    }

    /// The row as it is after the changes so far.
    pub fn row(&self, index: &R::Index) -> Option<RowRef<'_, R>> {
        let key = key_of::<R>(index).ok()?;
        let record = match self.diffs.get(&key) {
            Some(diff) => diff.after.as_deref().map(Record::new),
            None => self.tree.get(&key),
        };
        record.map(|record| RowRef::new(&self.core.layout, record))
    }

    /// A row with the defaults of the MIB and what `fill` sets, also in the place of one that is there. It is active if
    /// its required columns have values, else notReady, unless `fill` sets the status column.
    ///
    /// # Errors
    /// A value or an index that the MIB does not allow.
    pub fn insert(
        &mut self,
        index: impl Into<R::Index>,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<(), RowError> {
        let key = checked_key::<R>(&self.core.layout, &index.into())?;
        let draft = Draft::fresh(&self.core.layout);
        self.fill(key, draft, fill)
    }

    /// Changes cells of a row that is there.
    ///
    /// # Errors
    /// The row does not exist, or the MIB does not allow a value.
    pub fn update(
        &mut self,
        index: impl Into<R::Index>,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<(), RowError> {
        let key = key_of::<R>(&index.into())?;
        let record = match self.diffs.get(&key) {
            Some(diff) => diff.after.as_deref().map(Record::new),
            None => self.tree.get(&key),
        };
        let Some(record) = record else { return Err(RowError::NoRow { index: text_of(&key) }) };
        let draft = Draft::of(&self.core.layout, record);
        self.fill(key, draft, fill)
    }

    /// Removes a row; whether it was there.
    ///
    /// # Errors
    /// An index that no OID can hold.
    pub fn remove(&mut self, index: impl Into<R::Index>) -> Result<bool, RowError> {
        let key = key_of::<R>(&index.into())?;
        Ok(self.set(key, None))
    }

    fn fill(
        &mut self,
        key: Oid,
        draft: Draft,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<(), RowError> {
        let draft = fill(RowEdit::of(&self.core.layout, draft)).finish()?;
        let record = draft.encode(&self.core.layout, key_octets(&key));
        self.set(key, Some(record));
        Ok(())
    }

    /// Whether there was a row before.
    fn set(&mut self, key: Oid, after: Option<RowOctets>) -> bool {
        if let Some(diff) = self.diffs.get_mut(&key) {
            return std::mem::replace(&mut diff.after, after).is_some();
        }
        let before = octets_at(&self.tree, &key);
        let was_there = before.is_some();
        if was_there || after.is_some() {
            self.diffs.insert(key.clone(), RowDiff { key, before, after });
        }
        was_there
    }

    /// Makes the changes. If it is dropped instead, nothing has changed.
    ///
    /// # Errors
    /// The journal fails: nothing has changed.
    pub fn commit(self) -> Result<(), RowError> {
        let Self { mut writing, tree, diffs, .. } = self;
        // What is put in beside a snapshot is copied.
        drop(tree);
        let diffs: Vec<RowDiff> = diffs.into_values().collect();
        writing.apply(Source::Application, Keep::Now, &diffs).map_err(Refused::into_error)
    }
}

/// A row that is being filled.
#[must_use = "give it back: a row without its cells is not what you want"]
pub struct RowEdit<'a, R> {
    layout: &'a Layout,
    draft: Draft,
    error: Option<RowError>,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> RowEdit<'_, R> {
    /// The value in a column so far.
    pub fn get<T: Syntax, A: StoredAccess>(&self, column: Column<R, T, A>) -> Option<T> {
        let position = self.layout.position(column.sub_id())?;
        let value = match self.layout.status {
            Some(status) if status == position => Value::Integer(self.draft.state.value()?),
            _ => self.draft.cells.get(position)?.clone()?,
        };
        T::from_value(value.as_ref()).ok()
    }

    /// Gives a column a value. The status column takes states: active, notInService, notReady.
    pub fn set<T: Syntax, A: StoredAccess>(mut self, column: Column<R, T, A>, value: impl Into<T>) -> Self {
        let value: T = value.into();
        let set = self.put(column.object(), column.sub_id(), value.to_value());
        if let (Err(error), None) = (set, &self.error) {
            self.error = Some(error);
        }
        self
    }

    /// Takes a column's value away.
    pub fn clear<T: Syntax, A: StoredAccess>(mut self, column: Column<R, T, A>) -> Self {
        if let Some(cell) =
            self.layout.position(column.sub_id()).and_then(|position| self.draft.cells.get_mut(position))
        {
            *cell = None;
        }
        self
    }

    fn put(&mut self, object: ObjectRef, sub_id: u32, value: Value) -> Result<(), RowError> {
        let unknown = || RowError::Column { column: object };
        let position = self.layout.position(sub_id).ok_or_else(unknown)?;
        let column = self.layout.columns.get(position).ok_or_else(unknown)?;
        if let Err(error) = column.constraint.check(value.as_ref()) {
            return Err(RowError::Value { column: object, value: value.to_string(), status: error.status() });
        }
        if self.layout.status == Some(position) {
            self.draft.state = match value {
                Value::Integer(1) => RowState::Active,
                Value::Integer(2) => RowState::NotInService,
                Value::Integer(3) => RowState::NotReady,
                value => return Err(RowError::NotAState { status: value.to_string() }),
            };
        } else if let Some(cell) = self.draft.cells.get_mut(position) {
            *cell = Some(value);
        }
        Ok(())
    }

    pub(super) fn start(layout: &Layout) -> RowEdit<'_, R> {
        RowEdit::of(layout, Draft::fresh(layout))
    }

    pub(super) fn of(layout: &Layout, draft: Draft) -> RowEdit<'_, R> {
        RowEdit { layout, draft, error: None, row: PhantomData }
    }

    /// The row as it has been filled.
    pub(super) fn into_draft(self) -> Result<Draft, RowError> {
        self.error.map_or(Ok(self.draft), Err)
    }

    pub(super) fn finish(self) -> Result<Draft, RowError> {
        let layout = self.layout;
        let mut draft = self.into_draft()?;
        let missing = draft.missing(layout);
        draft.state = match (draft.state, missing) {
            (_, None) if layout.status.is_none() => RowState::Active,
            (RowState::Absent, None) => RowState::Active,
            (RowState::Absent, Some(_)) => RowState::NotReady,
            (RowState::Active | RowState::NotInService, Some(column)) => {
                return Err(RowError::Incomplete { column: column.object });
            }
            (state, _) => state,
        };
        Ok(draft)
    }
}
