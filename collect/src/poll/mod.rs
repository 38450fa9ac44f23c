//! Polls devices on a clock.
//!
//! A [`Fleet`] is a configuration that was read: devices, what they are asked for and how often, and where the results
//! go. A [`Poller`] asks each device once per interval of its profile. When an interval of a device begins is a hash of its
//! name, so many devices are spread over the interval, and a process that starts again goes on with the same rhythm. A
//! device is never asked twice at a time: if a poll is still under way, or waits for its turn, when the next one is due,
//! the later one takes its place, and that is counted.
//!
//! What is known of a device stays between polls, as long as it is the same device: its engine, how much it answers at a
//! time, whether it is dead. Devices that have not answered the last time are asked for one variable first, and have a
//! limit of their own, so that others do not wait for them.
//!
//! A [`Job`] is a device and a profile; [`Job::poll`] asks for everything once, and [`Polled`] is what came. An [`Encoder`]
//! writes it in the form of an output.

mod access;
mod clock;
mod count;
mod counts;
mod device;
mod discovery;
mod encode;
mod file;
mod fleet;
#[cfg(feature = "nats")]
mod gather;
mod given;
pub(crate) mod hash;
mod inventory;
mod job;
mod kafka;
mod lists;
mod output;
mod outputs;
mod parquet;
mod polled;
mod poller;
mod profile;
mod schedule;
mod shard;
#[cfg(feature = "nats")]
mod told;

pub use crate::span::Span;
pub use count::Count;
#[cfg(feature = "nats")]
pub(crate) use counts::{Counts, expose};
pub use counts::{Silent, Status};
pub use device::{Credentials, Device};
pub use discovery::{Discovery, Group, Place};
pub use encode::{Encoder, Format};
pub use fleet::{Fleet, Limits};
pub use given::Given;
pub use inventory::Inventory;
pub use job::Job;
pub use output::{BatchConfig, OutputConfig, OverflowConfig, QueueConfig};
pub use outputs::OutputError;
#[cfg(feature = "nats")]
pub(crate) use outputs::Outputs;
pub use polled::{Answer, Made, Polled};
pub use poller::{Handle, Poller, Settings, StartError};
pub use profile::{Part, Profile};
pub use schedule::{Key, Millis, Rhythm};
pub use shard::{Shard, ShardError};
#[cfg(feature = "nats")]
pub(crate) use told::Told;
