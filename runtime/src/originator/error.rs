//! Why a notification did not get to a receiver.

use std::io;
use std::time::Duration;

use super::receiver::Unusable;
use crate::access::Refusal;
use crate::ber::TooLarge;
use crate::engine::Report;
use crate::message::{ErrorStatus, NotConvertible};
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::typed::NameError;

/// Why a notification was not sent, or not received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// An instance in the notification has no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The OID of the notification is none.
    #[error("the notification has no valid OID: {0}")]
    Identity(#[from] crate::oid::OidError),
    /// It has no SNMPv1 form.
    #[error("the notification cannot be sent as an SNMPv1 trap: {0}")]
    NotV1(#[from] NotConvertible),
    /// It is larger than a datagram.
    #[error("the notification is too large: {0}")]
    TooLarge(#[from] TooLarge),
    /// The user of the sink cannot be worked with.
    #[cfg(feature = "usm")]
    #[error("the user of the sink cannot be used: {0}")]
    User(#[from] crate::usm::UserError),
    /// SNMPv3 traps are sent by an engine, and the agent is none.
    #[cfg(feature = "usm")]
    #[error("the agent is no engine of SNMPv3: give its builder a user, an engine store, or this sink")]
    NoEngine,
    /// The runtime in which the agent was bound has ended, so nothing is sent any more.
    #[error("the runtime in which the agent was bound has ended: it cannot send notifications any more")]
    Ended,
    /// The receiver's rows do not say how to send to it.
    #[error("nothing can be sent to {address}: {reason}")]
    Unusable {
        /// The receiver.
        address: TransportAddress,
        /// What is wrong with them.
        reason: Unusable,
    },
    /// No row of snmpCommunityTable is for the receiver's security name, the context and the address.
    #[error(
        "no community is known for {address}: no row of snmpCommunityTable has its security name, the context of the \
         notification and a transport tag that selects the address"
    )]
    NoCommunity {
        /// The receiver.
        address: TransportAddress,
    },
    /// Access control gives the receiver no view of notifications.
    #[error("{address} may see no notification of this context: {refusal}")]
    NoView {
        /// The receiver.
        address: TransportAddress,
        /// Why not.
        refusal: Refusal,
    },
    /// The notification itself or one of its variables is not in the receiver's view.
    #[error("{address} may not see {name}, which the notification has: its notify view does not include it")]
    Hidden {
        /// The receiver.
        address: TransportAddress,
        /// The OID of the notification, or the name of the first such variable.
        name: Oid,
    },
    /// Too many notifications wait for this receiver, or for all of them.
    #[error("the notification for {address} is dropped: {waiting} wait already, the limit is {limit}")]
    QueueFull {
        /// The receiver.
        address: TransportAddress,
        /// How much waits, in the unit of the limit.
        waiting: usize,
        /// The limit that is reached.
        limit: QueueLimit,
    },
    /// The system refuses to send it.
    #[error("cannot send the notification to {address}: {source}")]
    Socket {
        /// The receiver.
        address: TransportAddress,
        /// What the system says.
        source: io::Error,
    },
    /// An inform has not been acknowledged.
    #[error("{address} has not acknowledged the inform: sent {attempts} times within {elapsed:?}")]
    Unacknowledged {
        /// The receiver.
        address: TransportAddress,
        /// How often it was sent.
        attempts: u32,
        /// How long that took, the last wait included.
        elapsed: Duration,
    },
    /// The receiver of an inform over SNMPv3 does not tell its engine ID.
    #[error(
        "{address} does not tell its engine ID, which an inform over SNMPv3 takes: asked {attempts} times"
    )]
    Undiscovered {
        /// The receiver.
        address: TransportAddress,
        /// How often it was asked.
        attempts: u32,
    },
    /// The receiver of an inform answers with a Report.
    #[error("{address} refuses the inform: {report}")]
    Report {
        /// The receiver.
        address: TransportAddress,
        /// What it says.
        report: Report,
    },
    /// The receiver of an inform answers with an error.
    #[error("{address} refuses the inform: {status}")]
    Refused {
        /// The receiver.
        address: TransportAddress,
        /// The error.
        status: ErrorStatus,
    },
}

/// A limit of what may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueLimit {
    /// Notifications for one receiver.
    #[error("{0} for one receiver")]
    Receiver(usize),
    /// Notifications for all receivers.
    #[error("{0} for all receivers")]
    Total(usize),
    /// Octets of all notifications that wait.
    #[error("{0} octets for all receivers")]
    Octets(usize),
}
