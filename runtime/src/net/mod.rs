//! Sockets, clocks and randomness for the state machines.

mod random;
mod udp;

pub use random::OsRandom;
pub use udp::{BUFFER, bind_udp};
