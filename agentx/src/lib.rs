//! AgentX (RFC 2741): a master agent speaks SNMP, sub-agents have the variables.
//!
//! A [`SubAgent`] serves under a master agent that is there, such as net-snmp's `snmpd`, by the methods by which an
//! [`Agent`](mibc_runtime::agent::Agent) does. It connects again when the master agent has been away, registers everything anew, and
//! keeps notifications until the master agent has them.
//!
//! A [`Master`] lets sub-agents answer for parts of the tree of an agent of ours.
//!
//! [`pdu`] has the messages, for those who speak AgentX in another way.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod backoff;
mod endpoint;
#[doc(hidden)]
pub mod fuzzing;
mod master;
pub mod pdu;
mod stream;
mod subagent;

pub use endpoint::{Endpoint, EndpointError, PORT, SOCKET};
pub use master::{CapabilityTable, ListenError, Master, MasterBuilder, RunningMaster};
pub use subagent::{AskError, ConnectError, NotifyError, Registered, Running, SubAgent, SubAgentBuilder};
