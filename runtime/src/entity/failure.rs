//! A request that ends with an error-status.

use crate::message::ErrorStatus;
use crate::oid::OidRef;

use super::handler::ReadError;

/// An error-status and the variable it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub status: ErrorStatus,
    /// 1-based position in the request; 0 for the request as a whole.
    pub index: usize,
}

impl Failure {
    /// At the varbind with this position, counted from 0.
    pub(crate) fn at(status: ErrorStatus, position: usize) -> Self {
        Self { status, index: position + 1 }
    }

    /// Of the whole request.
    pub(crate) fn of_request(status: ErrorStatus) -> Self {
        Self { status, index: 0 }
    }

    /// A variable that a provider could not read; the reason goes to the log, not to the manager.
    pub(crate) fn unreadable(position: usize, name: OidRef<'_>, error: &ReadError) -> Self {
        tracing::warn!(%name, %error, "a variable could not be read");
        Self::at(ErrorStatus::GEN_ERR, position)
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
