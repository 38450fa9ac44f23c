//! Programs, each in a file of `src/bin`: `device-agent` keeps a table that managers write over restarts,
//! `service-monitor` serves a table whose values it asks for, `agentx-subagent` one under another agent, and
//! `trap-forwarder` passes notifications on.
#![forbid(unsafe_code)]

/// What the build script made of `mibs`.
pub mod mibs {
    include!(concat!(env!("OUT_DIR"), "/mibs.rs"));
}
