//! What each fuzz target does with its input; `tests/fuzz_seeds.rs` calls the same functions on stable.
//!
//! A finding is a panic, a hang, or one of the assertions in these files.

mod admin_tables;
mod agentx;
mod event;
mod hint;
mod index;
mod mib;
mod recording;
mod security;
mod snmpd_conf;
mod transaction;
mod trap;
mod wire;

pub use admin_tables::admin_tables;
pub use agentx::{agentx_master, agentx_pdu, agentx_subagent};
pub use event::event;
pub use hint::hint;
pub use index::index;
pub use mib::{chunker, emitter, parse, resolver};
pub use recording::{snmprec, walk};
pub use security::{usm_agent, usm_manager};
pub use snmpd_conf::snmpd_conf;
pub use transaction::transaction;
pub use trap::trap;
pub use wire::{ber, message, message_v3};
