//! The notification originator (RFC 3413 §3.3): who gets a notification, what each may see of it, and how it gets there.
//!
//! [`Targets`] hold the tables of SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB and SNMP-COMMUNITY-MIB, and that of SNMP-PROXY-MIB
//! for messages that are passed on. An [`Originator`] takes an [`Event`], and for every receiver that the tables select asks the filters (§6) and access control, makes a message in
//! the receiver's version, has it sent, and hears whether it was acknowledged. It has neither sockets nor exchanges, and takes
//! time and random numbers as arguments; [`Agent`](crate::agent::Agent) runs one.
//!
//! What the standards leave open:
//!
//! - A target that is selected by several rows of snmpNotifyTable gets one trap and one inform at most.
//! - Each address has a queue of its own, so that a receiver that is slow or gone delays no other. [`Limits`] say how much
//!   may wait; the newest is dropped.
//! - Informs that are not acknowledged are sent again after twice the time of the time before.
//! - Filters and views are asked about every variable of the message, sysUpTime.0 and snmpTrapOID.0 included.

mod compose;
mod counters;
mod errand;
mod error;
mod event;
mod filter;
mod lane;
#[allow(clippy::module_inception)] // the module is the application, the file is its state machine
mod originator;
mod places;
#[cfg(feature = "manager")]
mod proxied;
mod receiver;
mod report;
mod reports;
mod rows;
mod selection;
mod tables;
mod tags;
mod targets;
mod transport_mask;
#[cfg(feature = "usm")]
mod v3;
mod views;

pub use counters::OriginatorCounters;
pub(crate) use errand::InformPeer;
pub use errand::{Errand, InformErrand, SendId, TrapErrand};
pub use error::{NotifyError, QueueLimit};
pub use event::{Event, EventError};
pub use lane::Limits;
pub use originator::Originator;
#[cfg(feature = "manager")]
pub(crate) use proxied::{Destination, Identity, Proxied};
pub(crate) use receiver::Receiver;
pub use receiver::Unusable;
pub use report::{Delivered, Delivery, NotifyReport};
pub use reports::Ticket;
pub use rows::{
    CommunityEntry, MpModel, Notify, NotifyType, ProxyEntry, ProxyType, RowError, TargetAddress, TargetParams,
};
pub use tables::{Rows, TargetTables};
pub use tags::{MAX_TAGS, Tag, TagError, TagList};
pub use targets::Targets;
pub use transport_mask::{from_domain, to_domain};

/// How long a trap may take to leave: a connection has to be opened, and its receiver has to read.
pub const TRAP_TIMEOUT: std::time::Duration = crate::trap::TRAP_TIMEOUT;

#[cfg(test)]
mod tests;
