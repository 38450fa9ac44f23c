//! The store of one table.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::builder::RowStoreBuilder;
use super::change::{RowRef, Source};
use super::core::{Core, Keep};
use super::edit::{Edit, RowEdit, key_of};
use super::error::RowError;
use super::evaluate::RowDiff;
use super::prepared::Prepared;
use super::serve;
use super::snapshot::Rows;
use super::stored::StoredAccess;
use crate::agent::SetError;
use crate::oid::{Oid, OidRef};
use crate::typed::{Column, Row};
use crate::value::{Syntax, Value, ValueRef, VarBind};

/// The rows of the table with the row `R`, for an agent to serve and for the application to work with. Clones are the
/// same store.
pub struct RowStore<R> {
    pub(super) core: Arc<Core>,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> RowStore<R> {
    /// An empty store without hooks.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Arc::new(RowStoreBuilder::<R>::new().into_core()))
    }

    /// Begins to describe a store.
    pub fn builder() -> RowStoreBuilder<R> {
        RowStoreBuilder::new()
    }

    pub(super) fn of(core: Arc<Core>) -> Self {
        Self { core, row: PhantomData }
    }

    /// The value in a column of a row; `None` if there is none.
    pub fn get<T: Syntax, A: StoredAccess>(&self, index: &R::Index, column: Column<R, T, A>) -> Option<T> {
        let key = key_of::<R>(index).ok()?;
        let layout = &self.core.layout;
        self.core.read(|tree| RowRef::new(layout, tree.get(&key)?).get(column))
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.core.read(super::tree::Tree::len)
    }

    /// Whether the table is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as they are now; what comes later does not change them. Costs nothing, whatever the number of rows.
    #[must_use]
    pub fn snapshot(&self) -> Rows<R> {
        Rows::new(&self.core)
    }

    /// See [`Edit::insert`].
    ///
    /// # Errors
    /// A value or an index that the MIB does not allow; the journal fails.
    pub fn insert(
        &self,
        index: impl Into<R::Index>,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<(), RowError> {
        self.edit(|edit| edit.insert(index, fill))
    }

    /// See [`Edit::update`].
    ///
    /// # Errors
    /// The row does not exist, the MIB does not allow a value, or the journal fails.
    pub fn update(
        &self,
        index: impl Into<R::Index>,
        fill: impl FnOnce(RowEdit<'_, R>) -> RowEdit<'_, R>,
    ) -> Result<(), RowError> {
        self.edit(|edit| edit.update(index, fill))
    }

    /// Removes a row; whether it was there.
    ///
    /// # Errors
    /// An index that no OID can hold; the journal fails.
    pub fn remove(&self, index: impl Into<R::Index>) -> Result<bool, RowError> {
        self.edit(|edit| edit.remove(index))
    }

    /// Several changes by the application, all made at once when `change` returns `Ok`, none otherwise. SETs and other
    /// edits wait meanwhile. Rules for managers do not apply: StorageType and hooks for SETs are not asked.
    ///
    /// # Errors
    /// What `change` returns; the journal fails.
    pub fn edit<T>(
        &self,
        change: impl FnOnce(&mut Edit<'_, R>) -> Result<T, RowError>,
    ) -> Result<T, RowError> {
        let mut edit = self.begin()?;
        let result = change(&mut edit)?;
        edit.commit()?;
        Ok(result)
    }

    /// Begins several changes, as [`edit`](Self::edit) does, that are made when they are
    /// [committed](Edit::commit): so changes of several stores can be tried before any is made. SETs and other edits of the
    /// store wait until then; whoever begins edits of several stores begins them in the same order each time.
    ///
    /// # Errors
    /// This is a hook of the store itself, which changes rows already.
    pub fn begin(&self) -> Result<Edit<'_, R>, RowError> {
        Edit::begin(&self.core)
    }

    /// Removes rows that have been left unfinished, notReady or notInService, for `age`; [`ABANDONED`](super::ABANDONED) is
    /// what RFC 2579 suggests. How many it were. Every SET of a row that leaves it unfinished begins the time anew.
    ///
    /// The time of a row begins with the first call that sees it: call it every minute or so, with the time of then.
    /// Rows that are permanent or readOnly stay.
    ///
    /// # Errors
    /// The journal fails: all rows stay.
    pub fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        let mut writing = self.core.write().ok_or(RowError::InHook)?;
        let tree = self.core.snapshot();
        let mut diffs = Vec::new();
        for (key, since) in writing.unfinished().iter_mut() {
            let since = *since.get_or_insert(now);
            if now.saturating_duration_since(since) < age || self.core.is_undeletable(&tree, key) {
                continue;
            }
            diffs.push(RowDiff { key: key.clone(), before: super::core::octets_at(&tree, key), after: None });
        }
        drop(tree);
        writing.apply(Source::Expiry, Keep::Now, &diffs).map_err(super::core::Refused::into_error)?;
        Ok(diffs.len())
    }

    /// The OID of the row object: all names of the table begin with it.
    #[must_use]
    pub fn root(&self) -> &Oid {
        &self.core.layout.row
    }

    /// What GET answers for a name: a value, noSuchInstance or noSuchObject.
    #[must_use]
    pub fn value(&self, name: OidRef<'_>) -> Value {
        self.core.read(|tree| serve::value(&self.core.layout, tree, name, |value| value.to_value()))
    }

    /// Up to `count` variables at or behind `from`, in the order of their names: what GETNEXT and GETBULK answer.
    #[must_use]
    pub fn run(&self, from: Bound<OidRef<'_>>, count: usize) -> Vec<VarBind> {
        let mut found = Vec::new();
        if count > 0 {
            self.visit(from, |name, value| {
                found.push(VarBind { name: name.to_oid(), value: value.to_value() });
                found.len() < count
            });
        }
        found
    }

    /// Gives the variables at or behind `from`, in the order of their names, until `take` says that the next one is not
    /// wanted. Whether it did; otherwise nothing comes behind. They are those of one moment.
    pub fn visit(&self, from: Bound<OidRef<'_>>, take: impl FnMut(OidRef<'_>, ValueRef<'_>) -> bool) -> bool {
        serve::run(&self.core.layout, &self.core.snapshot(), from, take)
    }

    /// Phase 1 of a SET: tests all changes, any number of rows and columns in any order, and makes none. A variable that
    /// is named twice is set once if both values are equal, and is inconsistentValue otherwise.
    ///
    /// # Errors
    /// The first change that cannot be made, by its position among the varbinds.
    pub fn prepare(&self, changes: &[VarBind]) -> Result<Prepared, SetError> {
        Prepared::new(&self.core, changes, None)
    }
}

impl<R> Clone for RowStore<R> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), row: PhantomData }
    }
}

impl<R: Row> Default for RowStore<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Row> fmt::Debug for RowStore<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStore")
            .field("row", self.root())
            .field("rows", &self.len())
            .finish_non_exhaustive()
    }
}
