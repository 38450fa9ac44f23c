//! Requests of walks and table reads that are outstanding.

use super::Session;
use super::deadline::Deadline;
use super::error::Error;
use super::request::Step;
use super::session::unspecified;
use crate::engine::Response;
use crate::oid::Oid;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request that is outstanding, also between two calls for the next row. Dropping it takes it back.
pub(super) struct Outstanding {
    pub(super) step: Step,
    /// How many names it asks for.
    pub(super) names: usize,
    result: Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>,
}

impl Outstanding {
    /// Nothing is sent before the first poll.
    pub(super) fn new(session: &Session, step: Step, deadline: Deadline, names: Vec<Oid>) -> Self {
        let session = session.clone();
        let count = names.len();
        let result =
            Box::pin(async move { session.exchange(step, deadline, names.iter().map(unspecified)).await });
        Self { step, names: count, result }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response, Error>> {
        self.result.as_mut().poll(cx)
    }
}

impl fmt::Debug for Outstanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outstanding")
            .field("step", &self.step)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
