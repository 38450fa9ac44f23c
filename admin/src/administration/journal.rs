//! A journal that keeps what was set over SNMP, and not what the configuration says.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{JournalError, Kept, RowJournal};

use crate::store::{Store, StoreJournal};

/// Keeps the rows of one table, but for those that come from the configuration.
#[derive(Debug)]
pub(super) struct TableJournal {
    inner: StoreJournal,
    /// The thread that puts the rows of the configuration in, while it does.
    configuring: Mutex<Option<ThreadId>>,
}

impl TableJournal {
    pub(super) fn new(store: &Arc<dyn Store>) -> Self {
        Self { inner: StoreJournal::new(Arc::clone(store)), configuring: Mutex::new(None) }
    }

    /// What `change` does is not kept.
    pub(super) fn configuring<T>(&self, change: impl FnOnce() -> T) -> T {
        *self.lock() = Some(thread::current().id());
        let result = change();
        *self.lock() = None;
        result
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ThreadId>> {
        self.configuring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RowJournal for TableJournal {
    fn load(&self, table: &Oid, row: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError> {
        self.inner.load(table, row)
    }

    fn record(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        if *self.lock() == Some(thread::current().id()) {
            return Ok(());
        }
        self.inner.record(table, changes)
    }
}
