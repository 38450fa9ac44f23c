//! The master agent: sub-agents under an agent of ours.
//!
//! [`Core`](core) and [`Link`](link) are it without connections and clock: what sub-agents ask of it, and what it asks of them.
//! `handler` and `set` are how the agent sees a session, `shared` how a session sees the agent; `run` has the connections.

mod bare;
mod builder;
mod capabilities;
mod conduit;
mod core;
mod fuzz;
mod handler;
mod indexes;
mod link;
mod listener;
#[allow(clippy::module_inception)] // the module is the application, the file is its handle
mod master;
mod mib;
mod run;
mod set;
mod shared;
#[cfg(test)]
mod tests;

pub use builder::{ListenError, MasterBuilder};
pub use capabilities::CapabilityTable;
pub use fuzz::fuzz;
pub use master::{Master, RunningMaster};
