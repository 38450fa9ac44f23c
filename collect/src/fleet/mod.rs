//! A fleet that is polled by several workers, which NATS JetStream gives their work.
//!
//! [`apply`](apply::apply) writes a schedule for each device and profile into a stream. The server makes a job of it at
//! each tick, and keeps one job per device and profile: one that nobody has done by the next tick is replaced. Devices are
//! in partitions, and the server pins each partition to one worker. A [`Worker`] asks the devices of its
//! partitions, publishes the results, and acknowledges a job when its result is stored. [`status`](status::status) says how
//! all of this goes. An [`Export`](export::Export) hands the results on to outputs.

pub mod apply;
mod assignment;
mod book;
mod calendar;
mod device;
pub mod export;
mod gain;
mod layout;
mod ledger;
mod members;
mod order;
mod partition;
mod polls;
mod remove;
mod report;
pub mod results;
mod shared;
pub mod status;
mod token;
mod trouble;
pub mod worker;

pub use device::{Device, Wanted};
pub use layout::{Layout, Settings};
pub use order::Order;
pub use polls::{Figures, Polls, devices};
pub use remove::{Removed, remove};
pub use report::{Named, Report, Totals};
pub use worker::{Answer, Ask, Worker};
