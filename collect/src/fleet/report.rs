//! What workers say of themselves and of their partitions.

use serde::{Deserialize, Serialize};

/// A device of which something is to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Named {
    /// The device.
    pub device: String,
    /// The profile.
    pub profile: String,
    /// How long it took, or since how many polls it has not answered or has refused.
    pub number: u64,
    /// Why that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was counted in a partition since the fleet was first applied, across all workers that have had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Totals {
    /// Polls whose results were stored.
    pub stored: u64,
    /// Of these, polls of devices that have not answered.
    pub silent: u64,
    /// Ticks without a result: a poll was overdue and the next one replaced it, or the server was away.
    pub missed: u64,
    /// Octets of results.
    pub octets: u64,
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        // What another program has written may be any number.
        self.stored = self.stored.saturating_add(other.stored);
        self.silent = self.silent.saturating_add(other.silent);
        self.missed = self.missed.saturating_add(other.missed);
        self.octets = self.octets.saturating_add(other.octets);
    }
}

/// What a worker says of itself, some times in the time of a takeover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Report {
    /// Its name.
    pub worker: String,
    /// Tells it from an earlier worker of the same name.
    pub run: String,
    /// It ends, and gives its partitions back.
    pub leaving: bool,
    /// The partitions whose jobs come to it.
    pub partitions: Vec<u16>,
    /// Devices and profiles that it has polled.
    pub devices: u64,
    /// The devices among them.
    pub names: u64,
    /// Polls under way.
    pub in_flight: u64,
    /// What it has counted itself since it has begun.
    pub totals: Totals,
    /// The longest time, in milliseconds, between a tick and the beginning of its poll, in the last minute.
    pub lag: u64,
    /// How many devices take more than half of their interval.
    pub slow: u64,
    /// The slowest of them, with milliseconds.
    pub slowest: Vec<Named>,
    /// How many devices have not answered the last polls.
    pub dead: u64,
    /// Some of them, with the number of polls.
    pub silent: Vec<Named>,
    /// How many devices have answered the last polls, and refused what they were asked.
    pub refusing: u64,
    /// Some of them, with the number of polls.
    pub refused: Vec<Named>,
    /// Partitions that have devices and that no worker has, as far as this one hears.
    pub lost: u64,
    /// What keeps it from polling or from storing results, if that lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}
