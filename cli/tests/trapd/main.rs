//! `mibc trapd`: a process with a configuration, signals, outputs and a port; it is killed, and its receivers are.
#![cfg(unix)]
#![forbid(unsafe_code)]

mod behaviour;
mod forward;
#[cfg(feature = "kafka")]
mod kafka;
mod kill;
mod limit;
mod outputs;
mod page;
mod peers;
mod place;
mod rates;
mod refused;
mod reload;
mod scripts;
mod senders;
