//! The poller: simulated devices of this process, files and servers as outputs.

mod behaviour;
mod lists;
mod place;
mod reload;
