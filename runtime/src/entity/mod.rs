//! Requests, and who answers them: what is the same for every agent, whatever it is reached by (RFC 3413 §3.2).
//!
//! A [`Handler`] answers for what is registered with it, in batches: a [`GetBatch`] of variables, a [`NextBatch`] of runs
//! of successors, the changes of a SET, which it turns into something [`Prepared`]. Each answer is given at once, or
//! [later](Eventual::Later).
//!
//! A request is decoded, authenticated and authorised once. If all handlers answer at once, it is answered from the
//! datagram that it came in. If one does not, the request becomes a [`Transaction`], which owns what it needs, and asks
//! for nothing twice.
//!
//! [`Variables`] is the plain way to be a handler. An [`Inquiry`] and a [`StagedSet`] ask without a message, as for a master agent
//! of AgentX.
//!
//! Nothing here has a socket, a clock or random numbers of its own.

mod encoded;
mod eventual;
mod failure;
mod forwarder;
mod get_batch;
mod handler;
mod inquiry;
mod next_batch;
mod position;
mod prepared;
mod query;
mod retrieval;
mod set;
mod set_error;
mod staged;
mod transaction;
mod turns;
mod variables;
mod waits;
mod walk;

pub use eventual::{Eventual, Pending};
pub use failure::Failure;
pub use forwarder::{Foreign, Forwarded, Forwarder, Forwarding};
pub use get_batch::{GetBatch, GetSlot};
pub use handler::{Handler, ReadError};
pub use inquiry::{Inquiry, SearchRange};
pub use next_batch::{NextBatch, NextRun, Successors};
pub use prepared::{Prepared, Tested, prepared};
pub(crate) use query::{Handlers, Query};
pub(crate) use retrieval::{Progress, Retrieval, read_one};
pub(crate) use set::Set;
pub use set_error::{SetError, Undo, UndoError};
pub use staged::StagedSet;
pub(crate) use transaction::{Recipient, Request, Work, late};
pub use transaction::{Step, Transaction};
pub(crate) use turns::Turns;
pub use variables::Variables;
