//! Values of single objects that were set over SNMP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mibc_runtime::agent::{Eventual, Prepared, SetError, UndoError};
use mibc_runtime::rows::{JournalError, SetJournal};

use crate::store::{Batch, StoreJournal};

/// The table of the store.
const TABLE: &str = "system";

/// Hears of the value that counts now; `None`: nothing is set.
pub(super) type Told = Arc<dyn Fn(Option<&[u8]>) + Send + Sync>;

/// What was set, by the names of objects.
pub(super) struct Settings {
    kept: Option<StoreJournal>,
    set: Mutex<BTreeMap<&'static str, Vec<u8>>>,
}

/// What settings there are.
const KEYS: [&str; 4] = ["sysContact", "sysName", "sysLocation", "snmpEnableAuthenTraps"];

impl Settings {
    /// With those that were kept.
    pub(super) fn open(kept: Option<&StoreJournal>) -> Arc<Self> {
        let mut set = BTreeMap::new();
        let records = kept.into_iter().flat_map(|journal| journal.store().load());
        for record in records.filter(|record| record.table == TABLE) {
            if let Some(key) = KEYS.into_iter().find(|key| key.as_bytes() == record.key) {
                set.insert(key, record.value.to_vec());
            }
        }
        Arc::new(Self { kept: kept.cloned(), set: Mutex::new(set) })
    }

    /// What a setting was set to.
    pub(super) fn value(&self, key: &'static str) -> Option<Vec<u8>> {
        self.lock().get(key).cloned()
    }

    /// A change, to be committed.
    pub(super) fn change(
        self: &Arc<Self>,
        key: &'static str,
        value: Vec<u8>,
        told: Told,
    ) -> Box<dyn Prepared> {
        Box::new(Change {
            settings: Arc::clone(self),
            key,
            value: Some(value),
            before: None,
            is_kept: false,
            told,
        })
    }

    /// Puts a value in the place of another one, which is returned.
    fn put(&self, key: &'static str, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match value {
            Some(value) => self.lock().insert(key, value),
            None => self.lock().remove(key),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Vec<u8>>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A setting that a SET changes; with its rows it is one batch of the store.
struct Change {
    settings: Arc<Settings>,
    key: &'static str,
    /// Until it is committed.
    value: Option<Vec<u8>>,
    /// From then on.
    before: Option<Vec<u8>>,
    is_kept: bool,
    told: Told,
}

fn batch(key: &str, value: Option<&[u8]>) -> Batch {
    let mut batch = Batch::new();
    match value {
        Some(value) => batch.put(TABLE, key.as_bytes(), value),
        None => batch.remove(TABLE, key.as_bytes()),
    }
    batch
}

fn not_kept(error: JournalError) -> SetError {
    tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a SET is not committed");
    SetError::commit_failed()
}

impl Prepared for Change {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let value = self.value.take();
        if let Some(journal) = &self.settings.kept {
            journal.stage_batch(batch(self.key, value.as_deref()));
        }
        (self.told)(value.as_deref());
        self.before = self.settings.put(self.key, value);
        Eventual::Now(Ok(()))
    }

    fn seal(&mut self) -> Eventual<Result<(), SetError>> {
        let sealed = self.settings.kept.as_ref().map_or(Ok(()), SetJournal::seal).map_err(not_kept);
        self.is_kept = sealed.is_ok();
        Eventual::Now(sealed)
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        let before = self.before.take();
        (self.told)(before.as_deref());
        let mut kept = Ok(());
        if let Some(journal) = &self.settings.kept {
            if self.is_kept {
                kept = journal.write(&batch(self.key, before.as_deref()));
            } else {
                journal.discard();
            }
        }
        self.settings.put(self.key, before);
        Eventual::Now(kept.map_err(|error| {
            tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a SET is not taken back");
            UndoError
        }))
    }
}
