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

    /// The same journal, if it can keep the parts that several tables have in one SET as one: after a crash all of them are
    /// there, or none. Without this method each table's part is [recorded](Self::record) when it is committed.
    fn of_sets(&self) -> Option<&dyn SetJournal> {
        None
    }
}

/// A journal that several tables share. No two SETs of an agent are under way at the same time.
pub trait SetJournal {
    /// Takes the part of a SET that one table has, for [`seal`](Self::seal).
    ///
    /// # Errors
    /// The part cannot be taken: the SET ends with commitFailed.
    fn stage(&self, table: &Oid, changes: &[Kept]) -> Result<(), JournalError>;

    /// Keeps all that was staged, or none of it. Called for each table of the SET; after the first one nothing is left to
    /// do. It must survive a crash at any time after the return.
    ///
    /// # Errors
    /// Nothing is kept and nothing is staged any more. The SET ends with commitFailed.
    fn seal(&self) -> Result<(), JournalError>;

    /// Forgets what was staged: the SET has failed elsewhere.
    fn discard(&self);
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
