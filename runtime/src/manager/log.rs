//! What the requests of a walk or a table read came to.

use super::error::Error;
use super::request::Step;
use super::{Details, Session};
use crate::ber::Anomalies;
use crate::engine::Response;

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
