//! Sockets, clocks and randomness for the state machines.

#[cfg(feature = "usm")]
mod engine_store;
mod random;
mod udp;

#[cfg(feature = "usm")]
pub use engine_store::{EngineState, EngineStore, FileStore};
pub use random::OsRandom;
pub use udp::{BUFFER, bind_udp};
