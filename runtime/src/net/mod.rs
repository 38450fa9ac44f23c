//! Sockets, clocks and randomness for the state machines.

#[allow(dead_code)]
mod address;
mod endpoint;
#[cfg(feature = "usm")]
mod engine_store;
mod inbox;
mod intake;
#[allow(dead_code)]
mod origin;
#[allow(dead_code)]
mod outbox;
mod random;
mod transport;
mod udp;

pub use address::TransportAddress;
#[cfg(unix)]
pub use address::UnixAddress;
pub(crate) use endpoint::Endpoint;
#[cfg(feature = "usm")]
pub use engine_store::{EngineState, EngineStore, FileStore};
pub(crate) use inbox::Inbox;
pub(crate) use intake::{Intake, Outlet, listen};
pub(crate) use origin::Origin;
pub(crate) use outbox::Outbox;
pub use random::OsRandom;
pub(crate) use transport::Transport;
pub use udp::{BUFFER, bind_udp};
