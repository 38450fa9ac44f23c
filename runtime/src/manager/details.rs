//! How operations went, beside what they gave.

use super::Session;
use super::request::lock;
use crate::ber::{Anomalies, Anomaly};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How an operation went, added up over its requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// Requests that ended, answered or not.
    pub requests: u64,
    /// Datagrams that they took; without loss as many as requests.
    pub attempts: u64,
    /// From sending to the end, one request's time after the other.
    pub elapsed: Duration,
    /// How responses deviate from the encoding rules (RFC 3417 §8, X.690).
    pub anomalies: Anomalies,
}

impl Details {
    pub(super) fn add(&mut self, attempts: u32, elapsed: Duration, anomalies: Anomalies) {
        self.requests += 1;
        self.attempts += u64::from(attempts);
        self.elapsed = self.elapsed.saturating_add(elapsed);
        self.anomalies = self.anomalies.union(anomalies);
    }
}

/// Collects the [`Details`] of all operations of one session. [`Session::recorded`] makes it.
#[derive(Clone, Debug, Default)]
pub struct Record(Arc<Mutex<Details>>);

impl Record {
    /// What has been collected since the beginning, or since it was [taken](Self::take).
    pub fn details(&self) -> Details {
        *lock(&self.0)
    }

    /// What has been collected; begins anew.
    pub fn take(&self) -> Details {
        std::mem::take(&mut *lock(&self.0))
    }

    /// Something odd that shows when values are read.
    pub(super) fn note(&self, anomaly: Anomaly) {
        lock(&self.0).anomalies.insert(anomaly);
    }

    pub(super) fn add(&self, attempts: u32, elapsed: Duration, anomalies: Anomalies) {
        lock(&self.0).add(attempts, elapsed, anomalies);
    }
}

impl Session {
    /// The same session, and a record of how its operations go: attempts, time, and what is odd about
    /// the encoding of responses.
    ///
    /// ```no_run
    /// # use mibc_runtime::{manager::{Error, Session}, oid::Oid};
    /// # async fn example(session: Session, names: &[Oid]) -> Result<(), Error> {
    /// let (session, record) = session.recorded();
    /// let varbinds = session.get_oids(names).await?;
    /// for anomaly in record.take().anomalies.iter() {
    ///     eprintln!("the device sends a {anomaly}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn recorded(&self) -> (Session, Record) {
        let record = Record::default();
        (Session { record: Some(record.clone()), ..self.clone() }, record)
    }
}
