//! The agent: answers GET, GETNEXT, GETBULK and SET, and sends notifications (RFC 3413, RFC 3416, RFC 3584).
//!
//! [`Agent`] is the whole: sockets, communities, users, handlers, [sinks](Sink) for notifications.
//!
//! ```no_run
//! use mibc_runtime::agent::{Agent, Community};
//! # use mibc_runtime::{meta::Meta, typed::{Module, Scalar, access}, value::OctetString};
//! # struct SnmpV2Mib;
//! # impl Module for SnmpV2Mib { const META: Meta<'static> = Meta::EMPTY; }
//! # const SYS_NAME: Scalar<SnmpV2Mib, OctetString, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let agent = Agent::builder()
//!     .community(Community::read_only("public"))
//!     .bind("127.0.0.1:0")
//!     .await?;
//! agent.serve(SYS_NAME, || "switch-1".into());
//! println!("listening on {}", agent.local_addr());
//! agent.run().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Underneath is [`Responder`], a datagram in and a datagram out, for applications with a transport of their own.
//! Scalars are served by closures, tables from a [store of rows](crate::rows) or by the trait that the compiler generates
//! for them (see [`table`]), anything else by a [`Handler`] or by [`Variables`].
//!
//! What the standards leave open:
//!
//! - Who has no view for an operation, such as a read-only community that sends a SET, reads authorizationError with
//!   index 0 (RFC 3413 §3.2), in SNMPv1 noSuchName for its first variable; of communities, snmpInBadCommunityUses
//!   counts it. A community whose context is not known gets no answer, as SNMPv1 and SNMPv2c have no Reports.
//! - A response is never longer than the agent's own limit ([`AgentBuilder::max_response`]). In SNMPv3 it is also
//!   never longer than the manager says it takes; the older versions do not tell. GETBULK fills a response up to
//!   that.
//! - A source gets [`REPORTS_PER_SOURCE`](crate::engine::REPORTS_PER_SOURCE) Reports of SNMPv3 per second at most, as
//!   anybody may ask for them in its name; [`Counters::reports_withheld`] counts the others.
//! - For SET see the module's choices at [`SetError`] and [`Handler::test`]: a variable named twice in a request is
//!   set once when both values are equal and is inconsistentValue otherwise.

#[cfg(feature = "usm")]
mod account;
#[allow(clippy::module_inception)] // the module is the application, the file is its handle
mod agent;
mod answering;
mod builder;
mod cell;
mod columns;
mod community;
pub(crate) mod constraint;
mod desk;
mod exchange;
mod forward;
mod grant;
pub(crate) mod index_check;
mod lazy_table;
#[cfg(feature = "usm")]
mod local_users;
mod notify;
mod outgoing;
mod reply;
mod requests;
mod responder;
#[cfg(all(feature = "manager", feature = "listener"))]
mod role;
mod row_status;
mod run;
mod scalar;
mod seek;
mod serve;
mod served;
mod sink;
#[cfg(feature = "usm")]
mod sink_v3;
mod standard;
mod storage_type;
pub mod table;
mod table_handler;
mod table_set;
mod test_and_incr;
#[cfg(all(feature = "usm", feature = "manager"))]
mod trap_senders;
#[cfg(feature = "usm")]
mod v3;

#[cfg(feature = "usm")]
pub use account::Account;
pub use agent::Agent;
pub use builder::{AgentBuilder, BindError};
pub use community::{Community, CommunityLookup, KnownCommunity};
#[cfg(all(feature = "manager", feature = "listener"))]
pub(crate) use desk::Desk;
pub use exchange::Exchange;
pub use grant::Grant;
pub use lazy_table::{Page, RowsWanted};
#[cfg(feature = "usm")]
pub use local_users::LocalUsers;
pub use responder::{MIN_MESSAGE, Responder};
#[cfg(all(feature = "manager", feature = "listener"))]
pub(crate) use role::AgentRole;
pub use row_status::{RowChange, RowRules, RowState};
pub use run::Running;
pub use scalar::SetOutcome;
pub use served::Served;
pub use sink::Sink;
pub use standard::{AuthenticationFailure, AuthenticationObserver, AuthenticationSwitch, Start};
pub use storage_type::check_storage_type;
pub use test_and_incr::TestAndIncr;

pub use crate::access::Principal;
pub use crate::dispatcher::Arrival;
pub use crate::engine::{Counters, Dropped, ReportCounters};
pub use crate::entity::{
    Eventual, Failure, Foreign, Forwarded, Forwarder, Forwarding, GetBatch, GetSlot, Handler, Inquiry,
    NextBatch, NextRun, Pending, Prepared, ReadError, SearchRange, SetError, StagedSet, Step, Successors,
    Tested, Transaction, Undo, UndoError, Variables, prepared,
};
#[cfg(feature = "usm")]
pub use crate::net::{EngineState, EngineStore, FileStore};
pub use crate::originator::NotifyError;
