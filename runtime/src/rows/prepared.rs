//! A SET that has been tested.

use std::fmt;
use std::sync::Arc;

use super::change::Source;
use super::core::{Core, Keep, Refused, octets_at};
use super::evaluate::RowDiff;
use super::journal::{JournalError, SetJournal};
use super::record::{Draft, Record, RowOctets, key_octets};
use super::request::Request;
use crate::access::Principal;
use crate::agent::{SetError, UndoError};
use crate::value::VarBind;

/// Changes that a store has tested and not made yet. To drop them is enough where they are not wanted.
///
/// Commit, then undo if another part of the SET fails; all of it from one thread or several. What an agent commits is kept
/// by a [`SetJournal`](super::SetJournal) together with the other parts of the SET.
#[must_use = "nothing has been changed before commit"]
pub struct Prepared {
    core: Arc<Core>,
    request: Request,
    who: Option<Principal<'static>>,
    /// What test has found, then what commit has made, then nothing.
    diffs: Vec<RowDiff>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Tested,
    /// The journal is still to keep it, if it keeps SETs as a whole.
    Committed,
    Kept,
    Undone,
}

impl Prepared {
    pub(super) fn new(
        core: &Arc<Core>,
        changes: &[VarBind],
        who: Option<Principal<'static>>,
    ) -> Result<Self, SetError> {
        let (request, diffs) = core.prepare(changes, who.as_ref())?;
        Ok(Self { core: Arc::clone(core), request, who, diffs, phase: Phase::Tested })
    }

    /// Makes all changes or none. Rows that the application has changed since the test are tested again. A second call
    /// does nothing.
    ///
    /// # Errors
    /// What a hook says; commitFailed where the journal fails. Nothing has changed then.
    pub fn commit(&mut self) -> Result<(), SetError> {
        self.commit_part()?;
        let sealed = self.seal();
        if sealed.is_err() && self.undo().is_err() {
            tracing::error!(target: crate::logs::ROWS, "a SET that is not kept cannot be taken back");
        }
        sealed
    }

    /// Keeps what is committed, with the parts that other tables have in the SET.
    ///
    /// # Errors
    /// commitFailed: the journal fails.
    pub(super) fn seal(&mut self) -> Result<(), SetError> {
        if self.phase != Phase::Committed {
            return Ok(());
        }
        self.core.of_sets().map_or(Ok(()), SetJournal::seal).map_err(not_kept)?;
        self.phase = Phase::Kept;
        Ok(())
    }

    /// Makes all changes or none; a journal that keeps SETs as a whole does so in [`seal`](Self::seal).
    ///
    /// # Errors
    /// What a hook says; commitFailed where the journal fails. Nothing has changed then.
    pub(super) fn commit_part(&mut self) -> Result<(), SetError> {
        if self.phase != Phase::Tested {
            return Ok(());
        }
        let mut writing = self.core.write().ok_or_else(SetError::commit_failed)?;
        let tree = self.core.snapshot();
        let is_as_tested = |diff: &RowDiff| octets_at(&tree, &diff.key) == diff.before;
        if !self.diffs.iter().all(is_as_tested) {
            self.diffs = self.core.evaluate(&tree, &self.request, self.who.as_ref())?;
        }
        // Nobody else needs it, and what is put in beside a snapshot is copied.
        drop(tree);
        writing.apply(Source::Set, Keep::Staged, &self.diffs).map_err(|refused| match refused {
            Refused::Journal(error) => not_kept(error),
            Refused::Hook { row, error } => match self.request.rows.get(row) {
                Some(row) => {
                    let place = row.varbind_of(&self.core.layout, error.at_column());
                    error.varbind(place)
                }
                None => error,
            },
        })?;
        self.phase = Phase::Committed;
        Ok(())
    }

    /// Takes the changes back, exactly where rows have not changed since. In a row that the application has changed
    /// since, only what the SET changed is taken back. Does nothing before commit, and when called again.
    ///
    /// # Errors
    /// A hook or the journal has failed: the changes stay.
    pub fn undo(&mut self) -> Result<(), UndoError> {
        if !matches!(self.phase, Phase::Committed | Phase::Kept) {
            return Ok(());
        }
        let mut writing = self.core.write().ok_or(UndoError)?;
        let tree = self.core.snapshot();
        let back: Vec<RowDiff> =
            self.diffs.iter().rev().map(|diff| self.back(diff, octets_at(&tree, &diff.key))).collect();
        drop(tree);
        let as_left = self.diffs.iter().rev().zip(&back).all(|(diff, back)| diff.after == back.before);
        let keep = match self.core.of_sets() {
            Some(journal) if self.phase == Phase::Committed => {
                journal.discard();
                // Rows that the application has changed since are kept as it has left them.
                if as_left { Keep::Nothing } else { Keep::Now }
            }
            _ => Keep::Now,
        };
        writing.apply(Source::Undo, keep, &back).map_err(|refused| {
            match refused {
                Refused::Journal(error) => {
                    tracing::error!(target: crate::logs::ROWS, %error, "a SET is not taken back")
                }
                Refused::Hook { error, .. } => {
                    tracing::error!(target: crate::logs::ROWS, %error, "a SET is not taken back")
                }
            }
            UndoError
        })?;
        self.phase = Phase::Undone;
        Ok(())
    }

    /// The way back for one row, which is `now`.
    fn back(&self, diff: &RowDiff, now: Option<RowOctets>) -> RowDiff {
        let after = match (&diff.before, &diff.after, &now) {
            // Removed by the application since.
            (Some(_), Some(_), None) => None,
            (Some(before), Some(after), Some(current)) if current != after => {
                Some(self.merged(diff, before, after, current))
            }
            (before, ..) => before.clone(),
        };
        RowDiff { key: diff.key.clone(), before: now, after }
    }

    /// The row as it is now, but for what the SET changed.
    fn merged(&self, diff: &RowDiff, before: &[u8], after: &[u8], current: &[u8]) -> RowOctets {
        let layout = &self.core.layout;
        let [mut before, after, mut current] =
            [before, after, current].map(|octets| Draft::of(layout, Record::new(octets)));
        if before.state != after.state {
            current.state = before.state;
        }
        for ((before, after), current) in before.cells.iter_mut().zip(&after.cells).zip(&mut current.cells) {
            if before != after {
                *current = before.take();
            }
        }
        current.encode(layout, key_octets(&diff.key))
    }
}

fn not_kept(error: JournalError) -> SetError {
    tracing::error!(target: crate::logs::ROWS, %error, "a SET is not committed");
    SetError::commit_failed()
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("rows", &self.diffs.len()).field("phase", &self.phase).finish()
    }
}
