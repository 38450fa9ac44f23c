//! SNMPv3 between our engine and our agent, by requirement id: a fake clock, no sockets but in `sockets`.
#![cfg(all(feature = "usm", feature = "agent", feature = "manager"))]
#![forbid(unsafe_code)]

mod agent_rules;
mod exchange;
mod faults;
mod format;
mod forwarding;
mod hostile;
mod lab;
mod network;
mod pairs;
mod protos;
mod renewal;
mod sockets;
mod statistics;
mod store;
mod trust;
