//! The dispatcher of an SNMP engine (RFC 3411 §3.1.1, RFC 3412 §4): the one way that every message takes.
//!
//! Octets, their origin and the time go in. By version, security model, contextEngineID and class of PDU the message goes
//! to who takes such: responses and Reports to the [exchanges](crate::engine) that wait for them, requests to the
//! command responder, or to a [`Forwarder`] where the context is not this engine's, notifications to the receiver. Who is not
//! there is [`Nobody`]; that is known at compile time, so that a manager, an agent or a listener by itself pays for nothing
//! else.
//!
//! What comes of no message is [`Dropped`](crate::engine::Dropped), and counted in one place (`count.rs`). Reports, and with
//! them answers to the question for the engine ID, are written in one place as well (`v3.rs`).

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
