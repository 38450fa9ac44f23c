//! Answers that came and were not accepted: what a timeout has to tell.

use super::{Ignored, Rejection};
use std::collections::VecDeque;
use std::time::Instant;

/// Most datagrams that are remembered of which nothing tells their exchange.
const STRAYS: usize = 64;

/// Answers that came to a request and were not accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// How many came. Of those that name no request, the last 64 of an engine are counted.
    pub count: u32,
    /// What was wrong with the last one; `None` if none came.
    pub last: Option<Ignored>,
}

impl Dropped {
    /// One more. A repeated Report is nothing to tell of: the first of its kind was acted on.
    pub(super) fn add(&mut self, ignored: Ignored) {
        if !matches!(ignored, Ignored::Rejected(_, Rejection::Superseded)) {
            self.count = self.count.saturating_add(1);
            self.last = Some(ignored);
        }
    }
}

/// Datagrams of which nothing tells the exchange but where they came from; the last ones.
#[derive(Debug)]
pub(super) struct Strays<A>(VecDeque<(Instant, A, Ignored)>);

impl<A> Default for Strays<A> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<A: Copy + Eq> Strays<A> {
    #[cold]
    pub(super) fn add(&mut self, now: Instant, from: A, ignored: Ignored) {
        if self.0.len() >= STRAYS {
            self.0.pop_front();
        }
        self.0.push_back((now, from, ignored));
    }

    /// What was dropped of an exchange, and what came from its peer since it began. What is known to be of the exchange
    /// tells more.
    pub(super) fn join(&self, mut dropped: Dropped, since: Instant, peer: A) -> Dropped {
        let of_it = self.0.iter().rev().filter(|(at, from, _)| *at >= since && *from == peer);
        for (_, _, ignored) in of_it {
            dropped.count = dropped.count.saturating_add(1);
            dropped.last = dropped.last.or(Some(*ignored));
        }
        dropped
    }
}
