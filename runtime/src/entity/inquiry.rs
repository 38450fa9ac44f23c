//! Asking handlers without a message: what a master agent asks of a sub-agent, or an application of itself.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use super::failure::Failure;
use super::query::{Handlers, NamePlace, Query};
use super::retrieval::{Progress, Retrieval};
use super::transaction::late;
use super::walk::Walk;
use crate::access::{Model, Principal, View};
use crate::oid::OidRef;
use crate::value::VarBindRef;

/// Names from one to another, as RFC 2741 §5.2 has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchRange<'a> {
    /// Where it begins.
    pub start: OidRef<'a>,
    /// Whether the first name is in it.
    pub include: bool,
    /// The first name behind it; `None` for a range without an end.
    pub end: Option<OidRef<'a>>,
}

/// One request that reads, and its answer. It sees everything. It can be used again and keeps its memory.
pub struct Inquiry {
    handlers: Handlers,
    view: View,
    who: Principal<'static>,
    /// The names, one behind the other.
    octets: Vec<u8>,
    asked: Vec<Asked>,
    retrieval: Retrieval,
    progress: Progress,
}

/// One name, or a range.
#[derive(Clone, Copy)]
struct Asked {
    start: NamePlace,
    include: bool,
    end: Option<NamePlace>,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self {
            handlers: Handlers::default(),
            view: View::everything(),
            who: Principal::new(Model::ANY, &b""[..]),
            octets: Vec::new(),
            asked: Vec::new(),
            retrieval: Retrieval::default(),
            progress: Progress::Done(Ok(())),
        }
    }
}

impl Inquiry {
    /// One that has asked nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn get<'n>(
        &mut self,
        handlers: Handlers,
        who: Principal<'static>,
        names: impl IntoIterator<Item = OidRef<'n>>,
    ) {
        let ranges = names.into_iter().map(|start| SearchRange { start, include: true, end: None });
        self.begin(handlers, who, ranges);
        let Self { handlers, view, who, octets, asked, retrieval, .. } = self;
        let query = Query { handlers, view, who, v1: false, octets };
        self.progress = retrieval.get(&query, asked.iter().map(|asked| query.name(asked.start)));
    }

    pub(crate) fn next<'n>(
        &mut self,
        handlers: Handlers,
        who: Principal<'static>,
        ranges: impl IntoIterator<Item = SearchRange<'n>>,
    ) {
        self.begin(handlers, who, ranges);
        self.walk(None);
    }

    pub(crate) fn bulk<'n>(
        &mut self,
        handlers: Handlers,
        who: Principal<'static>,
        ranges: impl IntoIterator<Item = SearchRange<'n>>,
        (non_repeaters, max_repetitions): (u32, u32),
        octets: usize,
    ) {
        self.begin(handlers, who, ranges);
        self.walk(Some((non_repeaters, max_repetitions, octets)));
    }

    /// Ready when the answer is there.
    ///
    /// # Errors
    ///
    /// Why there is none, and for which variable.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        loop {
            if let Progress::Done(result) = self.progress {
                return Poll::Ready(result);
            }
            ready!(self.retrieval.waits().poll(cx));
            let Self { handlers, view, who, octets, retrieval, .. } = self;
            self.progress = retrieval.go_on(&Query { handlers, view, who, v1: false, octets });
        }
    }

    /// Waits for the answer.
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub async fn settled(&mut self) -> Result<(), Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// The answer, if nothing has to be waited for.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<(), Failure>> {
        match self.progress {
            Progress::Done(outcome) => Some(outcome),
            Progress::Waiting => None,
        }
    }

    /// Gives up waiting: the answer is genErr for the first variable that is missing.
    pub fn expire(&mut self) {
        if self.progress == Progress::Waiting {
            self.progress = Progress::Done(Err(late(&self.retrieval)));
        }
    }

    /// What was found, in the order of the response.
    pub fn varbinds(&self) -> impl Iterator<Item = VarBindRef<'_>> {
        self.retrieval.varbinds()
    }

    fn begin<'n>(
        &mut self,
        handlers: Handlers,
        who: Principal<'static>,
        ranges: impl IntoIterator<Item = SearchRange<'n>>,
    ) {
        (self.handlers, self.who) = (handlers, who);
        self.octets.clear();
        self.asked.clear();
        for range in ranges {
            let start = self.keep(range.start);
            let end = range.end.map(|end| self.keep(end));
            self.asked.push(Asked { start, include: range.include, end });
        }
    }

    fn keep(&mut self, name: OidRef<'_>) -> NamePlace {
        let place = NamePlace::new(self.octets.len(), name.as_ber().len());
        self.octets.extend_from_slice(name.as_ber());
        place
    }

    fn walk(&mut self, bulk: Option<(u32, u32, usize)>) {
        let Self { handlers, view, who, octets, asked, retrieval, .. } = self;
        let query = Query { handlers, view, who, v1: false, octets };
        let walks = asked
            .iter()
            .map(|asked| Walk::within(query.name(asked.start), asked.start, asked.include, asked.end));
        self.progress = retrieval.ranges(&query, walks, bulk);
    }
}

impl fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inquiry")
            .field("asked", &self.asked.len())
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
