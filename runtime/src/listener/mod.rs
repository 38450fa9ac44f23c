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
//! - **Who is listened to.** Communities and users that are given, nobody else. A user counts on every engine (its keys
//!   are made for an engine when that is first heard), and at the level of its keys: in its name nothing is taken that
//!   is protected less. An engine gets into the [`MAX_ENGINES`] that are kept by an authentic message alone.
//! - **Time.** An engine's clock is followed by its authentic messages and never set back: a sender that loses count of
//!   its boots is not in the time window (RFC 3414 §3.2 (7b)) until its boots are what they were or the listener
//!   has forgotten it. What was recorded before the listener first heard an engine can be sent to it once more.
//! - **Informs** are acknowledged when they are in the queue, not when they have been worked on.
//! - **A full queue.** When [`QUEUE`] notifications wait, further traps are lost, and further informs are not
//!   acknowledged, so that their senders repeat them; [`Listener::overflows`] counts both. Nothing that waits is
//!   thrown away.
//! - **Duplicates** are the same varbinds under the same request-id from the same address and sender within
//!   [`DUPLICATE_WINDOW`]. They are not delivered again; of an inform, they are acknowledged again. An SNMPv1 trap has
//!   no request-id: it is a duplicate when every octet is the same, its time included, unless that is 0.

mod builder;
mod dropped;
mod duplicates;
#[allow(clippy::module_inception)] // the module is the application, the file is its handle
mod listener;
mod notification;
mod receiver;
#[cfg(feature = "usm")]
mod remote_engines;
#[cfg(feature = "usm")]
mod v3;

pub use builder::{BindError, ListenerBuilder, QUEUE};
pub use dropped::Dropped;
pub use duplicates::{DUPLICATE_WINDOW, MAX_REMEMBERED};
pub use listener::Listener;
#[cfg(feature = "usm")]
pub use notification::UserSender;
pub use notification::{ReceivedNotification, Sender};
pub use receiver::{Handled, Receiver};
#[cfg(feature = "usm")]
pub use remote_engines::MAX_ENGINES;
