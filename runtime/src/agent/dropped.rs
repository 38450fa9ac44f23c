//! Why a datagram gets no answer.

use crate::ber::{self, ErrorKind};
use crate::engine::Report;

/// Why a datagram gets no answer. Each is counted, see [`Counters`](super::Counters).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// It is no SNMP message.
    #[error("not an SNMP message: {0}")]
    Malformed(ber::Error),
    /// It has a version that is not served; SNMPv3 is served only if there are users.
    #[error("message version {0} is not served; 0 (SNMPv1) and 1 (SNMPv2c) are, and 3 with users")]
    UnknownVersion(i32),
    /// Its community is none of the agent's.
    #[error("unknown community")]
    UnknownCommunity,
    /// An SNMPv1 request with a Counter64 in it, which SNMPv1 does not have (RFC 3584 §4.2.2.1).
    #[error("an SNMPv1 request contains a Counter64")]
    Counter64InV1,
    /// The context that its community stands for is not known.
    #[error("the context of the community is not known")]
    UnknownContext,
    /// Its PDU is not a request.
    #[error("an agent does not answer this PDU")]
    NotARequest,
    /// SNMPv3 with a security model other than the user-based one; no Report answers that.
    #[error("unknown security model {0}")]
    SecurityModel(i32),
    /// SNMPv3 with flags for privacy without authentication.
    #[error("privacy without authentication")]
    InvalidFlags,
    /// SNMPv3: this is wrong with it, and its sender is not to be told.
    #[error("{}", .0.counter())]
    Reported(Report),
    /// A handler leaves it without an answer.
    #[error("a handler leaves the request without an answer")]
    Withheld,
    /// Not even the answer tooBig fits the limit on messages.
    #[error("no answer fits the message size limit of {limit} octets")]
    Silent {
        /// The limit.
        limit: usize,
    },
}

impl Dropped {
    pub(super) fn malformed(error: ber::Error) -> Self {
        match error.kind {
            ErrorKind::Version(version) => Self::UnknownVersion(version),
            _ => Self::Malformed(error),
        }
    }
}
