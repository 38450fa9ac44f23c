//! A sub-agent: what an agent serves, under a master agent that is there, such as net-snmp's `snmpd`.
//!
//! [`Core`](core) is the sub-agent without connection and clock, [`Session`](session) one session of it; `run` has the rest.

mod answer;
mod builder;
mod core;
mod error;
mod fuzz;
mod run;
mod session;
mod sets;
mod sub_agent;
#[cfg(test)]
mod tests;

pub use builder::SubAgentBuilder;
pub use error::{AskError, ConnectError, NotifyError};
pub use fuzz::fuzz;
pub use run::Running;
pub use sub_agent::{Registered, SubAgent};
