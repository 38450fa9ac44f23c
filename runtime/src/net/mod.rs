//! Transports, and the clock-less things that the state machines need: randomness, stored boots.
//!
//! `Transport` is what manager, agent and listener see: messages in, messages out, each with the address
//! of its peer. UDP and datagrams of the Unix domain are one socket for all peers or for one; a manager has
//! a `Connection` per TCP or Unix peer, and who listens has all connections of a socket in one transport.
//! `Intake` is several transports to receive from, `Outlet` the way back.

mod address;
mod connection;
mod dial;
#[cfg(feature = "listener")]
mod drops;
mod endpoint;
#[cfg(feature = "usm")]
mod engine_store;
mod frames;
mod inbox;
mod intake;
mod listen_address;
mod listener;
mod origin;
mod outbox;
mod random;
#[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
mod shared;
#[cfg(unix)]
mod socket_file;
mod stream;
#[cfg(feature = "manager")]
mod tap;
mod transport;
mod udp;
#[cfg(unix)]
mod unix_datagrams;
mod wakers;

pub use address::TransportAddress;
#[cfg(unix)]
pub use address::UnixAddress;
#[cfg(any(feature = "manager", feature = "agent"))]
pub(crate) use dial::dial;
#[cfg(any(feature = "agent", feature = "manager"))]
pub(crate) use dial::own_address;
#[cfg(feature = "listener")]
pub(crate) use drops::Drops;
pub(crate) use endpoint::Endpoint;
#[cfg(all(feature = "usm", any(feature = "agent", feature = "listener")))]
pub(crate) use engine_store::boots_keeper;
#[cfg(feature = "usm")]
pub use engine_store::{EngineState, EngineStore, FileStore};
pub(crate) use inbox::Inbox;
#[cfg(feature = "agent")]
pub(crate) use intake::listen;
#[cfg(feature = "listener")]
pub(crate) use intake::listen_resting;
#[cfg(feature = "listener")]
pub(crate) use intake::listen_with;
pub(crate) use intake::{Intake, Outlet};
pub use listen_address::{ListenAddressError, listen_address};
#[cfg(all(feature = "usm", any(feature = "agent", feature = "listener")))]
pub(crate) use origin::source_of;
pub use origin::{Origin, TransportIdentity};
pub(crate) use outbox::Outbox;
pub use random::OsRandom;
#[cfg(feature = "manager")]
pub(crate) use tap::tapped;
#[cfg(feature = "manager")]
pub use tap::{Seen, Tap};
pub(crate) use transport::Transport;
pub use udp::BUFFER;
pub(crate) use udp::Udp;
