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

mod buffers;
#[cfg(feature = "usm")]
mod clock;
mod deadlines;
mod dropped;
#[allow(clippy::module_inception)] // the module is a manager's side of the protocol, the file is its handle
mod engine;
mod exchange;
mod exchanges;
mod random;
mod rejection;
#[cfg(all(feature = "usm", any(feature = "listener", all(feature = "agent", feature = "manager"))))]
mod remote_engines;
mod request_ids;
mod seen;
mod table;
mod unaccepted;
#[cfg(feature = "usm")]
mod v3;
#[cfg(feature = "usm")]
mod v3_exchange;
#[cfg(feature = "usm")]
mod v3_peer;
mod walk;

#[cfg(feature = "usm")]
pub use crate::security::REPORTS_PER_SOURCE;
#[cfg(any(feature = "agent", feature = "listener"))]
pub(crate) use crate::security::count;
pub use crate::security::{Counters, Report, ReportCounters};
#[cfg(feature = "usm")]
pub use crate::usm::{MAX_BOOTS, TIME_WINDOW};
#[cfg(all(feature = "usm", any(feature = "listener", all(feature = "agent", feature = "manager"))))]
pub(crate) use clock::RemoteClock;
pub use dropped::Dropped;
pub use engine::Engine;
pub use exchange::{ExchangeId, Outcome, Peer, Response, Retry};
pub(crate) use exchanges::Exchanges;
pub use exchanges::{StartError, Transmit};
pub use random::Random;
pub use rejection::Rejection;
#[cfg(all(feature = "usm", any(feature = "listener", all(feature = "agent", feature = "manager"))))]
pub use remote_engines::MAX_ENGINES;
#[cfg(all(feature = "usm", any(feature = "listener", all(feature = "agent", feature = "manager"))))]
pub(crate) use remote_engines::RemoteEngines;
pub use table::{TablePlan, TableRow};
pub use unaccepted::Unaccepted;
#[cfg(feature = "usm")]
pub use v3_exchange::REPORT_GRACE;
#[cfg(feature = "usm")]
pub use v3_peer::V3Peer;
pub use walk::{Extent, PlanError, WalkPlan};

/// Most exchanges that an engine keeps at a time, answered ones that nobody has fetched included.
pub const MAX_EXCHANGES: usize = 65_536;

#[cfg(test)]
mod tests;
