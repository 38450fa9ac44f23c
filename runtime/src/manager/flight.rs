//! Requests of walks and table reads that are under way.

use super::deadline::Deadline;
use super::error::Error;
use super::request::Step;
use super::session::unspecified;
use super::{Details, Session};
use crate::ber::Anomalies;
use crate::engine::Response;
use crate::oid::Oid;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request under way. It stays so between two calls for the next row; dropping it takes it back.
pub(super) struct Flight {
    pub(super) step: Step,
    /// Names asked for.
    pub(super) width: usize,
    result: Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>,
}

impl Flight {
    /// Nothing is sent before the first poll.
    pub(super) fn new(session: &Session, step: Step, deadline: Deadline, names: Vec<Oid>) -> Self {
        let session = session.clone();
        let width = names.len();
        let result =
            Box::pin(async move { session.exchange(step, deadline, names.iter().map(unspecified)).await });
        Self { step, width, result }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response, Error>> {
        self.result.as_mut().poll(cx)
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("step", &self.step).field("width", &self.width).finish_non_exhaustive()
    }
}

/// What requests have ended, for errors and for [`Details`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    pub(super) details: Details,
    /// The last request that ended.
    pub(super) last: Step,
    pub(super) attempts: u32,
    pub(super) elapsed: std::time::Duration,
    pub(super) anomalies: Anomalies,
    /// Requests begun.
    pub(super) begun: u32,
}

impl Log {
    pub(super) fn new() -> Self {
        let last = Step { header: crate::message::PduHeader::bulk(0, 0, 0), number: 0 };
        Self {
            details: Details::default(),
            last,
            attempts: 0,
            elapsed: std::time::Duration::ZERO,
            anomalies: Anomalies::NONE,
            begun: 0,
        }
    }

    /// The number of a request that begins.
    pub(super) fn begin(&mut self) -> u32 {
        self.begun = self.begun.saturating_add(1);
        self.begun
    }

    /// Notes how a request ended.
    pub(super) fn end(&mut self, step: Step, result: &Result<Response, Error>) {
        let (attempts, elapsed, anomalies) = match result {
            Ok(response) => (response.attempts, response.elapsed, response.anomalies),
            Err(error) => match error.attempt() {
                Some(at) => (at.attempt, at.elapsed, at.anomalies),
                None => return,
            },
        };
        self.details.add(attempts, elapsed, anomalies);
        (self.last, self.attempts, self.elapsed, self.anomalies) = (step, attempts, elapsed, anomalies);
    }

    /// For errors: how far the read came.
    pub(super) fn at(&self, session: &Session) -> Box<super::Attempt> {
        let at = *session.at(self.last, self.attempts, self.elapsed);
        Box::new(super::Attempt { anomalies: self.anomalies, ..at })
    }
}
