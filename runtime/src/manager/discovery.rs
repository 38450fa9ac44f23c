//! One discovery for many first requests.

use super::request::lock;
use crate::engine::{Outcome, Report, Unaccepted};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Where first requests to an SNMPv3 target meet: one goes ahead, the others wait for what it finds out.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<Option<Arc<Scout>>>);

/// The request that goes ahead.
#[derive(Debug)]
pub(super) struct Scout {
    /// Closed when it is back; nothing else happens to it.
    back: Semaphore,
    failure: OnceLock<Failure>,
}

/// Why every first request would fail.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    /// Nothing answered the question for the engine ID.
    Undiscovered { attempts: u32, elapsed: Duration, wrong_source: Option<SocketAddr>, dropped: Unaccepted },
    /// The agent refuses the user.
    Refused { report: Report, value: u32, attempts: u32, elapsed: Duration },
}

/// A place at the gate.
pub(super) enum Place<'g> {
    /// Goes ahead. The others follow when this is dropped.
    Ahead(Ahead<'g>),
    /// Waits.
    Behind(Arc<Scout>),
}

/// Held by the request that goes ahead.
pub(super) struct Ahead<'g> {
    gate: &'g Gate,
    scout: Arc<Scout>,
}

impl Gate {
    pub(super) fn enter(&self) -> Place<'_> {
        let mut scout = lock(&self.0);
        match &*scout {
            Some(scout) => Place::Behind(Arc::clone(scout)),
            None => {
                let new = Arc::new(Scout { back: Semaphore::new(0), failure: OnceLock::new() });
                *scout = Some(Arc::clone(&new));
                Place::Ahead(Ahead { gate: self, scout: new })
            }
        }
    }
}

impl Scout {
    /// Waits until it is back, however it fared. An error is the error of those that waited, too.
    pub(super) async fn wait(&self) -> Result<(), Failure> {
        // It has no permits and never will: what comes is the end.
        let _ = self.back.acquire().await;
        match self.failure.get() {
            Some(failure) => Err(*failure),
            None => Ok(()),
        }
    }
}

impl Ahead<'_> {
    /// Comes back with an outcome, which may be that of the others as well.
    pub(super) fn back(self, outcome: Option<&Outcome<SocketAddr>>) {
        let failure = match outcome {
            Some(Outcome::Undiscovered { attempts, elapsed, wrong_source, dropped }) => {
                let (attempts, elapsed) = (*attempts, *elapsed);
                Failure::Undiscovered { attempts, elapsed, wrong_source: *wrong_source, dropped: *dropped }
            }
            Some(Outcome::Refused { report, value, attempts, elapsed }) => {
                let (attempts, elapsed) = (*attempts, *elapsed);
                Failure::Refused { report: *report, value: *value, attempts, elapsed }
            }
            _ => return,
        };
        let _ = self.scout.failure.set(failure);
    }
}

impl Drop for Ahead<'_> {
    fn drop(&mut self) {
        *lock(&self.gate.0) = None;
        self.scout.back.close();
    }
}
