//! How an output keeps and sends records.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// How an output keeps and sends records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Its name in logs and figures.
    pub name: String,
    /// Where records wait.
    pub place: Place,
    /// How many may wait.
    pub limits: Limits,
    /// What happens to a record when as many wait as may.
    pub overflow: Overflow,
    /// How many are sent together.
    pub batch: Batch,
    /// How long to pause after a failure.
    pub pauses: Pauses,
}

/// Where records wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In memory: what waits is lost with the process. A record counts as taken when the sink has taken it.
    #[default]
    Memory,
    /// In files of a folder, which survive the process. A record counts as taken when it is in a file.
    Disk {
        /// The folder, which belongs to this output only. It is made where it is missing.
        folder: PathBuf,
        /// Whether to wait until the disk has the record, so that it survives a loss of power as well.
        sync: bool,
    },
}

impl Place {
    /// The folder, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Memory => None,
            Self::Disk { folder, .. } => Some(folder),
        }
    }
}

/// How many records may wait, those that are being sent included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many.
    pub records: usize,
    /// Of how many octets together. A record that is longer than that is taken when no other waits.
    pub octets: usize,
}

/// What happens to a record when as many wait as may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// It waits outside, and its sender with it.
    Block,
    /// The oldest that are not being sent make room.
    DropOldest,
    /// It is dropped.
    #[default]
    DropNewest,
}

/// How many records are sent together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// At most so many.
    pub records: usize,
    /// Of at most so many octets together, unless it is one record.
    pub octets: usize,
    /// How long the first waits for others.
    pub linger: Duration,
}

/// How long to pause after a failure: a random time below a bound that doubles each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pauses {
    /// The first bound.
    pub first: Duration,
    /// The highest bound.
    pub most: Duration,
}

impl Settings {
    /// Those of an output with this name: a queue in memory of 10,000 records and 64 MiB that drops the newest, batches
    /// of 500 records and 1 MiB, pauses from 100 ms to 30 s.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            place: Place::Memory,
            limits: Limits::default(),
            overflow: Overflow::default(),
            batch: Batch::default(),
            pauses: Pauses::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { records: 10_000, octets: 64 << 20 }
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self { records: 500, octets: 1 << 20, linger: Duration::ZERO }
    }
}

impl Default for Pauses {
    fn default() -> Self {
        Self { first: Duration::from_millis(100), most: Duration::from_secs(30) }
    }
}

impl Batch {
    /// Whether another record of so many octets still belongs to a batch of these.
    pub(super) fn has_room(&self, records: usize, octets: usize, another: usize) -> bool {
        records == 0 || (records < self.records && octets.saturating_add(another) <= self.octets)
    }
}
