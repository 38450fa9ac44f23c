//! What an output counts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is said that records are dropped.
const PERIOD: Duration = Duration::from_secs(10);

/// Why a record is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Too many wait.
    Overflow,
    /// Its receiver does not want it.
    Refused,
    /// The disk does not take it, or has lost it.
    Disk,
    /// The output has ended before it was sent.
    Stopped,
}

/// What an output has counted since it began.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) name: String,
    pub(super) offered: AtomicU64,
    pub(super) sent: AtomicU64,
    pub(super) attempts: AtomicU64,
    pub(super) failures: AtomicU64,
    losses: [AtomicU64; 4],
    pub(super) failing: AtomicBool,
    said: Mutex<Said>,
}

/// What has been said of losses.
#[derive(Debug)]
struct Said {
    losses: u64,
    at: Option<Instant>,
    /// Why a receiver has refused a record the last time.
    refusal: String,
}

/// What an output has counted since it began, and what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Records that it was given.
    pub offered: u64,
    /// Records that its sink has taken.
    pub sent: u64,
    /// Batches that its sink was given.
    pub attempts: u64,
    /// Batches that its sink did not take.
    pub failures: u64,
    /// Records that were dropped since too many waited.
    pub overflowed: u64,
    /// Records that its receiver does not want.
    pub refused: u64,
    /// Records that the disk has not taken or has lost.
    pub damaged: u64,
    /// Records that waited when it ended.
    pub stopped: u64,
    /// Records that wait, or are being sent.
    pub waiting: usize,
    /// Their octets.
    pub waiting_octets: usize,
    /// Whether the last attempt has failed.
    pub failing: bool,
}

impl Figures {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            offered: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            losses: Default::default(),
            failing: AtomicBool::new(false),
            said: Mutex::new(Said { losses: 0, at: None, refusal: String::new() }),
        }
    }

    pub(super) fn add(counter: &AtomicU64, number: usize) {
        counter.fetch_add(number as u64, Ordering::Relaxed);
    }

    /// Counts what is lost, and says so once a period.
    pub(super) fn lost(&self, why: Loss, records: usize) {
        Self::add(&self.losses[why as usize], records);
        self.say();
    }

    /// Counts a record that its receiver does not want.
    pub(super) fn refused(&self, reason: &str) {
        reason.clone_into(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner).refusal);
        self.lost(Loss::Refused, 1);
    }

    /// Says what was lost since that was said the last time, if that is long enough ago.
    pub(super) fn say(&self) {
        let total: u64 = self.losses.iter().map(|loss| loss.load(Ordering::Relaxed)).sum();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if total == said.losses || said.at.is_some_and(|at| at.elapsed() < PERIOD) {
            return;
        }
        let records = total - said.losses;
        (said.losses, said.at) = (total, Some(Instant::now()));
        let refusal = said.refusal.clone();
        drop(said);
        let all = self.snapshot();
        tracing::warn!(target: mibc_runtime::logs::DELIVERY, output = %self.name, records, total, overflowed = all.overflowed, refused = all.refused, damaged = all.damaged, stopped = all.stopped, %refusal, "records are dropped");
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let loss = |why: Loss| read(&self.losses[why as usize]);
        Snapshot {
            offered: read(&self.offered),
            sent: read(&self.sent),
            attempts: read(&self.attempts),
            failures: read(&self.failures),
            overflowed: loss(Loss::Overflow),
            refused: loss(Loss::Refused),
            damaged: loss(Loss::Disk),
            stopped: loss(Loss::Stopped),
            waiting: 0,
            waiting_octets: 0,
            failing: self.failing.load(Ordering::Relaxed),
        }
    }
}
