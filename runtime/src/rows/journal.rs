//! What keeps rows over a restart: a trait for the store of the application's choice.

use crate::oid::Oid;

/// Keeps rows that are nonVolatile.
///
/// Rows come as octets of a form that says its version and the type of each value, and columns by their numbers: a
/// later version of the application, with a later MIB, can read them.
pub trait RowJournal: Send + Sync {
    /// Gives every row that is kept of a table, in any order. Called once, when the store is built.
    ///
    /// # Errors
    /// What is kept cannot be read; the store is not built.
    fn load(&self, table: &Oid, row: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), JournalError>;

    /// Keeps all these changes, or none. They must survive a crash at any time after the return: what asked for them
    /// is answered then.
    ///
    /// # Errors
    /// None of the changes is kept. The SET ends with commitFailed, and the rows are as before.
    fn record(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError>;
}

/// What a journal is to do with one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The index of the row: its sub-identifiers in the octets of an OID. To the journal it is a key.
    pub index: Vec<u8>,
    /// The row; `None`: it is not kept any longer.
    pub row: Option<Vec<u8>>,
}

/// A journal did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rows that are kept over a restart: {reason}")]
pub struct JournalError {
    reason: String,
}

impl JournalError {
    /// With a reason for the log; a manager reads commitFailed.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}
