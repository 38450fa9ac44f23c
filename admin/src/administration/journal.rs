//! A journal that keeps what was set over SNMP, and not what the configuration says.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{JournalError, Kept, RowJournal, SetJournal};

use crate::store::StoreJournal;

/// Keeps the rows of one table, but for those that come from the configuration.
#[derive(Debug)]
pub(super) struct TableJournal {
    inner: StoreJournal,
    /// The thread for which changes by the application are something else.
    application: Mutex<Option<(ThreadId, Meaning)>>,
}

/// What changes by the application are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Rows of the configuration, which are not kept.
    Configuration,
    /// What follows of a SET, and is kept with it.
    Set,
}

impl TableJournal {
    pub(super) fn new(journal: &StoreJournal) -> Self {
        Self { inner: journal.clone(), application: Mutex::new(None) }
    }

    /// Changes by the application have a meaning of their own while `change` makes them.
    pub(super) fn meaning<T>(&self, meaning: Meaning, change: impl FnOnce() -> T) -> T {
        *self.lock() = Some((thread::current().id(), meaning));
        let result = change();
        *self.lock() = None;
        result
    }

    fn here(&self) -> Option<Meaning> {
        self.lock().filter(|(thread, _)| *thread == thread::current().id()).map(|(_, meaning)| meaning)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(ThreadId, Meaning)>> {
        self.application.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RowJournal for TableJournal {
    fn load(&self, table: &Oid, row: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError> {
        self.inner.load(table, row)
    }

    fn record(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        match self.here() {
            Some(Meaning::Configuration) => Ok(()),
            Some(Meaning::Set) => self.inner.stage(table, changes),
            None => self.inner.record(table, changes),
        }
    }

    fn of_sets(&self) -> Option<&dyn SetJournal> {
        Some(&self.inner)
    }
}
