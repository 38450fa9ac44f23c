//! The store without types: rows behind locks, and the one way in which they change.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, ThreadId};
use std::time::Instant;

use zeroize::Zeroize;

use super::change::{RawChange, Source};
use super::error::RowError;
use super::evaluate::{Judge, RowDiff};
use super::hooks::Hooks;
use super::journal::{JournalError, Kept, RowJournal, SetJournal};
use super::layout::Layout;
use super::record::{Record, RowOctets, key_octets};
use super::request::Request;
use super::saved;
use super::tree::Tree;
use crate::access::Principal;
use crate::agent::{RowRules, RowState, SetError};
use crate::oid::Oid;
use crate::value::{ValueRef, VarBind};

/// A table of rows.
pub(super) struct Core {
    pub(super) layout: Layout,
    pub(super) rules: RowRules,
    /// A SET makes no row beyond this many.
    pub(super) limit: usize,
    pub(super) hooks: Hooks,
    pub(super) journal: Option<Arc<dyn RowJournal>>,
    /// Held only while rows are put in: readers never wait for hooks and journals.
    rows: RwLock<Tree>,
    writer: Mutex<Unfinished>,
    /// Who holds `writer`.
    writing: Mutex<Option<ThreadId>>,
}

/// Rows that are not active, and when they were first seen to be so.
pub(super) type Unfinished = BTreeMap<Oid, Option<Instant>>;

/// What a journal is to do with changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Keep them.
    Now,
    /// Keep them when their SET is sealed, if the journal does that.
    Staged,
    /// Nothing: it does not know what they take back.
    Nothing,
}

/// Why rows could not be changed; they are as before.
pub(super) enum Refused {
    Hook { row: usize, error: SetError },
    Journal(JournalError),
}

impl Refused {
    /// For what the application does itself, which asks no hooks.
    pub(super) fn into_error(self) -> RowError {
        match self {
            Self::Journal(error) => error.into(),
            Self::Hook { .. } => RowError::InHook,
        }
    }
}

impl Core {
    pub(super) fn new(layout: Layout) -> Self {
        let rows = RwLock::new(Tree::new(layout.form()));
        Self {
            layout,
            rules: RowRules::default(),
            limit: usize::MAX,
            hooks: Hooks::default(),
            journal: None,
            rows,
            writer: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    /// The table is still empty: rows will be kept as the layout now says.
    pub(super) fn prepare_rows(&mut self) {
        self.rows = RwLock::new(Tree::new(self.layout.form()));
    }

    /// Looks at the rows.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(&self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The rows as they are now, and stay.
    pub(super) fn snapshot(&self) -> Tree {
        self.read(Tree::clone)
    }

    /// Waits until nobody else changes rows; `None` for a hook of the store itself, which would wait for ever.
    pub(super) fn write(&self) -> Option<Writing<'_>> {
        let me = thread::current().id();
        if *lock(&self.writing) == Some(me) {
            return None;
        }
        let unfinished = lock(&self.writer);
        *lock(&self.writing) = Some(me);
        Some(Writing { core: self, unfinished })
    }

    pub(super) fn evaluate(
        &self,
        tree: &Tree,
        request: &Request,
        who: Option<&Principal<'static>>,
    ) -> Result<Vec<RowDiff>, SetError> {
        let (layout, rules, limit, hooks) = (&self.layout, self.rules, self.limit, &self.hooks);
        let judge = Judge { layout, rules, limit, hooks, tree, who };
        judge.evaluate(request)
    }

    /// Phase 1 of a SET.
    pub(super) fn prepare(
        &self,
        changes: &[VarBind],
        who: Option<&Principal<'static>>,
    ) -> Result<(Request, Vec<RowDiff>), SetError> {
        let tree = self.snapshot();
        let request = Request::sort(&self.layout, &tree, changes)?;
        let diffs = self.evaluate(&tree, &request, who)?;
        Ok((request, diffs))
    }

    fn is_kept(&self, record: Option<Record<'_>>) -> bool {
        record.is_some_and(|record| match self.layout.storage {
            None => true,
            Some(storage) => matches!(record.cell(&self.layout, storage), Some(ValueRef::Integer(3..=5))),
        })
    }

    /// Whether the row is permanent or readOnly.
    pub(super) fn is_undeletable(&self, tree: &Tree, key: &Oid) -> bool {
        let storage = self.layout.storage.and_then(|storage| tree.get(key)?.cell(&self.layout, storage));
        matches!(storage, Some(ValueRef::Integer(4..=5)))
    }

    /// Hands what must survive a restart to the journal.
    fn keep(&self, keep: Keep, diffs: &[RowDiff]) -> Result<(), JournalError> {
        let Some(journal) = self.journal.as_ref().filter(|_| keep != Keep::Nothing) else { return Ok(()) };
        let mut kept = Vec::new();
        for diff in diffs.iter().filter(|diff| diff.is_change()) {
            let RawChange { before, after, key, .. } = diff.raw(&self.layout, Source::Set);
            let row = match after.filter(|_| self.is_kept(after)) {
                Some(record) => Some(saved::write(&self.layout, record)),
                None if self.is_kept(before) => None,
                None => continue,
            };
            kept.push(Kept { index: key.to_vec(), row });
        }
        if kept.is_empty() {
            return Ok(());
        }
        let done = match journal.of_sets().filter(|_| keep == Keep::Staged) {
            Some(journal) => journal.stage(&self.layout.row, &kept),
            None => journal.record(&self.layout.row, &kept),
        };
        kept.iter_mut().filter_map(|kept| kept.row.as_mut()).for_each(Zeroize::zeroize);
        done
    }

    /// The journal that keeps SETs as a whole.
    pub(super) fn of_sets(&self) -> Option<&dyn SetJournal> {
        self.journal.as_ref()?.of_sets()
    }
}

/// The right to change rows.
pub(super) struct Writing<'c> {
    core: &'c Core,
    unfinished: MutexGuard<'c, Unfinished>,
}

