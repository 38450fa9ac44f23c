//! The agent as managers see it: requests in, responses out, by requirement id.
#![cfg(feature = "agent")]
#![forbid(unsafe_code)]

mod access;
mod acme;
mod ask;
mod asking;
mod bulk;
mod coexistence;
mod get;
mod hostile;
mod imitation;
mod manager;
mod net_snmp;
mod notify;
mod protos;
mod row_status;
mod set;
mod table;
mod transactions;
mod udp;
mod waiting;
