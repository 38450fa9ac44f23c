//! Changes that a SET has tested.

use super::eventual::Eventual;
use super::set_error::{SetError, Undo, UndoError};

/// What comes of phase 1 of a SET, at once or later: what it takes to make the changes, or why they cannot be made.
pub type Tested = Eventual<Result<Box<dyn Prepared>, SetError>>;

/// Changes that [`Handler::test`](super::Handler::test) has allowed, with what it has decoded, looked up and reserved
/// for them.
///
/// Of one SET all handlers' changes are tested, then committed one after the other, then sealed. When one fails, those
/// before it are undone in reverse order. In the end, whatever happened, each is cleaned up. It is dropped without being
/// cleaned up only if the agent stops: what must be released in any case is released by `Drop`.
pub trait Prepared: Send {
    /// Makes the changes.
    ///
    /// # Errors
    ///
    /// Nothing has been changed. An error without a better word is [`SetError::commit_failed`].
    fn commit(&mut self) -> Eventual<Result<(), SetError>>;

    /// All parts of the SET are committed: the place for what must be done once for all of them, such as writing to disk.
    /// It is called before the SET is answered, and can still fail.
    ///
    /// # Errors
    ///
    /// All parts are undone, this one too. An error without a better word is [`SetError::commit_failed`].
    fn seal(&mut self) -> Eventual<Result<(), SetError>> {
        Eventual::Now(Ok(()))
    }

    /// Takes back what [`commit`](Self::commit) and [`seal`](Self::seal) have done. If the request's time has run out, they
    /// may not have come to their end.
    ///
    /// # Errors
    ///
    /// The manager reads undoFailed.
    fn undo(&mut self) -> Eventual<Result<(), UndoError>>;

    /// The end: everything has been committed, or nothing is.
    fn clean_up(&mut self) -> Eventual<()> {
        Eventual::Now(())
    }
}

/// Changes that `commit` makes, for a handler that does so at once. It gives what takes them back.
pub fn prepared(commit: impl FnOnce() -> Result<Undo, SetError> + Send + 'static) -> Box<dyn Prepared> {
    Box::new(PreparedWith { commit: Some(commit), undo: Undo::nothing() })
}

struct PreparedWith<C> {
    commit: Option<C>,
    undo: Undo,
}

impl<C> Prepared for PreparedWith<C>
where
    C: FnOnce() -> Result<Undo, SetError> + Send,
{
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let commit = self.commit.take().ok_or_else(SetError::commit_failed);
        Eventual::Now(commit.and_then(|commit| commit()).map(|undo| self.undo = undo))
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        Eventual::Now(std::mem::replace(&mut self.undo, Undo::nothing()).run())
    }
}
