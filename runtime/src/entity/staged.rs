//! A SET whose phases another one decides on, as a master agent of AgentX does (RFC 2741 §7.2.4).

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use super::failure::Failure;
use super::query::{Handlers, Query};
use super::set::Set;
use super::turns::Turn;
use crate::access::{Principal, View};
use crate::value::VarBind;

/// A SET that is tested at first, and then waits to be told to [`commit`](Self::commit), to [`undo`](Self::undo) or to
/// [`clean_up`](Self::clean_up). It sees everything. No other SET of the same handlers is under way until it ends.
///
/// One that fails cleans up by itself: there is nothing more to do then. Dropping it takes back what has been committed, as far
/// as that can be done at once.
pub struct StagedSet {
    handlers: Handlers,
    view: View,
    who: Principal<'static>,
    set: Set,
}

impl StagedSet {
    pub(crate) fn new(
        handlers: Handlers,
        who: Principal<'static>,
        changes: Vec<VarBind>,
        turn: Turn,
    ) -> Self {
        let view = View::everything();
        let query = Query { handlers: &handlers, view: &view, who: &who, v1: false, octets: &[] };
        let set = Set::staged(&query, changes.into_iter(), turn);
        Self { handlers, view, who, set }
    }

    /// Ready when the phase has come to its end.
    ///
    /// # Errors
    ///
    /// Why it has failed, and for which variable. What was committed has been taken back then, unless it says undoFailed.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        loop {
            let Self { handlers, view, who, set } = self;
            let query = Query { handlers, view, who, v1: false, octets: &[] };
            if let Poll::Ready(result) = set.advance(&query) {
                return Poll::Ready(result);
            }
            ready!(set.poll(cx));
        }
    }

    /// Waits until the phase has come to its end.
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub async fn settled(&mut self) -> Result<(), Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// The second phase, of one that has been tested; whether that was so.
    pub fn commit(&mut self) -> bool {
        self.set.go_to_commit()
    }

    /// Takes back what has been committed, and ends; whether it was committed.
    pub fn undo(&mut self) -> bool {
        self.set.go_to_undo()
    }

    /// The end of one that has been tested, or committed for good; whether it was there.
    pub fn clean_up(&mut self) -> bool {
        self.set.go_to_clean_up()
    }

    /// Its time has run out: the phase fails. What has been committed, and what was about to be, is taken back, which may have
    /// to be waited for.
    pub fn expire(&mut self) {
        self.set.expire();
    }

    /// Whether it has come to its end.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.set.is_done()
    }
}

impl fmt::Debug for StagedSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StagedSet").field(&self.set).finish()
    }
}
