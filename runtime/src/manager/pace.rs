//! How many repetitions a target is asked for at a time, learned from what it answers.
//!
//! As in congestion control: quick growth up to where it failed last, then one step at a time.

use super::Session;
use super::error::{Error, Phase};
use super::outstanding::Outstanding;
use super::request::lock;
use crate::engine::Response;
use crate::message::{ErrorStatus, PduHeader, PduKind};

/// Repetitions are not grown beyond this many.
pub(super) const MOST: u32 = 100;

/// Nor beyond what fills this many octets of varbinds: with its headers such a response still fits an
/// Ethernet frame (RFC 3417 §3.2 recommends 1,472 octets for the message).
const FULL: usize = 1_380;

/// Full responses in a row before one repetition more is tried above the threshold.
const PATIENCE: u32 = 16;

/// What has been learned of one target.
#[derive(Debug)]
pub(super) struct Pace {
    repetitions: u32,
    /// Above this, growth is slow: it has failed before.
    threshold: u32,
    /// Full responses since the last change.
    successes: u32,
}

impl Pace {
    pub(super) fn new(repetitions: u32) -> Self {
        Self { repetitions, threshold: u32::MAX, successes: 0 }
    }

    pub(super) fn repetitions(&self) -> u32 {
        self.repetitions
    }

    /// A response had all `asked` repetitions, and so many octets of varbinds.
    fn full(&mut self, asked: u32, octets: usize) {
        if asked != self.repetitions {
            return; // it was asked for before a change
        }
        self.successes += 1;
        let grown = if asked < self.threshold {
            asked.saturating_add(asked / 2).saturating_add(1).min(self.threshold)
        } else if self.successes >= PATIENCE {
            asked.saturating_add(1)
        } else {
            return;
        };
        let fitting = (asked as usize).saturating_mul(FULL) / octets.max(1);
        let most = u32::try_from(fitting).unwrap_or(MOST).min(MOST);
        if grown.min(most) > asked {
            self.repetitions = grown.min(most);
            self.successes = 0;
        }
    }

    /// `asked` repetitions were too big, or went unanswered where fewer were answered.
    fn failed(&mut self, asked: u32) {
        // Several requests under way that fail together count once.
        self.repetitions = self.repetitions.min((asked / 2).max(1));
        self.threshold = self.repetitions;
        self.successes = 0;
    }
}

/// The repetitions of one walk or table read.
#[derive(Debug)]
pub(super) struct Pacing {
    /// What the caller asked for; otherwise what the target has shown to be good.
    fixed: Option<u32>,
    /// So many repetitions went unanswered: the next request, a GETNEXT, tells whether that is why.
    unanswered: Option<u32>,
}

impl Pacing {
    /// This many; the target's own number for `None`.
    pub(super) fn new(fixed: Option<u32>) -> Self {
        Self { fixed, unanswered: None }
    }

    /// How many to ask for next.
    pub(super) fn repetitions(&self, session: &Session) -> u32 {
        match (self.unanswered, self.fixed) {
            (Some(_), _) => 1,
            (None, Some(fixed)) => fixed,
            (None, None) => session.pace(|pace| pace.repetitions()),
        }
    }

    /// Learns from how a request ended. True after a timeout where asking for less may help; after any other error
    /// the read ends.
    pub(super) fn learn(
        &mut self,
        session: &Session,
        request: &Outstanding,
        result: &Result<Response, Error>,
    ) -> bool {
        let asked = repetitions(request.step.header);
        match result {
            Ok(response) if response.error_status == ErrorStatus::TOO_BIG => {
                self.unanswered = None;
                if asked > 1 {
                    self.less(session, asked);
                }
            }
            Ok(response) => {
                if let Some(asked) = self.unanswered.take() {
                    self.less(session, asked);
                }
                let varbinds = response.varbinds();
                let full = request.names.saturating_mul(asked as usize);
                if self.fixed.is_none() && asked > 1 && varbinds.len() >= full {
                    session.pace(|pace| pace.full(asked, varbinds.as_bytes().len()));
                }
            }
            Err(Error::Timeout { at, .. }) if asked > 1 && at.phase != Phase::Discovery => {
                self.unanswered = Some(self.unanswered.map_or(asked, |before| before.min(asked)));
                return true;
            }
            Err(_) => {}
        }
        false
    }

    fn less(&mut self, session: &Session, asked: u32) {
        match &mut self.fixed {
            Some(fixed) => *fixed = (*fixed).min((asked / 2).max(1)),
            None => session.pace(|pace| pace.failed(asked)),
        }
    }
}

fn repetitions(header: PduHeader) -> u32 {
    if header.kind == PduKind::GetBulk { header.max_repetitions() } else { 1 }
}

impl Session {
    pub(super) fn pace<T>(&self, use_it: impl FnOnce(&mut Pace) -> T) -> T {
        use_it(&mut lock(&self.shared.pace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3 row 7: quick growth, halves on failure, then careful.
    #[test]
    fn growth_and_failure() {
        let mut pace = Pace::new(10);
        let mut seen = vec![10];
        for _ in 0..6 {
            pace.full(pace.repetitions(), 100);
            seen.push(pace.repetitions());
        }
        assert_eq!(seen, [10, 16, 25, 38, 58, 88, 100]);
        pace.failed(100);
        pace.failed(100); // under way at the same time
        assert_eq!(pace.repetitions(), 50);
        for _ in 0..PATIENCE - 1 {
            pace.full(50, 100);
            assert_eq!(pace.repetitions(), 50);
        }
        pace.full(50, 100);
        assert_eq!(pace.repetitions(), 51);
        for _ in 0..10 {
            pace.failed(pace.repetitions());
        }
        assert_eq!(pace.repetitions(), 1);
        pace.full(7, 100);
        assert_eq!(pace.repetitions(), 1, "an answer to something else");
    }

    #[test]
    fn responses_stay_within_a_frame() {
        let mut pace = Pace::new(10);
        for _ in 0..100 {
            let asked = pace.repetitions();
            pace.full(asked, asked as usize * 50);
        }
        assert_eq!(pace.repetitions(), 27);
        // What was set by hand is not cut.
        let mut pace = Pace::new(500);
        pace.full(500, 25_000);
        assert_eq!(pace.repetitions(), 500);
        pace.failed(u32::MAX);
        pace.full(pace.repetitions(), 0);
        assert_eq!(pace.repetitions(), 500);
    }
}
