//! SET as one transaction over all handlers that it touches (RFC 3416 §4.2.5).
//!
//! Phase 1 tests everything, phase 2 commits handler by handler; when all have committed, each may seal its part, which
//! can still fail. When one fails, those that have committed are undone in reverse order. Every handler that has allowed
//! its part is told of the end. Handlers come in the order in which they were registered. Three choices that the standard
//! leaves open:
//!
//! - The failing varbind with the lowest index wins, also between handlers. Inside of a table, what is wrong with a
//!   single value comes before what is wrong with rows as a whole.
//! - A variable named twice with the same value is set once; with different values the second naming is
//!   inconsistentValue, and nothing changes.
//! - When phase 2 fails and everything could be undone, the manager reads the status that the handler gave: nothing
//!   has changed, as if the test had found it. A handler that has no better word says commitFailed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::eventual::{Eventual, Pending};
use super::failure::Failure;
use super::handler::Handler;
use super::prepared::Prepared;
use super::query::Query;
use super::set_error::{SetError, UndoError};
use super::turns::Turn;
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::registry::RegistrationId;
use crate::value::VarBind;

/// A SET under way.
pub(crate) struct Set {
    groups: Vec<Group>,
    phase: Phase,
    failure: Option<Failure>,
    /// What the phase waits for; several only in phase 1.
    waits: Vec<(usize, Wait)>,
    /// No other SET is under way while this is there.
    turn: Option<Turn>,
    /// Between the phases it waits to be told what comes next.
    is_staged: bool,
}

/// The part of a SET that concerns one handler.
struct Group {
    handler: Arc<dyn Handler>,
    /// Until they are tested.
    changes: Vec<VarBind>,
    /// Position in the request of each change.
    positions: Vec<usize>,
    prepared: Option<Box<dyn Prepared>>,
    is_committed: bool,
}

/// Where a SET is; the numbers are groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It waits for those before it.
    Queued,
    Test,
    /// A staged SET: it can be committed.
    Tested,
    Commit(usize),
    /// A staged SET: it can still be taken back.
    Committed,
    /// All groups are committed.
    Seal(usize),
    /// All groups before this one are still to be undone.
    Undo(usize),
    CleanUp(usize),
    Done,
}

enum Wait {
    Test(Pending<Result<Box<dyn Prepared>, SetError>>),
    Commit(Pending<Result<(), SetError>>),
    Seal(Pending<Result<(), SetError>>),
    Undo(Pending<Result<(), UndoError>>),
    CleanUp(Pending<()>),
}

impl Set {
    /// A SET of these changes, which begins when it has its turn.
    pub(crate) fn new(query: &Query<'_>, changes: impl Iterator<Item = VarBind>, turn: Turn) -> Self {
        let (groups, failure) = group(query, changes);
        Self { groups, phase: Phase::Queued, failure, waits: Vec::new(), turn: Some(turn), is_staged: false }
    }

    /// As [`new`](Self::new), for a SET that stops when it has been tested, and when it has been committed, until it is told
    /// to go on.
    pub(crate) fn staged(query: &Query<'_>, changes: impl Iterator<Item = VarBind>, turn: Turn) -> Self {
        let mut set = Self::new(query, changes, turn);
        set.is_staged = true;
        set
    }

    /// Has a staged SET that has been tested commit; whether it was there.
    pub(crate) fn go_to_commit(&mut self) -> bool {
        let is_tested = self.phase == Phase::Tested;
        if is_tested {
            self.phase = Phase::Commit(0);
        }
        is_tested
    }

    /// Has a staged SET that has been committed taken back; whether it was there.
    pub(crate) fn go_to_undo(&mut self) -> bool {
        let is_committed = self.phase == Phase::Committed;
        if is_committed {
            self.phase = Phase::Undo(self.groups.len());
        }
        is_committed
    }

    /// Ends a staged SET that has been tested or committed; whether it was there.
    pub(crate) fn go_to_clean_up(&mut self) -> bool {
        let is_held = matches!(self.phase, Phase::Tested | Phase::Committed);
        if is_held {
            self.phase = Phase::CleanUp(0);
        }
        is_held
    }

    /// Whether it has come to its end.
    pub(crate) fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    /// Goes on as far as it can without waiting.
    pub(crate) fn advance(&mut self, query: &Query<'_>) -> Poll<Result<(), Failure>> {
        while self.waits.is_empty() {
            match self.phase {
                Phase::Queued if self.turn.as_ref().is_some_and(|turn| !turn.has_come()) => {
                    return Poll::Pending;
                }
                Phase::Queued => self.test(query),
                Phase::Test if self.failure.is_none() && self.is_staged => self.phase = Phase::Tested,
                Phase::Test if self.failure.is_none() => self.phase = Phase::Commit(0),
                Phase::Tested | Phase::Committed => return Poll::Ready(Ok(())),
                Phase::Test => self.phase = Phase::CleanUp(0),
                Phase::Commit(at) => self.commit(at),
                Phase::Seal(at) => self.seal(at),
                Phase::Undo(at) => self.undo(at),
                Phase::CleanUp(at) => self.clean_up(at),
                Phase::Done => return Poll::Ready(self.failure.map_or(Ok(()), Err)),
            }
        }
        if let Some(turn) = &self.turn {
            turn.park();
        }
        Poll::Pending
    }

