//! One table: rows of the configuration, and rows that were made or changed over SNMP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mibc_generated::snmp_target_mib::SnmpTagValue;
use mibc_generated::snmpv2_tc::StorageType;
use mibc_runtime::agent::{Agent, RowState, SetError};
use mibc_runtime::originator::{Tag, TargetTables, Targets};
use mibc_runtime::rows::{Change, Edit, RowEdit, RowError, RowRef, RowStore, RowStoreBuilder, Source};
use mibc_runtime::typed::{Column, Row, access};

use super::journal::{Meaning, TableJournal};
use crate::store::StoreJournal;

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
        kept: Option<&StoreJournal>,
        storage: Option<Storage<R>>,
        describe: impl FnOnce(RowStoreBuilder<R>) -> RowStoreBuilder<R>,
        told: impl Fn(&Change<'_, R>) + Send + Sync + 'static,
    ) -> Result<Self, RowError> {
        let of_snmp: Arc<Mutex<BTreeSet<R::Index>>> = Arc::default();
        let journal = kept.map(|journal| Arc::new(TableJournal::new(journal)));
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

    /// Makes ready to put the rows of a configuration in the place of those of the one before. Rows that were made or
    /// changed over SNMP stay.
    pub(super) fn stage(&self, rows: BTreeMap<R::Index, Fill<'_, R>>) -> Result<Staged<'_, R>, RowError> {
        let mut edit = self.store.begin()?;
        self.replace(&mut edit, rows)?;
        Ok(Staged { edit, journal: self.journal.as_deref() })
    }

    /// What follows of a SET of another table, and is kept with it.
    pub(super) fn follow<T>(&self, change: impl FnOnce(&RowStore<R>) -> T) -> T {
        match &self.journal {
            Some(journal) => journal.meaning(Meaning::Set, || change(&self.store)),
            None => change(&self.store),
        }
    }

    /// Removes rows that managers have left unfinished for so long.
    pub(super) fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        self.store.expire(now, age)
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

/// Rows of a configuration that a table will have.
pub(super) struct Staged<'t, R: Row> {
    edit: Edit<'t, R>,
    journal: Option<&'t TableJournal>,
}

impl<R: Row> Staged<'_, R> {
    /// The table has them.
    pub(super) fn commit(self) -> Result<(), RowError> {
        match self.journal {
            Some(journal) => journal.meaning(Meaning::Configuration, || self.edit.commit()),
            None => self.edit.commit(),
        }
    }
}

/// The row as the agent is to use it: `None` where it is not active.
pub(super) fn active<'a, R: Row>(change: &Change<'a, R>) -> Option<RowRef<'a, R>> {
    change.after().filter(|row| row.state() == RowState::Active)
}

/// Says why an active row is not used: what managers set has been checked, so it is one that was kept and is damaged.
pub(super) fn used<E: std::fmt::Display>(result: Result<(), E>) {
    if let Err(error) = result {
        tracing::warn!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a row cannot be used");
    }
}

/// Checks a column that has a tag.
pub(super) fn tag_of<R: Row>(
    column: Column<R, SnmpTagValue, access::ReadCreate>,
) -> impl Fn(&Change<'_, R>) -> Result<(), SetError> + Send + Sync + 'static {
    move |change| match change.after().and_then(|row| row.get(column)).map(|tag| Tag::new(tag.0.0)) {
        Some(Err(_)) => Err(SetError::wrong_value().column(column.sub_id())),
        _ => Ok(()),
    }
}

/// Has the originator's tables follow a table: they have the rows that are active.
pub(super) fn follow<R: Row>(
    targets: Arc<Targets>,
    set: fn(&mut TargetTables, RowRef<'_, R>),
    remove: fn(&mut TargetTables, &R::Index),
) -> impl Fn(&Change<'_, R>) + Send + Sync + 'static {
    move |change| {
        let Some(index) = change.index() else { return };
        targets.edit(|tables| match active(change) {
            Some(row) => set(tables, row),
            None => remove(tables, &index),
        });
    }
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
