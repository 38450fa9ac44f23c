//! A request that ends with an error-status.

use crate::message::ErrorStatus;
use crate::oid::OidRef;

use super::handler::ReadError;
use super::set_error::SetError;

/// An error-status and the variable it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub status: ErrorStatus,
    /// 1-based position in the request; 0 for the request as a whole.
    pub index: usize,
    /// An answer is missing.
    pub is_silent: bool,
}

impl Failure {
    /// At the varbind with this position, counted from 0.
    pub(crate) fn at(status: ErrorStatus, position: usize) -> Self {
        Self { status, index: position + 1, is_silent: false }
    }

    /// Of the whole request.
    pub(crate) fn of_request(status: ErrorStatus) -> Self {
        Self { status, index: 0, is_silent: false }
    }

    /// Without an answer.
    fn silent() -> Self {
        Self { is_silent: true, ..Self::of_request(ErrorStatus::GEN_ERR) }
    }

    /// A variable that a handler could not read; the reason goes to the log, not to the manager.
    pub(crate) fn unreadable(position: usize, name: OidRef<'_>, error: &ReadError) -> Self {
        match error.status() {
            Some(ErrorStatus::GEN_ERR) => {
                tracing::warn!(target: crate::logs::AGENT, %name, %error, "a variable could not be read");
                Self::at(ErrorStatus::GEN_ERR, position)
            }
            Some(status) => {
                tracing::debug!(target: crate::logs::AGENT, %name, %error, %status, "a handler refuses a request");
                Self::at(status, position)
            }
            None => {
                tracing::debug!(target: crate::logs::AGENT, %name, %error, "a handler leaves a request without an answer");
                Self::silent()
            }
        }
    }

    /// A SET that a handler refuses.
    pub(crate) fn refused(error: &SetError, position: usize) -> Self {
        match error.status() {
            _ if error.is_silent() => Self::silent(),
            // What could not be undone belongs to no variable (RFC 3416 §4.2.5).
            ErrorStatus::UNDO_FAILED => Self::of_request(ErrorStatus::UNDO_FAILED),
            status => Self::at(status, position),
        }
    }

    /// Keeps a failure, unless one is known of a varbind before it, or of the same.
    pub(crate) fn note(known: &mut Option<Self>, failure: Self) {
        if known.is_none_or(|known| failure.index < known.index) {
            *known = Some(failure);
        }
    }

    /// As SNMPv1 says it (RFC 3584 §4.4). It has no readOnly: what cannot be written is noSuchName (§4.1).
    pub(crate) fn in_v1(self) -> Self {
        Self { status: self.status.to_v1(), ..self }
    }
}
