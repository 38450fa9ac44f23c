//! Who takes records.

use super::record::Record;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A batch on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Takes batches of records to one place.
///
/// Its worker has one batch on its way at a time, and sends what was not taken again. A sink keeps its connection, and
/// makes a new one in [`send`](Self::send) when that has broken. It limits how long it waits for an answer.
///
/// ```
/// # #[cfg(feature = "delivery")] {
/// use mibc_collect::delivery::{Failure, Record, Sending, Sink};
///
/// /// Keeps what it is given, up to a limit.
/// struct Shelf(Vec<Record>);
///
/// impl Sink for Shelf {
///     fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
///         Box::pin(async move {
///             for (taken, record) in batch.iter().enumerate() {
///                 if self.0.len() == 10 {
///                     return Err(Failure::again("the shelf is full").taken(taken));
///                 }
///                 self.0.push(record.clone());
///             }
///             Ok(())
///         })
///     }
/// }
/// # }
/// ```
pub trait Sink: Send + 'static {
    /// Sends a batch, which is never empty. `Ok` says that the receiver has taken all of it: it would be there after the
    /// receiver's process was killed, as far as the receiver promises that to anybody.
    ///
    /// The future may be dropped half-way, when the output ends. The next call begins anew.
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a>;

    /// Nothing more is to be sent: the end of a connection or a process, where that is worth waiting for.
    fn close(&mut self) -> Sending<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Why a batch was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// So many records from the beginning of the batch were taken all the same.
    pub taken: usize,
    /// What to do with the others.
    pub kind: Kind,
    /// What is wrong, in words, with the place that says so.
    pub reason: String,
}

/// What to do with records that were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Try again: after a pause of the worker's choice, or no sooner than the receiver has asked for.
    Again(Option<Duration>),
    /// The receiver will never take the batch as it is. The worker sends its records in smaller batches, and drops one
    /// that is refused when sent without others.
    Refused,
}

impl Failure {
    /// Worth another attempt: the receiver is away, busy or broken.
    pub fn again(reason: impl Into<String>) -> Self {
        Self { taken: 0, kind: Kind::Again(None), reason: reason.into() }
    }

    /// Another attempt would end in the same way: the receiver has understood the batch and does not want it.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self { taken: 0, kind: Kind::Refused, reason: reason.into() }
    }

    /// So many records from the beginning of the batch were taken.
    #[must_use]
    pub fn taken(mut self, records: usize) -> Self {
        self.taken = records;
        self
    }

    /// The receiver asks to wait so long. Without effect on what is refused.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        if let Kind::Again(after) = &mut self.kind {
            *after = Some(pause);
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Failure {}
