//! AgentX (RFC 2741): a master agent speaks SNMP, sub-agents have the variables.
//!
//! A [`SubAgent`] serves under a master agent that is there, such as net-snmp's `snmpd`, by the methods by which an
//! [`Agent`](mibc_runtime::agent::Agent) does. It connects again when the master agent has been away, registers everything anew, and
//! keeps notifications until the master agent has them.
//!
//! [`pdu`] has the messages, for those who speak AgentX in another way.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod backoff;
mod endpoint;
pub mod pdu;
mod stream;
mod subagent;

pub use endpoint::{Endpoint, EndpointError, PORT, SOCKET};
pub use subagent::{AskError, ConnectError, NotifyError, Registered, Running, SubAgent, SubAgentBuilder};
