//! Why a SET is refused, and how a committed one is taken back.

use std::fmt;

use crate::message::ErrorStatus;

/// Why a handler refuses a SET (RFC 3416 §4.2.5).
///
/// Name the place where one handler sees several changes: [`row`](Self::row) and [`column`](Self::column) in a table,
/// [`varbind`](Self::varbind) in an untyped handler. Without it the error is reported for the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    status: ErrorStatus,
    row: Option<usize>,
    column: Option<u32>,
    varbind: Option<usize>,
    is_silent: bool,
}

macro_rules! constructors {
    ($($(#[$doc:meta])+ $name:ident => $status:ident;)+) => {
        $(
            $(#[$doc])+
            #[must_use]
            pub fn $name() -> Self {
                Self::new(ErrorStatus::$status)
            }
        )+
    };
}

impl SetError {
    fn new(status: ErrorStatus) -> Self {
        Self { status, row: None, column: None, varbind: None, is_silent: false }
    }

    constructors! {
        /// This principal may not change the variable.
        no_access => NO_ACCESS;
        /// The value has a type that the object never has.
        wrong_type => WRONG_TYPE;
        /// The value has a length that the object never has.
        wrong_length => WRONG_LENGTH;
        /// The value's octets do not fit its ASN.1 tag.
        wrong_encoding => WRONG_ENCODING;
        /// The value can under no circumstances be assigned to the object.
        wrong_value => WRONG_VALUE;
        /// The variable does not exist and can never be created.
        no_creation => NO_CREATION;
        /// The variable does not exist and cannot be created now.
        inconsistent_name => INCONSISTENT_NAME;
        /// The variable can never be modified.
        not_writable => NOT_WRITABLE;
        /// The value is legal and cannot be assigned now.
        inconsistent_value => INCONSISTENT_VALUE;
        /// The change needs a resource that is not available.
        resource_unavailable => RESOURCE_UNAVAILABLE;
        /// The change could not be made though the test had allowed it.
        commit_failed => COMMIT_FAILED;
        /// The change could not be made, and what had been done of it could not be taken back.
        undo_failed => UNDO_FAILED;
        /// Any other reason.
        gen_err => GEN_ERR;
    }

    /// With any error-status. A handler that stands for another agent gives that agent's, as far as it is one of a SET
    /// ([`ErrorStatus::of_set`]); one that imitates faults gives what it likes.
    #[must_use]
    pub fn with_status(status: ErrorStatus) -> Self {
        Self::new(status)
    }

    /// The SET gets no answer, as from an agent that is not there; it fails as with genErr.
    #[must_use]
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::gen_err() }
    }

    /// In a table: the position of the row in the slice that the handler was given.
    #[must_use]
    pub fn row(self, position: usize) -> Self {
        Self { row: Some(position), ..self }
    }

    /// In a table: the sub-identifier of the column at fault.
    #[must_use]
    pub fn column(self, sub_id: u32) -> Self {
        Self { column: Some(sub_id), ..self }
    }

    /// In an untyped handler: the position of the change among those that it was given, from 0.
    #[must_use]
    pub fn varbind(self, position: usize) -> Self {
        Self { varbind: Some(position), ..self }
    }

    /// What a manager reads in error-status.
    #[must_use]
    pub fn status(&self) -> ErrorStatus {
        self.status
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.is_silent
    }

    pub(crate) fn at_row(&self) -> Option<usize> {
        self.row
    }

    pub(crate) fn at_column(&self) -> Option<u32> {
        self.column
    }

    pub(crate) fn at_varbind(&self) -> Option<usize> {
        self.varbind
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the SET is refused: {}", self.status)
    }
}

impl std::error::Error for SetError {}

/// Takes a committed change back, when a later part of the same SET fails.
///
/// Dropped without being run when the SET succeeds.
#[must_use = "a SET that fails later is undone with it"]
pub struct Undo(Option<Box<dyn FnOnce() -> Result<(), UndoError> + Send>>);

impl Undo {
    /// There is nothing to take back.
    pub fn nothing() -> Self {
        Self(None)
    }

    /// Takes the change back with `action`, which cannot fail.
    pub fn with(action: impl FnOnce() + Send + 'static) -> Self {
        Self::try_with(move || {
            action();
            Ok(())
        })
    }

    /// Takes the change back with `action`; when that fails, the manager reads undoFailed.
    pub fn try_with(action: impl FnOnce() -> Result<(), UndoError> + Send + 'static) -> Self {
        Self(Some(Box::new(action)))
    }

    pub(crate) fn run(self) -> Result<(), UndoError> {
        self.0.map_or(Ok(()), |action| action())
    }
}

impl fmt::Debug for Undo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Undo(..)" } else { "Undo::nothing()" })
    }
}

/// A change could not be taken back: the manager reads undoFailed (RFC 3416 §4.2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UndoError;

impl fmt::Display for UndoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a committed change could not be taken back")
    }
}

impl std::error::Error for UndoError {}