    /// Waits for its turn by blocking, if only other threads are before it.
    pub(crate) fn block(&self) -> bool {
        self.turn.as_ref().is_none_or(Turn::block)
    }

    /// Ready when [`advance`](Self::advance) has something to do.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.phase == Phase::Queued {
            return self.turn.as_ref().map_or(Poll::Ready(()), |turn| turn.poll(cx));
        }
        let mut waits = std::mem::take(&mut self.waits);
        waits.retain_mut(|(at, wait)| {
            let ready = match wait {
                Wait::Test(pending) => pending.as_mut().poll(cx).map(|result| self.tested(*at, result)),
                Wait::Commit(pending) => pending.as_mut().poll(cx).map(|result| self.committed(*at, result)),
                Wait::Seal(pending) => pending.as_mut().poll(cx).map(|result| self.sealed(*at, result)),
                Wait::Undo(pending) => pending.as_mut().poll(cx).map(|result| self.undone(*at, result)),
                Wait::CleanUp(pending) => {
                    pending.as_mut().poll(cx).map(|()| self.phase = Phase::CleanUp(*at + 1))
                }
            };
            ready.is_pending()
        });
        self.waits = waits;
        if self.waits.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Its time has run out: what it waits for is given up. What has been committed, and what was about to be, is undone;
    /// this may take as long again. After that nothing is waited for.
    pub(crate) fn expire(&mut self) {
        let given_up = self.waits.drain(..).map(|(at, _)| at).min();
        let at = given_up.unwrap_or(0);
        let first = self.groups.get(at).and_then(|group| group.positions.first());
        let failure = Failure::at(ErrorStatus::GEN_ERR, first.copied().unwrap_or(0));
        match self.phase {
            Phase::Queued | Phase::Test => {
                Failure::note(&mut self.failure, failure);
                self.phase = Phase::CleanUp(0);
            }
            Phase::Commit(_) => {
                self.failure = Some(failure);
                if let Some(group) = self.groups.get_mut(at) {
                    group.is_committed = true;
                }
                self.phase = Phase::Undo(at + 1);
            }
            Phase::Seal(_) => {
                self.failure = Some(failure);
                self.phase = Phase::Undo(self.groups.len());
            }
            Phase::Undo(_) => self.undone(at, Err(UndoError)),
            Phase::CleanUp(_) => self.phase = Phase::CleanUp(at + 1),
            Phase::Tested | Phase::Committed | Phase::Done => {}
        }
    }

    /// Phase 1: of all refusals, the one for the varbind with the lowest index.
    fn test(&mut self, query: &Query<'_>) {
        self.phase = Phase::Test;
        for at in 0..self.groups.len() {
            let Some(group) = self.groups.get_mut(at) else { break };
            let changes = std::mem::take(&mut group.changes);
            match group.handler.test(query.who, changes) {
                Eventual::Now(result) => self.tested(at, result),
                Eventual::Later(pending) => self.waits.push((at, Wait::Test(pending))),
            }
        }
    }

    fn tested(&mut self, at: usize, result: Result<Box<dyn Prepared>, SetError>) {
        let Some(group) = self.groups.get_mut(at) else { return };
        match result {
            Ok(prepared) => group.prepared = Some(prepared),
            Err(error) => {
                let failure = Failure::refused(&error, group.locate(&error));
                Failure::note(&mut self.failure, failure);
            }
        }
    }

    /// Phase 2.
    fn commit(&mut self, at: usize) {
        let Some(group) = self.groups.get_mut(at) else {
            self.phase = Phase::Seal(0);
            return;
        };
        let Some(prepared) = &mut group.prepared else { return self.committed(at, Ok(())) };
        match prepared.commit() {
            Eventual::Now(result) => self.committed(at, result),
            Eventual::Later(pending) => self.waits.push((at, Wait::Commit(pending))),
        }
    }

    fn committed(&mut self, at: usize, result: Result<(), SetError>) {
        let Some(group) = self.groups.get_mut(at) else { return };
        match result {
            Ok(()) => {
                group.is_committed = true;
                self.phase = Phase::Commit(at + 1);
            }
            Err(error) => {
                self.failure = Some(Failure::refused(&error, group.locate(&error)));
                self.phase = Phase::Undo(at);
            }
        }
    }

    fn seal(&mut self, at: usize) {
        let Some(group) = self.groups.get_mut(at) else {
            self.phase = if self.is_staged { Phase::Committed } else { Phase::CleanUp(0) };
            return;
        };
        match group.prepared.as_mut().map(|prepared| prepared.seal()) {
            None => self.sealed(at, Ok(())),
            Some(Eventual::Now(result)) => self.sealed(at, result),
            Some(Eventual::Later(pending)) => self.waits.push((at, Wait::Seal(pending))),
        }
    }

    fn sealed(&mut self, at: usize, result: Result<(), SetError>) {
        let Some(group) = self.groups.get(at) else { return };
        match result {
            Ok(()) => self.phase = Phase::Seal(at + 1),
            Err(error) => {
                self.failure = Some(Failure::refused(&error, group.locate(&error)));
                self.phase = Phase::Undo(self.groups.len());
            }
        }
    }

    /// Runs all undos, also when one of them fails: the less is left changed, the better.
    fn undo(&mut self, before: usize) {
        let Some(at) = before.checked_sub(1) else {
            self.phase = Phase::CleanUp(0);
            return;
        };
        let Some(Group { prepared, is_committed, .. }) = self.groups.get_mut(at) else { return };
        let committed = if std::mem::take(is_committed) { prepared.as_mut() } else { None };
        match committed.map(|prepared| prepared.undo()) {
            None => self.undone(at, Ok(())),
            Some(Eventual::Now(result)) => self.undone(at, result),
            Some(Eventual::Later(pending)) => self.waits.push((at, Wait::Undo(pending))),
        }
    }

    fn undone(&mut self, at: usize, result: Result<(), UndoError>) {
        if result.is_err() {
            tracing::error!(target: crate::logs::AGENT, "a SET failed half-way and could not be undone");
            self.failure = Some(Failure::of_request(ErrorStatus::UNDO_FAILED));
        }
        self.phase = Phase::Undo(at);
    }

    fn clean_up(&mut self, at: usize) {
        let Some(group) = self.groups.get_mut(at) else {
            self.phase = Phase::Done;
            self.groups.clear();
            self.turn = None;
            return;
        };
        group.is_committed = false;
        match group.prepared.as_mut().map(|prepared| prepared.clean_up()) {
            None | Some(Eventual::Now(())) => self.phase = Phase::CleanUp(at + 1),
            Some(Eventual::Later(pending)) => self.waits.push((at, Wait::CleanUp(pending))),
        }
    }
}

