//! Rows of tables in a store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{JournalError, Kept, RowJournal, SetJournal};

use super::{Batch, Store};

/// Keeps the rows of [`RowStore`](mibc_runtime::rows::RowStore)s: a table of the store for each of theirs. What several
/// tables have in one SET is one batch, if they share the journal. Clones are the same journal.
#[derive(Clone, Debug)]
pub struct StoreJournal {
    store: Arc<dyn Store>,
    /// The parts of the SET that is under way.
    staged: Arc<Mutex<Batch>>,
}

impl StoreJournal {
    /// In this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, staged: Arc::default() }
    }

    /// The records, for what is not a row.
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Writes a batch at once. What is staged of the same records is older.
    pub(crate) fn write(&self, batch: &Batch) -> Result<(), JournalError> {
        self.lock().forget(batch);
        self.store.write(batch).map_err(|error| JournalError::new(error.to_string()))
    }

    /// Adds to the SET that is under way.
    pub(crate) fn stage_batch(&self, batch: Batch) {
        self.lock().append(batch);
    }

    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a table; an OID in numbers may be longer than a name can be.
fn name(table: &Oid) -> String {
    let octets: String = table.as_ber().iter().map(|octet| format!("{octet:02x}")).collect();
    format!("rows {}", octets.get(..octets.len().min(240)).unwrap_or_default())
}

fn batch(table: &Oid, changes: &[Kept]) -> Batch {
    let name = name(table);
    let mut batch = Batch::new();
    for change in changes {
        match &change.row {
            Some(row) => batch.put(&name, &change.index, row),
            None => batch.remove(&name, &change.index),
        }
    }
    batch
}

impl RowJournal for StoreJournal {
    fn load(&self, table: &Oid, row: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError> {
        let name = name(table);
        for record in self.store.load() {
            if record.table == name {
                row(&record.key, &record.value);
            }
        }
        Ok(())
    }

    fn record(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        self.write(&batch(table, changes))
    }

    fn of_sets(&self) -> Option<&dyn SetJournal> {
        Some(self)
    }
}

impl SetJournal for StoreJournal {
    fn stage(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError> {
        self.stage_batch(batch(table, changes));
        Ok(())
    }

    fn seal(&self) -> Result<(), JournalError> {
        let staged = std::mem::take(&mut *self.lock());
        self.store.write(&staged).map_err(|error| JournalError::new(error.to_string()))
    }

    fn discard(&self) {
        drop(std::mem::take(&mut *self.lock()));
    }
}
