//! The dispatcher of an SNMP engine (RFC 3411 §3.1.1, RFC 3412 §4). Every message goes through it.
//!
//! It gets octets, their origin and the time. By version, security model, contextEngineID and class of PDU it hands the
//! message on: responses and Reports to the [exchanges](crate::engine) that wait for them, notifications to the receiver,
//! requests to the command responder, or to a `Forwarder` if their context belongs to another engine. A role that an
//! application does not have is `Nobody`. This is known at compile time, so a manager, an agent or a listener by itself pays
//! for nothing else.
//!
//! Why a message was dropped is a [`Dropped`](crate::engine::Dropped), and `count.rs` is the one place that counts them.
//! `v3.rs` is the one place that writes Reports, including the answers to engine ID discovery.

mod applications;
mod arrival;
mod count;
#[allow(clippy::module_inception)] // the module has what the dispatcher meets, the file is itself
mod dispatcher;
mod manager;
#[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
mod maybe;
#[cfg(all(test, feature = "manager", feature = "agent", feature = "listener", feature = "usm"))]
mod tests;
#[cfg(feature = "usm")]
mod v3;

#[cfg(feature = "usm")]
pub(crate) use applications::{Accepted, Answer, Refusal};
pub(crate) use applications::{Nobody, TakesNotifications, TakesRequests, TakesResponses};
pub use arrival::Arrival;
pub(crate) use count::count_dropped;
pub(crate) use dispatcher::{Dispatched, Dispatcher};
