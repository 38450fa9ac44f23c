//! Why nothing comes of a message.

use super::{ExchangeId, Rejection, Report};
use crate::ber::{self, Anomalies, ErrorKind};

/// Why nothing comes of a message, whichever application it was for. Each is counted where there is a counter for it,
/// see [`Counters`](super::Counters).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// It is not an SNMP message.
    #[error("not an SNMP message: {0}")]
    Malformed(ber::Error),
    /// It has a version that is not spoken here; SNMPv3 is spoken only if there are users.
    #[error("message version {0} is not spoken here; 0 (SNMPv1) and 1 (SNMPv2c) are, and 3 with users")]
    UnknownVersion(i32),
    /// Its community is not known here.
    #[error("unknown community")]
    UnknownCommunity,
    /// An SNMPv1 request with a Counter64 in it, which SNMPv1 does not have (RFC 3584 §4.2.2.1).
    #[error("an SNMPv1 request contains a Counter64")]
    Counter64InV1,
    /// The context that its community stands for is not known.
    #[error("the context of the community is not known")]
    UnknownContext,
    /// Nobody here takes such a PDU: a request to a manager or listener, a notification to an agent, a response that
    /// only an agent hears.
    #[error("nobody here takes this PDU")]
    UnknownPdu,
    /// A response, and no exchange waits for its ID: late, repeated, or never asked for.
    #[error("a response to no request under way")]
    UnknownRequest,
    /// An exchange waits for it, but from another address.
    #[error("a response from another address than the one asked")]
    WrongSource(ExchangeId),
    /// An exchange waits for it, but in another version.
    #[error("a response in another version of SNMP than the request")]
    WrongVersion(ExchangeId),
    /// An exchange waits for it, but it does not carry the community of the request (RFC 3584 §5.2.1).
    #[error("a response with another community than the request")]
    WrongCommunity(ExchangeId),
    /// An exchange waits for it, but its peer is to follow the encoding rules, and these are the deviations.
    #[error("a response that breaks the encoding rules ({1})")]
    NotStrict(ExchangeId, Anomalies),
    /// An exchange waits for it, but it cannot be believed.
    #[error("a response that cannot be believed ({1})")]
    Rejected(ExchangeId, Rejection),
    /// A notification that has been here before.
    #[error("a duplicate")]
    Duplicate,
    /// The queue of notifications is full; an inform will come again.
    #[error("there is no room for another notification: the application takes them too slowly")]
    NoRoom,
    /// SNMPv3 with a security model that is not known here.
    #[error("unknown security model {0}")]
    SecurityModel(i32),
    /// SNMPv3 with flags for privacy without authentication.
    #[error("privacy without authentication")]
    InvalidFlags,
    /// SNMPv3: this is wrong with it, and its sender is not to be told. What to do about it is said for the one who
    /// hears it.
    #[error("{} ({})", advice(*.0), .0.counter())]
    Reported(Report),
    /// SNMPv3: a notification whose user is to protect it better than that.
    #[error("a lower security level than the user is to have")]
    Level,
    /// SNMPv3: a request that names another authoritative engine than this one (RFC 3412 §7.2 (13)).
    #[error("an inform for another engine")]
    OtherEngine,
    /// A handler leaves it without an answer.
    #[error("a handler leaves the request without an answer")]
    Withheld,
    /// It was for another engine, and could not be forwarded to it, or an answer did not come.
    #[error("it could not be forwarded")]
    NotForwarded,
    /// Not even the answer tooBig fits the limit on messages.
    #[error("no answer fits the message size limit of {limit} octets")]
    Silent {
        /// The limit.
        limit: usize,
    },
}

impl Dropped {
    /// What cannot be read.
    pub(crate) fn malformed(error: ber::Error) -> Self {
        match error.kind {
            ErrorKind::Version(version) => Self::UnknownVersion(version),
            _ => Self::Malformed(error),
        }
    }

    /// The exchange that waits for it, if that is known.
    pub fn exchange(self) -> Option<ExchangeId> {
        match self {
            Self::WrongSource(id)
            | Self::WrongVersion(id)
            | Self::WrongCommunity(id)
            | Self::NotStrict(id, _)
            | Self::Rejected(id, _) => Some(id),
            _ => None,
        }
    }
}

/// What is wrong, as seen by the receiver.
fn advice(report: Report) -> &'static str {
    match report {
        Report::UnknownEngineId => "unknown engine ID: it is not this engine, or not one that is listened to",
        Report::UnknownUser => "unknown user name: there is no such user here; add it with `.user(..)`",
        Report::UnsupportedLevel => {
            "unsupported security level: the user has no such keys here; give it the protocols of the sender"
        }
        Report::WrongDigest => {
            "wrong digest: the authentication passphrase or protocol differs from the sender's"
        }
        Report::NotInTimeWindow => {
            "not in the time window: the message is old, or its sender does not keep its boots"
        }
        Report::DecryptionError => {
            "decryption error: the privacy passphrase or protocol differs from the sender's; with AES-192 and AES-256 \
             try the other key extension (Reeder or not)"
        }
        _ => "a message that is for nobody here",
    }
}
