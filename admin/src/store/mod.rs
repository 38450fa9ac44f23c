//! What survives a restart, and `kill -9` at any moment.
//!
//! A [`Store`] keeps records: a table, a key, octets. It gives all of them when an agent starts, and from then on is only
//! written to, batch by batch. A batch that was written is there for good; one whose writing was cut short is there whole
//! or not at all. [`LogStore`] is a file in a folder of its own; [`EngineRecord`] keeps the engine's boots in any store,
//! [`StoreJournal`] the rows of tables.
//!
//! ```
//! use mibc_admin::store::{Batch, LogStore, Store};
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let store = LogStore::open(folder)?;
//! let mut batch = Batch::new();
//! batch.put("fruit", b"apple", b"red");
//! batch.put("fruit", b"pear", b"green");
//! store.write(&batch)?;
//! drop(store);
//! assert_eq!(LogStore::open(folder)?.load().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod disk;
mod engine;
mod error;
mod frame;
mod journal;
mod log;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Record};
pub use disk::{Disk, OsDisk};
pub use engine::EngineRecord;
pub use error::StoreError;
pub use journal::StoreJournal;
pub use log::{Limits, LogStore};

/// Keeps records over restarts.
pub trait Store: std::fmt::Debug + Send + Sync {
    /// All records, by table and key.
    fn load(&self) -> Vec<Record>;

    /// Writes a batch: all of it or nothing. When this returns, it survives a crash.
    ///
    /// # Errors
    /// The batch is not there; or after [`StoreError::Unsure`] it may be there after a restart.
    fn write(&self, batch: &Batch) -> Result<(), StoreError>;
}
