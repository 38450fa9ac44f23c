//! Everything that can go wrong for a manager.

use super::OpenCircuit;
use super::error_text::{Before, Came};
use crate::ber::Anomalies;
use crate::engine::{MAX_EXCHANGES, Report, Unaccepted};
use crate::index::IndexError;
use crate::message::{ErrorStatus, PduKind};
use crate::oid::Oid;
use crate::typed::{DecodeError, NameError, ObjectRef};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Why a manager could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No socket could be bound.
    #[error("no UDP socket could be bound: {source}")]
    Bind {
        /// What the system says.
        source: io::Error,
    },
    /// A variable cannot be named; nothing was sent.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The target's name has no address.
    #[error("{at}: the name has no address that can be used: {source}")]
    Resolve {
        /// How far the operation came.
        at: Box<Attempt>,
        /// What the resolver says.
        source: io::Error,
    },
    /// The request could not be sent.
    #[error("{at}: the request could not be sent: {source}")]
    Send {
        /// How far the operation came.
        at: Box<Attempt>,
        /// What the system says.
        source: io::Error,
    },
    /// The request is longer than a message can be; nothing was sent. Ask for less at a time.
    #[error("{at}: the request is longer than {limit} octets")]
    TooLarge {
        /// How far the operation came.
        at: Box<Attempt>,
        /// Longest message, in octets.
        limit: usize,
    },
    /// Too many requests are outstanding; nothing was sent.
    #[error("{at}: {MAX_EXCHANGES} requests of this manager are outstanding")]
    Busy {
        /// How far the operation came.
        at: Box<Attempt>,
    },
    /// No response came that could be accepted. Agents also say nothing to a community they do not know. What came all
    /// the same is in [`Attempt::dropped`].
    #[error("{at}: no response{}{hint}", Came(&.at.dropped, .wrong_source))]
    Timeout {
        /// How far the operation came.
        at: Box<Attempt>,
        /// A response came from this other address;
        /// [`Target::any_source`](super::Target::any_source) accepts such.
        wrong_source: Option<SocketAddr>,
        /// What else could be the reason, if something is known of it.
        hint: Hint,
    },
    /// The operation did not end within its deadline. What came in answer to its last request and was not accepted is
    /// in [`Attempt::dropped`].
    #[error(
        "{at}: the deadline came after {:.1} s{}", .at.elapsed.as_secs_f64(), Before(&.at.dropped, .wrong_source)
    )]
    Deadline {
        /// How far the operation came; `elapsed` is that of the whole operation.
        at: Box<Attempt>,
        /// As for [`Timeout`](Self::Timeout).
        wrong_source: Option<SocketAddr>,
    },
    /// The target has not answered for a while and is not asked for now; nothing was sent. See
    /// [`Breaker`](super::Breaker).
    #[error("{at}: not asked: {circuit}")]
    CircuitOpen {
        /// How far the operation came.
        at: Box<Attempt>,
        /// Since when, and until when.
        circuit: OpenCircuit,
    },
    /// SNMPv3: the agent does not process the request, and says why.
    #[error("{at}: {report}")]
    Report {
        /// How far the operation came.
        at: Box<Attempt>,
        /// Which counter the agent reported.
        report: Report,
        /// Its value there; 0 if the agent does not say one.
        value: u32,
    },
    /// SNMPv3: the target's user cannot be worked with; nothing was sent.
    #[cfg(feature = "usm")]
    #[error("{target}: {source}")]
    User {
        /// The target, as it was given.
        target: String,
        /// What is wrong with the user.
        source: crate::usm::UserError,
    },
    /// The agent refused the request.
    #[error("{at}: {}the agent answered {status}", Subject(.object, .oid))]
    Status {
        /// How far the operation came.
        at: Box<Attempt>,
        /// The error status.
        status: ErrorStatus,
        /// Which varbind of the request it is about, from 1; 0 for none in particular.
        index: i32,
        /// The name of that varbind.
        oid: Option<Oid>,
        /// The object that it is an instance of, if the request was typed.
        object: Option<ObjectRef>,
    },
    /// The response does not give the value: an exception, another type, or a hole.
    #[error("{at}: {source}")]
    Value {
        /// How far the operation came.
        at: Box<Attempt>,
        /// Which object, and what is wrong.
        source: DecodeError,
    },
    /// A row has an index that its table cannot have.
    #[error("{at}: the index in {oid} does not fit {object}: {source}")]
    Index {
        /// How far the operation came.
        at: Box<Attempt>,
        /// A name in that row.
        oid: Oid,
        /// The first of the columns.
        object: ObjectRef,
        /// What is wrong.
        source: IndexError,
    },
    /// The agent's names do not increase, so the walk would never end.
    #[error("{at}: the agent's names do not increase: {found} came after {previous}")]
    NotIncreasing {
        /// How far the operation came.
        at: Box<Attempt>,
        /// The name that was asked for, or the one before.
        previous: Oid,
        /// The name that came after it.
        found: Oid,
    },
    /// A walk or table read gave more than its limit.
    #[error("{at}: more than the limit of {limit} came")]
    Limit {
        /// How far the operation came.
        at: Box<Attempt>,
        /// The limit that was set.
        limit: usize,
    },
    /// The response has fewer varbinds than asked for, or other ones.
    #[error("{at}: the response does not fit the request: {what}")]
    Mismatch {
        /// How far the operation came.
        at: Box<Attempt>,
        /// What does not fit.
        what: &'static str,
    },
    /// The manager was stopped, or the runtime on which it was bound has ended.
    #[error("{at}: the manager was stopped, or its runtime has ended")]
    Closed {
        /// How far the operation came.
        at: Box<Attempt>,
    },
    /// A blocking operation was called inside an asynchronous runtime, which it would bring to a stop.
    #[error(
        "a blocking operation inside an asynchronous runtime: call it from a thread of its own \
         (`std::thread::spawn`), or use the asynchronous `Manager`"
    )]
    InsideRuntime,
}

