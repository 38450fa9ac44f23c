//! One table: rows of the configuration, and rows that were made or changed over SNMP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mibc_generated::snmpv2_tc::StorageType;
use mibc_runtime::agent::{Agent, RowState, SetError};
use mibc_runtime::rows::{Change, Edit, RowEdit, RowError, RowRef, RowStore, RowStoreBuilder, Source};
use mibc_runtime::typed::{Column, Row, access};

use super::journal::TableJournal;
use crate::store::Store;

/// The column of a table that says whether a row is kept.
pub(super) type Storage<R> = Column<R, StorageType, access::ReadCreate>;

/// Gives a row its values.
pub(super) type Fill<'f, R> = Box<dyn for<'a> FnOnce(RowEdit<'a, R>) -> RowEdit<'a, R> + 'f>;

/// Most rows that SETs make in one table.
const LIMIT: usize = 10_000;

/// A table of the administration.
pub(super) struct Table<R: Row> {
    store: RowStore<R>,
    storage: Option<Storage<R>>,
    journal: Option<Arc<TableJournal>>,
    of_snmp: Arc<Mutex<BTreeSet<R::Index>>>,
}

impl<R: Row> Table<R>
where
    R::Index: Ord + Clone + Send,
{
    /// With the rows that were kept. `describe` adds what is special about the table; `told` hears of what SETs have changed.
    pub(super) fn open(
        kept: Option<&Arc<dyn Store>>,
        storage: Option<Storage<R>>,
        describe: impl FnOnce(RowStoreBuilder<R>) -> RowStoreBuilder<R>,
        told: impl Fn(&Change<'_, R>) + Send + Sync + 'static,
    ) -> Result<Self, RowError> {
        let of_snmp: Arc<Mutex<BTreeSet<R::Index>>> = Arc::default();
        let journal = kept.map(|store| Arc::new(TableJournal::new(store)));
        let mut builder = describe(RowStore::<R>::builder().limit(LIMIT));
        match (&journal, storage) {
            (Some(journal), _) => builder = builder.journal(Arc::<TableJournal>::clone(journal)),
            (None, Some(storage)) => {
                // Nothing survives a restart, so no row can say that it does.
                builder = builder
                    .default_value(storage, StorageType::VOLATILE)
                    .on_test(move |change| refuse_kept(change, storage));
            }
            (None, None) => {}
        }
        let set = Arc::clone(&of_snmp);
        builder = builder.on_change(move |change| {
            if change.source() == Source::Application {
                return;
            }
            if let Some(index) = change.index() {
                let mut set = lock(&set);
                match change.after() {
                    Some(_) => set.insert(index),
                    None => set.remove(&index),
                };
            }
            told(change);
        });
        let store = builder.build()?;
        lock(&of_snmp).extend(store.snapshot().iter().filter_map(|row| row.index()));
        Ok(Self { store, storage, journal, of_snmp })
    }

    pub(super) fn store(&self) -> &RowStore<R> {
        &self.store
    }

    /// Serves the table.
    pub(super) fn serve(&self, agent: &Agent) {
        agent.serve_rows(&self.store);
    }

    /// Puts the rows of a configuration in the place of those of the one before. Rows that were made or changed over SNMP
    /// stay.
    pub(super) fn configure(&self, rows: BTreeMap<R::Index, Fill<'_, R>>) -> Result<(), RowError> {
        let change = || self.store.edit(|edit| self.replace(edit, rows));
        match &self.journal {
            Some(journal) => journal.configuring(change),
            None => change(),
        }
    }

    fn replace(&self, edit: &mut Edit<'_, R>, rows: BTreeMap<R::Index, Fill<'_, R>>) -> Result<(), RowError> {
        let of_snmp = lock(&self.of_snmp).clone();
        for row in self.store.snapshot().iter() {
            let Some(index) = row.index().filter(|index| !rows.contains_key(index)) else { continue };
            if !of_snmp.contains(&index) {
                edit.remove(index)?;
            } else if let Some(storage) = self.storage
                && row.get(storage) == Some(StorageType::PERMANENT)
            {
                // No configuration has it any more: a manager may destroy it.
                edit.update(index, |row| row.set(storage, StorageType::NON_VOLATILE))?;
            }
        }
        for (index, fill) in rows {
            if !of_snmp.contains(&index) {
                let storage = self.storage;
                edit.insert(index, |row| match storage {
                    Some(storage) => fill(row.set(storage, StorageType::PERMANENT)),
                    None => fill(row),
                })?;
            }
        }
        Ok(())
    }

    /// All active rows.
    pub(super) fn each_active(&self, mut row: impl FnMut(RowRef<'_, R>)) {
        self.store.snapshot().iter().filter(|one| one.state() == RowState::Active).for_each(&mut row);
    }

    /// Whether a row was made or changed over SNMP.
    pub(super) fn is_of_snmp(&self, index: &R::Index) -> bool {
        lock(&self.of_snmp).contains(index)
    }
}

/// The row as the agent is to use it: `None` where it is not active.
pub(super) fn active<'a, R: Row>(change: &Change<'a, R>) -> Option<RowRef<'a, R>> {
    change.after().filter(|row| row.state() == RowState::Active)
}

fn refuse_kept<R: Row>(change: &Change<'_, R>, storage: Storage<R>) -> Result<(), SetError> {
    let of = |row: Option<RowRef<'_, R>>| row.and_then(|row| row.get(storage));
    let (before, after) = (of(change.before()), of(change.after()));
    if after.is_some_and(|storage| storage.0 >= StorageType::NON_VOLATILE.0) && before != after {
        return Err(SetError::inconsistent_value().column(storage.sub_id()));
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
