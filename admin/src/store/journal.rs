//! Rows of tables in a store.

use std::sync::Arc;

use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{JournalError, Kept, RowJournal};

use super::{Batch, Store};

/// Keeps the rows of [`RowStore`](mibc_runtime::rows::RowStore)s: a table of the store for each of theirs.
#[derive(Clone, Debug)]
pub struct StoreJournal {
    store: Arc<dyn Store>,
}

impl StoreJournal {
    /// In this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }
}

/// The name of a table; an OID in numbers may be longer than a name can be.
fn name(table: &Oid) -> String {
    let octets: String = table.as_ber().iter().map(|octet| format!("{octet:02x}")).collect();
    format!("rows {}", octets.get(..octets.len().min(240)).unwrap_or_default())
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
        let name = name(table);
        let mut batch = Batch::new();
        for change in changes {
            match &change.row {
                Some(row) => batch.put(&name, &change.index, row),
                None => batch.remove(&name, &change.index),
            }
        }
        self.store.write(&batch).map_err(|error| JournalError::new(error.to_string()))
    }
}