/// The agent stops in the middle of a SET: what is half done is undone, as far as that can be done at once.
impl Drop for Set {
    fn drop(&mut self) {
        if !matches!(self.phase, Phase::Commit(_) | Phase::Committed | Phase::Seal(_) | Phase::Undo(_)) {
            return;
        }
        let given_up = self.waits.drain(..).map(|(at, _)| at).min();
        for (at, group) in self.groups.iter_mut().enumerate().rev() {
            let begun =
                group.is_committed || (given_up == Some(at) && matches!(self.phase, Phase::Commit(_)));
            if let Some(prepared) = group.prepared.as_mut().filter(|_| begun)
                && !matches!(prepared.undo(), Eventual::Now(Ok(())))
            {
                tracing::error!(target: crate::logs::AGENT, "a SET was given up half-way and could not be undone");
            }
        }
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Set").field("phase", &self.phase).finish_non_exhaustive()
    }
}

impl Group {
    /// Where in the request the error belongs.
    fn locate(&self, error: &SetError) -> usize {
        let inside = error.at_varbind().unwrap_or(0);
        let first = self.positions.first().copied().unwrap_or(0);
        self.positions.get(inside).copied().unwrap_or(first)
    }
}

/// Sorts the changes by handler, in the order in which the handlers were registered: one that depends on another is
/// committed after it. Also the first change that no handler needs to be asked about, because it is refused anyway.
fn group(query: &Query<'_>, changes: impl Iterator<Item = VarBind>) -> (Vec<Group>, Option<Failure>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_handler: BTreeMap<*const (), usize> = BTreeMap::new();
    let mut by_registration: BTreeMap<RegistrationId, usize> = BTreeMap::new();
    let mut named: BTreeMap<Oid, (usize, usize)> = BTreeMap::new();
    let mut refused = None;
    for (position, change) in changes.enumerate() {
        let mut refuse = |status| {
            refused.get_or_insert(Failure::at(status, position));
        };
        if !query.view.contains(&change.name) {
            refuse(ErrorStatus::NO_ACCESS);
            continue;
        }
        let Some(region) = query.handlers.find(&change.name) else {
            refuse(ErrorStatus::NOT_WRITABLE);
            continue;
        };
        let known = named.get(&change.name).and_then(|(group, at)| groups.get(*group)?.changes.get(*at));
        if let Some(before) = known {
            if before.value != change.value {
                refuse(ErrorStatus::INCONSISTENT_VALUE);
            }
            continue;
        }
        let next = groups.len();
        // A handler may be registered several times.
        let index = *by_handler.entry(Arc::as_ptr(region.handler()).cast()).or_insert(next);
        if index == next {
            by_registration.insert(region.registration(), index);
            groups.push(Group {
                handler: Arc::clone(region.handler()),
                changes: Vec::new(),
                positions: Vec::new(),
                prepared: None,
                is_committed: false,
            });
        }
        if let Some(group) = groups.get_mut(index) {
            named.insert(change.name.clone(), (index, group.changes.len()));
            group.changes.push(change);
            group.positions.push(position);
        }
    }
    let mut groups: Vec<Option<Group>> = groups.into_iter().map(Some).collect();
    let in_order = by_registration.into_values().filter_map(|group| groups.get_mut(group)?.take());
    (in_order.collect(), refused)
}
