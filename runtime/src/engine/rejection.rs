//! Why a message of SNMPv3 is not believed.

use core::fmt;

/// What does not fit about a message whose msgID does. It is dropped, and the request keeps waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// It is protected less than the request was, or in a way that is not a valid level.
    Level,
    /// It is from another engine than the one asked.
    EngineId,
    /// Its engine ID is not one by the standard; [`V3Peer::any_engine_id`](super::V3Peer::any_engine_id) accepts such.
    IllegalEngineId,
    /// It names another user.
    User,
    /// Its digest is wrong.
    Digest,
    /// It cannot be decrypted.
    Decryption,
    /// It is too old.
    TimeWindow,
    /// It names another context.
    Context,
    /// Its request-id is that of another request.
    RequestId,
    /// It is a Report that would move the clock, and nobody vouches for it.
    Unauthenticated,
    /// It is a Report about an attempt that an earlier Report has led to another one: a repeated or late one.
    Superseded,
}

#[cfg(feature = "usm")]
impl Rejection {
    /// What is wrong, where there is a counter for it (RFC 3414 §3.2).
    pub(crate) fn report(self) -> Option<super::Report> {
        use super::Report;
        Some(match self {
            Rejection::Level => Report::UnsupportedLevel,
            Rejection::EngineId | Rejection::IllegalEngineId => Report::UnknownEngineId,
            Rejection::User => Report::UnknownUser,
            Rejection::Digest => Report::WrongDigest,
            Rejection::Decryption => Report::DecryptionError,
            Rejection::TimeWindow => Report::NotInTimeWindow,
            _ => return None,
        })
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rejection::Level => "another security level than asked for",
            Rejection::EngineId => "another engine than the one asked",
            Rejection::IllegalEngineId => "an engine ID that is not of 5 to 32 octets, or all 00 or FF",
            Rejection::User => "another user",
            Rejection::Digest => "wrong digest",
            Rejection::Decryption => "decryption error",
            Rejection::TimeWindow => "not in the time window",
            Rejection::Context => "another context",
            Rejection::RequestId => "another request-id",
            Rejection::Unauthenticated => "an unauthenticated report about the clock",
            Rejection::Superseded => "a report about an earlier attempt",
        })
    }
}
