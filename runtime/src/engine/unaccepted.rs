//! Answers that came and were not accepted: what a timeout has to tell.

use super::{Dropped, Rejection};
use std::collections::VecDeque;
use std::time::Instant;

/// Most datagrams that are remembered of which nothing tells their exchange.
const STRAYS: usize = 64;

/// Answers that came to a request and were not accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unaccepted {
    /// How many came. Of those that name no request, the last 64 of an engine are counted.
    pub count: u32,
    /// What was wrong with the last one; `None` if none came.
    pub last: Option<Dropped>,
}

impl Unaccepted {
    /// One more. A repeated Report is nothing to tell of: the first of its kind was acted on.
    pub(super) fn add(&mut self, dropped: Dropped) {
        if !matches!(dropped, Dropped::Rejected(_, Rejection::Superseded)) {
            self.count = self.count.saturating_add(1);
            self.last = Some(dropped);
        }
    }
}

/// Datagrams of which nothing tells the exchange but where they came from; the last ones.
#[derive(Debug)]
pub(super) struct Strays<A>(VecDeque<(Instant, A, Dropped)>);

impl<A> Default for Strays<A> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<A: Copy + Eq> Strays<A> {
    #[cold]
    pub(super) fn add(&mut self, now: Instant, from: A, dropped: Dropped) {
        if self.0.len() >= STRAYS {
            self.0.pop_front();
        }
        self.0.push_back((now, from, dropped));
    }

    /// What was dropped of an exchange, and what came from its peer since it began. What is known to be of the exchange
    /// tells more.
    pub(super) fn join(&self, mut unaccepted: Unaccepted, since: Instant, peer: A) -> Unaccepted {
        let of_it = self.0.iter().rev().filter(|(at, from, _)| *at >= since && *from == peer);
        for (_, _, dropped) in of_it {
            unaccepted.count = unaccepted.count.saturating_add(1);
            unaccepted.last = unaccepted.last.or(Some(*dropped));
        }
        unaccepted
    }
}
