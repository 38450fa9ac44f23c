//! Receiving notifications: traps and informs of every version (RFC 3413 §3.4).
//!
//! ```no_run
//! use mibc_runtime::listener::Listener;
//! use mibc_runtime::usm::{Auth, Privacy, User};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let operator = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
//! let mut listener = Listener::builder().community("traps").user(operator).bind("0.0.0.0:162").await?;
//! while let Some(notification) = listener.next().await {
//!     println!("{} {:?} {:?}", notification.source, notification.trap_oid, notification.varbinds);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Underneath is [`Receiver`], a datagram in and a notification out, without sockets and clocks.
//!
//! What is decided here:
//!
//! - **Who is listened to.** Only the given communities and users. A user counts on every engine (its keys are made
//!   for an engine when that is first heard), and at the level of its keys: a message in its name that is protected
//!   less is not taken. Only an authentic message gets an engine into the [`MAX_ENGINES`] that are kept.
//! - **Time.** An engine's clock is followed by its authentic messages and never set back: a sender that loses count of
//!   its boots is not in the time window (RFC 3414 §3.2 (7b)) until its boots are what they were or the listener
//!   has forgotten it. What was recorded before the listener first heard an engine can be sent to it once more.
//! - **Informs** are acknowledged when they are in the queue, not when they have been worked on; or, with
//!   [`acknowledge_later`](ListenerBuilder::acknowledge_later), when the application says so.
//! - **A full queue.** When [`QUEUE`] notifications wait, nothing more is read: the kernel keeps what comes in its
//!   buffer, and drops what has no room there. [`Listener::overflows`] counts that. Nothing that waits is thrown away,
//!   and what is read is delivered.
//! - **Odd notifications** are delivered, with what is odd in [`ReceivedNotification::anomalies`], and what cannot be
//!   read of them left out: nobody repeats a trap. A PDU of another version, a field of an SNMPv1 trap that is missing
//!   or of another type, a list that is cut off, sysUpTime.0 or snmpTrapOID.0 in another place or nowhere.
//! - **Duplicates** are not delivered again; of an inform, they are acknowledged again. They take evidence, and in doubt
//!   a notification is delivered: some senders have one request-id for all, and a sysUpTime that is missing, 0 or stands
//!   still. The same varbinds under the same request-id and a sysUpTime that is not 0, from the same address and sender,
//!   are a duplicate within [`DUPLICATE_WINDOW`], if they are authentic or the sender is known to change either number. An inform is a
//!   duplicate within [`RETRY_WINDOW`] also if it has a sysUpTime that is not 0, or the sender is known to change its
//!   request-ids. What is the same to the octet is a duplicate within [`DOUBLED_WINDOW`], and within
//!   [`DUPLICATE_WINDOW`] if it is authentic, since the engine's time is in it. An SNMPv1 trap has no request-id; if its
//!   time is 0, it is never a duplicate.

mod acknowledgement;
mod builder;
mod duplicates;
mod held;
#[allow(clippy::module_inception)] // the module is the application, the file is its handle
mod listener;
mod notification;
mod receiver;
#[cfg(feature = "usm")]
mod remote_engines;
#[cfg(all(feature = "manager", feature = "agent"))]
mod role;
#[cfg(feature = "usm")]
mod v3;

pub use crate::engine::Dropped;
#[cfg(feature = "usm")]
pub use crate::engine::MAX_ENGINES;
pub use acknowledgement::Acknowledgement;
pub use builder::{BindError, ListenerBuilder, QUEUE, QUEUE_OCTETS};
pub use duplicates::{DOUBLED_WINDOW, DUPLICATE_WINDOW, MAX_REMEMBERED, RETRY_WINDOW};
pub use held::{MAX_HELD, Ticket};
pub use listener::Listener;
#[cfg(feature = "usm")]
pub use notification::UserSender;
pub use notification::{ReceivedNotification, Sender};
pub use receiver::{Address, Handled, Receiver};
#[cfg(all(feature = "manager", feature = "agent"))]
pub(crate) use role::ListenerRole;
