//! The listener: by requirement id on the receiver without sockets, on sockets, and with net-snmp's tools.
#![cfg(all(feature = "listener", feature = "agent", feature = "usm"))]
#![forbid(unsafe_code)]

mod community;
mod doubles;
mod hostile;
mod lab;
mod later;
mod odd;
mod originator;
mod protos;
mod sinks;
mod sockets;
mod streams;
mod trap_sender;
mod v3;