impl Error {
    /// How far the operation came; `None` when it was not begun.
    pub fn attempt(&self) -> Option<&Attempt> {
        match self {
            Error::Bind { .. } | Error::Name(_) | Error::InsideRuntime => None,
            #[cfg(feature = "usm")]
            Error::User { .. } => None,
            Error::Resolve { at, .. }
            | Error::Send { at, .. }
            | Error::TooLarge { at, .. }
            | Error::Busy { at }
            | Error::Timeout { at, .. }
            | Error::Deadline { at, .. }
            | Error::CircuitOpen { at, .. }
            | Error::Report { at, .. }
            | Error::Status { at, .. }
            | Error::Value { at, .. }
            | Error::Index { at, .. }
            | Error::NotIncreasing { at, .. }
            | Error::Limit { at, .. }
            | Error::Mismatch { at, .. }
            | Error::Closed { at } => Some(at),
        }
    }

    /// True when no response came, whether by a timeout or by a deadline.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Error::Timeout { .. } | Error::Deadline { .. })
    }
}

/// How far an operation got: the target, the phase, the attempts and the time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The target, as it was given.
    pub target: String,
    /// What was going on.
    pub phase: Phase,
    /// How many times the present request was sent.
    pub attempt: u32,
    /// How many times it may be sent at most.
    pub attempts: u32,
    /// Since the present request was begun.
    pub elapsed: Duration,
    /// How the response deviates from the encoding rules: the one that the error is about, or after a
    /// timeout those that strict rules refused.
    pub anomalies: Anomalies,
    /// After a timeout or a deadline, the answers that came and were not accepted.
    pub dropped: Unaccepted,
    /// Whether the target has ever answered a request of this manager.
    pub answered: bool,
}

/// What an operation was busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the target's name.
    Resolve,
    /// SNMPv3: asking for the engine ID.
    Discovery,
    /// Exchanging a request for a response.
    Request {
        /// Which operation.
        kind: PduKind,
        /// Which request of the walk or table read, or of an operation that took several; from 1.
        number: u32,
    },
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.target, self.phase)?;
        if self.attempt > 0 {
            let Self { attempt, attempts, elapsed, .. } = self;
            write!(f, ", attempt {attempt} of {attempts} after {:.1} s", elapsed.as_secs_f64())?;
        }
        Ok(())
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, number) = match self {
            Phase::Resolve => return f.write_str("name look-up"),
            Phase::Discovery => return f.write_str("discovery of the engine ID"),
            Phase::Request { kind, number } => (kind, number),
        };
        f.write_str(match kind {
            PduKind::Get => "get",
            PduKind::GetNext => "get-next",
            PduKind::GetBulk => "get-bulk",
            PduKind::Set => "set",
            PduKind::Inform => "inform",
            _ => "request",
        })?;
        if *number > 1 { write!(f, " (request {number})") } else { Ok(()) }
    }
}

/// Prints `ifAdminStatus.1 (1.3.6.1.2.1.2.2.1.7.1): `, or as much of it as is known.
struct Subject<'a>(&'a Option<ObjectRef>, &'a Option<Oid>);

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject(Some(object), Some(oid)) => write!(f, "{} ({oid}): ", object.instance_name(oid)),
            Subject(None, Some(oid)) => write!(f, "{oid}: "),
            Subject(_, None) => Ok(()),
        }
    }
}

/// A further reason why nothing may have come. Prints as the end of a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// Nothing is known.
    #[default]
    None,
    /// The request was encrypted, and the agent knows the user and its authentication key or would have
    /// said so: there are agents that say nothing to what they cannot decrypt.
    Privacy,
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hint::None => "",
            Hint::Privacy => {
                "; agents may say nothing to what they cannot decrypt: perhaps the privacy passphrase or protocol \
                 differs from the agent's, or with AES-192 and AES-256 the key extension (Reeder or not)"
            }
        })
    }
}
