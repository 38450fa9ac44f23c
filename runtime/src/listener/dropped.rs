//! Why a datagram is not a notification.

use crate::ber;
use crate::engine::Report;

/// Why nothing comes of a datagram. Each is counted, see [`Counters`](crate::engine::Counters).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// It is not an SNMP message.
    #[error("not an SNMP message: {0}")]
    Malformed(ber::Error),
    /// It has a version that is not listened to; SNMPv3 is listened to only if there are users.
    #[error("message version {0} is not listened to; 0 (SNMPv1) and 1 (SNMPv2c) are, and 3 with users")]
    UnknownVersion(i32),
    /// Its community is not one that the listener accepts.
    #[error("unknown community; the listener takes those given with `.community(..)`")]
    UnknownCommunity,
    /// It is neither a trap nor an inform.
    #[error("neither a trap nor an inform")]
    NotANotification,
    /// An SNMPv1 trap whose enterprise is too long to make an snmpTrapOID of. No longer a reason: it is delivered
    /// without one.
    #[error("an SNMPv1 trap that has no snmpTrapOID: its enterprise has too many sub-identifiers")]
    NoIdentity,
    /// A trap that has been here before.
    #[error("a duplicate")]
    Duplicate,
    /// [`Receiver::handle`](super::Receiver::handle) was told not to accept more; an inform will come again.
    #[error("there is no room for another notification: the application takes them too slowly")]
    NoRoom,
    /// SNMPv3 with a security model other than the user-based one.
    #[error("unknown security model {0}")]
    SecurityModel(i32),
    /// SNMPv3 with flags for privacy without authentication.
    #[error("privacy without authentication")]
    InvalidFlags,
    /// SNMPv3: this is wrong with it, and its sender is not to be told. What to do about it is said for the one who
    /// listens.
    #[error("{} ({})", advice(*.0), .0.counter())]
    Reported(Report),
    /// SNMPv3: its user is to protect notifications better than that.
    #[error("a lower security level than the user is to have")]
    Level,
    /// SNMPv3: a request that names another authoritative engine than the listener (RFC 3412 §7.2 (13)).
    #[error("an inform for another engine")]
    OtherEngine,
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
            ber::ErrorKind::Version(version) => Self::UnknownVersion(version),
            _ => Self::Malformed(error),
        }
    }
}

/// What is wrong, as seen by the receiver.
fn advice(report: Report) -> &'static str {
    match report {
        Report::UnknownEngineId => "unknown engine ID: it is not one that the listener is to take",
        Report::UnknownUser => "unknown user name: the listener has no such user; add it with `.user(..)`",
        Report::UnsupportedLevel => {
            "unsupported security level: the listener's user has no such keys; give it the protocols of the sender"
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
        _ => "a message that is not for the listener",
    }
}