impl Writing<'_> {
    /// Makes all changes or none: asks the hooks that commit, then the journal, then puts the rows in.
    pub(super) fn apply(&mut self, source: Source, keep: Keep, diffs: &[RowDiff]) -> Result<(), Refused> {
        let core = self.core;
        if matches!(source, Source::Set | Source::Undo) {
            self.ask(source, diffs)?;
        }
        if let Err(error) = core.keep(keep, diffs) {
            self.take_back(source, diffs);
            return Err(Refused::Journal(error));
        }
        self.put(diffs);
        for diff in diffs.iter().filter(|diff| diff.is_change()) {
            core.hooks.tell(diff.raw(&core.layout, source));
        }
        Ok(())
    }

    /// Puts rows in without asking or telling anybody.
    pub(super) fn put(&mut self, diffs: &[RowDiff]) {
        let mut tree = self.core.rows.write().unwrap_or_else(PoisonError::into_inner);
        for diff in diffs.iter().filter(|diff| diff.is_change()) {
            match &diff.after {
                Some(record) => tree.put(&diff.key, record),
                None => tree.remove(&diff.key),
            }
        }
        drop(tree);
        for diff in diffs {
            let state = diff.after.as_deref().map(|record| Record::new(record).state());
            if matches!(state, Some(RowState::NotReady | RowState::NotInService)) {
                self.unfinished.insert(diff.key.clone(), None);
            } else if !self.unfinished.is_empty() {
                self.unfinished.remove(&diff.key);
            }
        }
    }

    pub(super) fn unfinished(&mut self) -> &mut Unfinished {
        &mut self.unfinished
    }

    /// Row by row, hook by hook; what has agreed is told of the way back when another one refuses.
    fn ask(&self, source: Source, diffs: &[RowDiff]) -> Result<(), Refused> {
        let core = self.core;
        for (row, diff) in diffs.iter().enumerate().filter(|(_, diff)| diff.is_change()) {
            for (asked, commit) in core.hooks.commits.iter().enumerate() {
                if let Err(error) = commit(diff.raw(&core.layout, source)) {
                    let back = diff.reversed();
                    for commit in core.hooks.commits.iter().take(asked).rev() {
                        say_if_refused(commit(back.raw(&core.layout, Source::Undo)));
                    }
                    self.take_back(source, diffs.get(..row).unwrap_or_default());
                    return Err(Refused::Hook { row, error });
                }
            }
        }
        Ok(())
    }

    /// Tells the hooks that committed these rows of the way back.
    fn take_back(&self, source: Source, diffs: &[RowDiff]) {
        if !matches!(source, Source::Set | Source::Undo) {
            return;
        }
        let core = self.core;
        for diff in diffs.iter().rev().filter(|diff| diff.is_change()) {
            let back = diff.reversed();
            for commit in core.hooks.commits.iter().rev() {
                say_if_refused(commit(back.raw(&core.layout, Source::Undo)));
            }
        }
    }
}

fn say_if_refused(result: Result<(), SetError>) {
    if let Err(error) = result {
        tracing::error!(target: crate::logs::ROWS, %error, "a hook cannot take back what it has committed");
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        *lock(&self.core.writing) = None;
    }
}

/// A row of the tree as octets of its own.
pub(super) fn octets_at(tree: &Tree, key: &Oid) -> Option<RowOctets> {
    tree.get(key).map(Record::to_octets)
}

/// An index, for messages.
pub(super) fn text_of(key: &Oid) -> String {
    super::change::key_text(key_octets(key))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
