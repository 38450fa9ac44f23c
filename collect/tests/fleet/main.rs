//! Fleets on a real nats-server.

mod applied;
mod fleet;
mod polled;
