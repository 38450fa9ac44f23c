//! Handlers that take waiting.
//!
//! A request is answered in passes: one that comes upon values which are not there yet names them, the values are
//! waited for, all at once, and the next pass has them. Requests that touch no such handler take one pass and never
//! see any of this.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use super::provider::{Provider, ReadError};
use super::responder::{Dropped, Exchange, Responder};
use crate::oid::Oid;
use crate::value::Value;

/// Passes of one request: GETNEXT and GETBULK can come upon further values only after those before are known to be
/// hidden from SNMPv1. Beyond this the values are taken as unreadable.
const MAX_PASSES: usize = 8;

/// A value that is on its way.
pub type Pending = Pin<Box<dyn Future<Output = Result<Value, ReadError>> + Send>>;

/// What one request waits for, and what it has already.
#[derive(Default)]
pub(crate) struct Waits {
    ready: BTreeMap<Oid, Result<Value, ReadError>>,
    missing: RefCell<Vec<(Oid, Pending)>>,
    /// Answer without waiting: what is missing is unreadable.
    last: bool,
}

impl Waits {
    /// For callers that cannot wait.
    pub(crate) fn never() -> Self {
        Self { last: true, ..Self::default() }
    }

    /// Turns what a provider gives for `name` into its value. [`Value::Null`] stands for one to wait for, and goes on
    /// standing for it in this pass.
    pub(crate) fn settle(
        &self,
        provider: &dyn Provider,
        name: &Oid,
        given: Value,
    ) -> Result<Value, ReadError> {
        if !matches!(given, Value::Null) {
            return Ok(given);
        }
        if let Some(ready) = self.ready.get(name) {
            return ready.clone();
        }
        let mut missing = self.missing.borrow_mut();
        if missing.iter().any(|(known, _)| known == name) {
            return Ok(given);
        }
        match provider.wait(name.as_ref()) {
            Some(_) if self.last => Err(ReadError::new("the value would have to be waited for")),
            Some(pending) => {
                missing.push((name.clone(), pending));
                Ok(given)
            }
            None => Err(ReadError::new("a provider gave no value")),
        }
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.missing.borrow().is_empty()
    }

    /// Waits for all that is missing.
    async fn catch_up(&mut self) {
        let mut missing = std::mem::take(self.missing.get_mut());
        poll_fn(|context| {
            missing.retain_mut(|(name, pending)| match pending.as_mut().poll(context) {
                Poll::Ready(value) => {
                    self.ready.insert(name.clone(), value);
                    false
                }
                Poll::Pending => true,
            });
            if missing.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

impl fmt::Debug for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waits").field("ready", &self.ready).finish_non_exhaustive()
    }
}

/// What comes of a datagram at once.
#[derive(Debug)]
pub enum Step<'x> {
    /// The response.
    Response(&'x [u8]),
    /// Values have to be waited for; other requests can be answered meanwhile.
    Wait(Waiting),
}

/// A request that waits for values.
#[derive(Debug)]
pub struct Waiting {
    datagram: Vec<u8>,
    waits: Waits,
}

impl Waiting {
    pub(crate) fn new(datagram: &[u8], waits: Waits) -> Self {
        Self { datagram: datagram.to_vec(), waits }
    }

    /// Waits, and answers then; the response lies in `exchange` until its next use. `responder` is the one that the
    /// request came from.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub async fn respond<'x>(
        mut self,
        responder: &Responder,
        exchange: &'x mut Exchange,
    ) -> Result<&'x [u8], Dropped> {
        for pass in 1..=MAX_PASSES {
            self.waits.catch_up().await;
            self.waits.last = pass == MAX_PASSES;
            responder.pass(&self.datagram, exchange, &self.waits)?;
            if self.waits.is_settled() {
                break;
            }
        }
        exchange.response()
    }
}
