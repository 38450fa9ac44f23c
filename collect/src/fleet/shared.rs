//! What all partitions of a worker share.

use super::gain::{Gains, Unreadable};
use super::trouble::Trouble;
use crate::nats::Nats;
use std::sync::atomic::AtomicU64;
use tokio::sync::Semaphore;

/// What all partitions of a worker share.
#[derive(Debug)]
pub(super) struct Shared<A> {
    pub(super) nats: Nats,
    pub(super) ask: A,
    /// The name of the worker.
    pub(super) name: String,
    /// Tells this worker from earlier ones of the same name.
    pub(super) run: String,
    /// Polls that may be under way.
    pub(super) permits: Semaphore,
    /// The newest number in the stream of results that is known.
    pub(super) newest: AtomicU64,
    /// What keeps results from being stored.
    pub(super) storing: Trouble,
    /// Partitions that have come.
    pub(super) gains: Gains,
    /// Jobs and schedules that cannot be read.
    pub(super) jobs: Unreadable,
    pub(super) schedules: Unreadable,
}

impl<A> Shared<A> {
    pub(super) fn new(nats: Nats, ask: A, name: &str, in_flight: usize, newest: u64) -> Self {
        Self {
            run: nats.unique(),
            nats,
            ask,
            name: name.to_owned(),
            permits: Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            newest: AtomicU64::new(newest),
            storing: Trouble::default(),
            gains: Gains::default(),
            jobs: Unreadable::default(),
            schedules: Unreadable::default(),
        }
    }
}
