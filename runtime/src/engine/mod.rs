//! The manager's side of the protocol as state machines without sockets, clocks or threads.
//!
//! An [`Engine`] keeps the exchanges that wait for a response. Whoever owns it passes in what
//! arrives ([`handle_datagram`](Engine::handle_datagram)) and what time it is
//! ([`handle_timeout`](Engine::handle_timeout)), sends what [`poll_transmit`](Engine::poll_transmit)
//! gives, and asks [`poll_event`](Engine::poll_event) which exchanges have ended. Addresses are a type
//! parameter, time and randomness are arguments, so a test can drive it with a fake clock.
//!
//! [`WalkPlan`] and [`TablePlan`] say which request comes next in a longer operation and what its
//! response means; they know no engine either.

mod exchange;
mod exchanges;
mod random;
mod request_ids;
mod table;
mod walk;

pub use exchange::{ExchangeId, Outcome, Peer, Response, Retry};
pub use exchanges::{Engine, Ignored, StartError, Transmit};
pub use random::Random;
pub use table::{TablePlan, TableRow};
pub use walk::{PlanError, WalkPlan};

/// Most exchanges that an engine keeps at a time, answered ones that nobody has fetched included.
pub const MAX_EXCHANGES: usize = 65_536;

#[cfg(test)]
mod tests;
