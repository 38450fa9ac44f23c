//! Why the application's own change of rows is refused.

use super::journal::JournalError;
use crate::index::IndexError;
use crate::message::ErrorStatus;
use crate::typed::ObjectRef;

/// Why rows cannot be changed as the application asks. Nothing has been changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The value is none that the MIB allows for the column.
    #[error(
        "{column} cannot have the value `{value}`: {status}; give one within type, size, range and labels of the MIB"
    )]
    Value {
        /// The column.
        column: ObjectRef,
        /// The value, as text.
        value: String,
        /// What a manager would read for it.
        status: ErrorStatus,
    },
    /// The metadata of the column's module do not have it as a column with values.
    #[error("{column} is not among the columns of this table that have values")]
    Column {
        /// The column.
        column: ObjectRef,
    },
    /// No OID can hold the index.
    #[error("no row can have this index: {0}")]
    Index(#[from] IndexError),
    /// The index is outside of what the MIB allows.
    #[error(
        "no row can have the index {index}: it is outside of the ranges and sizes of the MIB's index objects"
    )]
    IndexRange {
        /// Its sub-identifiers.
        index: String,
    },
    /// The row to be changed is not there.
    #[error("there is no row with the index {index}; insert it first")]
    NoRow {
        /// Its sub-identifiers.
        index: String,
    },
    /// The status column was given createAndGo, createAndWait, destroy, or no number of RowStatus.
    #[error(
        "{status} is not a state of a row: give active(1), notInService(2) or notReady(3), or remove the row"
    )]
    NotAState {
        /// What it was given.
        status: String,
    },
    /// A row is said to be active or notInService and lacks a column.
    #[error("the row lacks {column}, which has no default; give it a value, or declare it optional")]
    Incomplete {
        /// The column.
        column: ObjectRef,
    },
    /// A hook of the store changes the store, which waits for the hook.
    #[error("rows cannot be changed from within a hook of their own store; do it after the change")]
    InHook,
    /// The journal did not take the change, or cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}
