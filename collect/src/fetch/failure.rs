//! What could not be read, and why.

use crate::module::Asking;
use mibc_runtime::manager::{Error, Hint};
use mibc_runtime::oid::Oid;
use std::time::{Duration, Instant};

/// A subtree that could not be read to its end, or variables that could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The subtree, or the first of the variables.
    pub oid: Oid,
    /// What was done.
    pub what: What,
    /// Why it failed.
    pub cause: Cause,
}

/// Why something was not read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// What the manager says.
    Manager(Error),
    /// No answer came.
    NoAnswer {
        /// How often the device was asked.
        requests: u32,
        /// How long it took.
        after: Duration,
        /// Whether the time for it ended before the device was asked as often as it may be.
        cut: bool,
    },
    /// The time ended before all had come.
    Overdue {
        /// How long it took until then.
        after: Duration,
    },
    /// The device gives more than is kept. What came before is used.
    TooMuch,
    /// Names and labels of the samples are longer than they may be. What came before is used.
    TooMuchText {
        /// Variables that have no samples.
        variables: usize,
    },
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        match error {
            // Nothing more is known of it.
            Error::Timeout { at, hint: Hint::None, .. } if at.dropped.last.is_none() => {
                Self::NoAnswer { requests: at.attempt, after: at.elapsed, cut: false }
            }
            error => Self::Manager(error),
        }
    }
}

impl Cause {
    /// The time ended before an answer came.
    pub(super) fn cut(asking: Asking, begun: Instant) -> Self {
        let after = begun.elapsed();
        Self::NoAnswer { requests: asked(asking, after), after, cut: true }
    }

    /// Whether it means that the device does not answer at all.
    pub(super) fn is_silence(&self) -> bool {
        match self {
            Self::Manager(error) => matches!(
                error,
                Error::Timeout { .. }
                    | Error::Deadline { .. }
                    | Error::CircuitOpen { .. }
                    | Error::Send { .. }
            ),
            Self::NoAnswer { .. } => true,
            _ => false,
        }
    }

    /// Whether the device answers that it does not do what it is asked: the user, the passphrase or the view is wrong.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Manager(Error::Report { .. } | Error::Status { .. }))
    }

    /// Whether whatever else is asked would fail in the same way.
    pub(super) fn is_for_all(&self) -> bool {
        self.is_silence() || matches!(self, Self::Manager(Error::Report { .. }))
    }

    /// Whether more time could have helped.
    #[cfg(feature = "exporter")]
    pub(crate) fn is_time(&self) -> bool {
        matches!(
            self,
            Self::Manager(Error::Deadline { .. }) | Self::NoAnswer { cut: true, .. } | Self::Overdue { .. }
        )
    }
}

/// How many requests have gone out by then: each waits as long as the first. After the last one a walk asks once for less.
pub(super) fn asked(asking: Asking, after: Duration) -> u32 {
    let waited = after.as_millis() / asking.timeout.as_millis().max(1);
    u32::try_from(waited).unwrap_or(u32::MAX).min(asking.retries.saturating_add(1)) + 1
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // Who it is about is said already.
            Self::Manager(Error::CircuitOpen { circuit, .. }) => write!(f, "not asked: {circuit}"),
            Self::Manager(Error::Report { report, .. }) => write!(f, "refused: {report}"),
            Self::Manager(error) => error.fmt(f),
            Self::NoAnswer { requests, after, cut } => {
                let requests =
                    if *requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") };
                write!(f, "no response to {requests} in {:.1} s", after.as_secs_f64())?;
                f.write_str(if *cut { ", when the time for it ended" } else { "" })
            }
            Self::Overdue { after } => {
                write!(f, "the time ended after {:.1} s, before all had come", after.as_secs_f64())
            }
            Self::TooMuch => {
                write!(
                    f,
                    "the device gives more than {} MiB; what came before is used",
                    super::MOST_OCTETS >> 20
                )
            }
            Self::TooMuchText { variables } => {
                write!(f, "{variables} variables have no samples, because their text is too long")
            }
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Variables were asked for by name.
    Get,
    /// A subtree was walked.
    Walk,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Cause::TooMuchText { .. } = self.cause {
            return self.cause.fmt(f);
        }
        let what = match self.what {
            What::Get => "get",
            What::Walk => "walk",
        };
        write!(f, "{what} of {}: {}", self.oid, self.cause)
    }
}
