//! How many responses may be on their way, so that they fit the kernel's receive buffer.
//!
//! A request takes a share of the buffer, as much as its response is likely to, and gives it back when the
//! response comes, when the request is taken back, or after [`HOLD`]: what is not answered by then is
//! hardly going to be answered in one burst with others. When all shares are taken, requests wait for
//! one before they begin, so that their timeouts do not run.

use crate::engine::ExchangeId;
use crate::message::{PduHeader, PduKind};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};

/// How long an unanswered request keeps its share. Peers that do not answer must not slow others down.
pub(super) const HOLD: Duration = Duration::from_millis(200);

/// Octets of a response that are expected at least, as long as nothing is known of the peers.
const MESSAGE: usize = 256;

/// Octets that are expected for each repetition of a GetBulkRequest.
const VARBIND: usize = 24;

/// The shares that are left.
#[derive(Debug)]
pub(super) struct Budget {
    octets: Semaphore,
    /// What there is in all; `None` for no bound.
    total: Option<u32>,
    /// Requests that wait for a share.
    waiting: AtomicUsize,
    /// Octets of recent responses, rather too many than too few.
    typical: AtomicUsize,
}

/// A share that no exchange has yet; dropping it gives it back. Empty if the buffer is not limited.
#[derive(Debug)]
pub(super) struct Share<'b>(Option<SemaphorePermit<'b>>);

impl Budget {
    /// For a receive buffer of this size, as Linux counts.
    pub(super) fn new(buffer: Option<usize>) -> Self {
        // An eighth is for what nobody has asked for.
        let total = buffer.map(|size| u32::try_from(size - size / 8).unwrap_or(u32::MAX));
        let permits = total.map_or(0, |total| (total as usize).min(Semaphore::MAX_PERMITS));
        Self {
            octets: Semaphore::new(permits),
            total,
            waiting: AtomicUsize::new(0),
            typical: AtomicUsize::new(0),
        }
    }

    /// A share for this request, if there is one now.
    pub(super) fn try_take(&self, header: &PduHeader) -> Option<Share<'_>> {
        let Some(total) = self.total else { return Some(Share(None)) };
        match self.octets.try_acquire_many(self.cost(header).min(total)) {
            Ok(permit) => Some(Share(Some(permit))),
            Err(TryAcquireError::NoPermits) => None,
            Err(TryAcquireError::Closed) => Some(Share(None)),
        }
    }

    /// Waits for a share; first come, first served. Counts as waiting from now on.
    pub(super) fn take(&self, header: &PduHeader) -> impl Future<Output = Share<'_>> {
        let cost = self.cost(header);
        let waits = Waits::new(&self.waiting);
        async move {
            let _waits = waits;
            match self.total {
                Some(total) => Share(self.octets.acquire_many(cost.min(total)).await.ok()),
                None => Share(None),
            }
        }
    }

    /// Nobody waits any more.
    pub(super) fn close(&self) {
        self.octets.close();
    }

    /// Whether requests wait for shares.
    pub(super) fn is_short(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    fn give_back(&self, octets: u32) {
        self.octets.add_permits(octets as usize);
    }

    /// Learns from a response.
    fn note(&self, octets: usize) {
        let typical = self.typical.load(Ordering::Relaxed);
        self.typical.store(octets.max(typical - typical / 64), Ordering::Relaxed);
    }

    /// What the response will take of the buffer.
    fn cost(&self, header: &PduHeader) -> u32 {
        let repetitions = match header.kind {
            PduKind::GetBulk => usize::try_from(header.max_repetitions()).unwrap_or(usize::MAX),
            _ => 0,
        };
        let least = MESSAGE.saturating_add(repetitions.saturating_mul(VARBIND));
        let octets = least.max(self.typical.load(Ordering::Relaxed)).min(crate::ber::MAX_MESSAGE);
        kernel_octets(octets) as u32
    }
}

/// What Linux counts for a datagram that waits to be read: headers and its own records, in a piece of
/// memory whose size is a power of two. Measured on loopback, where it is 832 octets for up to 100,
/// 1,280 for 500, and 2,304 for 1,400.
fn kernel_octets(datagram: usize) -> usize {
    (datagram + 412).next_power_of_two() + 320
}

struct Waits<'b>(&'b AtomicUsize);

impl<'b> Waits<'b> {
    fn new(waiting: &'b AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Which exchange has which share.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// By the slots of exchanges.
    held: Vec<Option<(ExchangeId, u32)>>,
    /// In the order of their beginnings. Some have been given back since.
    begun: VecDeque<(Instant, ExchangeId)>,
}

impl Shares {
    /// The exchange that has begun now keeps this share.
    pub(super) fn keep(&mut self, now: Instant, id: ExchangeId, share: Share<'_>) {
        let Some(permit) = share.0 else { return };
        let octets = permit.num_permits() as u32;
        permit.forget();
        if self.held.len() <= id.slot() {
            self.held.resize(id.slot() + 1, None);
        }
        if let Some(held) = self.held.get_mut(id.slot()) {
            *held = Some((id, octets));
            self.begun.push_back((now, id));
        }
    }

    /// The response to an exchange has come, so long.
    pub(super) fn answered(&mut self, budget: &Budget, id: ExchangeId, octets: usize) {
        budget.note(octets);
        self.give_back(budget, id);
    }

    /// The exchange has no response to expect any more, if it still had.
    pub(super) fn give_back(&mut self, budget: &Budget, id: ExchangeId) {
        if let Some(held) = self.held.get_mut(id.slot())
            && let Some((_, octets)) = held.take_if(|(holder, _)| *holder == id)
        {
            budget.give_back(octets);
        }
    }

    /// Gives back what has been held too long; says when the next is due.
    pub(super) fn expire(&mut self, budget: &Budget, now: Instant) -> Option<Instant> {
        while let Some(&(begun, id)) = self.begun.front() {
            let holds = matches!(self.held.get(id.slot()), Some(Some((holder, _))) if *holder == id);
            if holds && now.saturating_duration_since(begun) < HOLD {
                return Some(begun + HOLD);
            }
            self.give_back(budget, id);
            self.begun.pop_front();
        }
        None
    }
}
