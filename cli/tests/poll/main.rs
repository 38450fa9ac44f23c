//! `mibc poll`: a process with a configuration, signals, a port and servers for its results; and the commands of its page.
#![cfg(all(unix, feature = "poll"))]

mod brokers;
mod page;
mod place;
#[path = "../polled/mod.rs"]
mod polled;
mod process;
mod reload;
mod servers;
