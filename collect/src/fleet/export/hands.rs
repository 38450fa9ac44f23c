//! Results that were taken from the stream and that outputs have not taken yet.

use crate::fleet::gain::Unreadable;
use crate::nats::Delivery;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Results in our hands.
#[derive(Debug, Default)]
pub(super) struct Hands {
    held: Mutex<Held>,
    freed: Notify,
    /// What was not a result.
    pub(super) unreadable: Unreadable,
}

#[derive(Debug, Default)]
struct Held {
    /// In the order of their coming, each with the time when the server was told last that it is held.
    deliveries: BTreeMap<u64, (Delivery, Instant)>,
    next: u64,
    /// All that have come, those in `deliveries` among them.
    results: usize,
    octets: usize,
}

impl Hands {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room, and says for how much.
    pub(super) async fn room(&self, (results, octets): (usize, usize)) -> (usize, usize) {
        loop {
            let freed = self.freed.notified();
            {
                let held = self.held();
                if held.results < results && held.octets < octets {
                    return (results - held.results, octets - held.octets);
                }
            }
            freed.await;
        }
    }

    /// A message of so many octets has come.
    pub(super) fn expect(&self, octets: usize) {
        let mut held = self.held();
        held.results += 1;
        held.octets += octets;
    }

    /// It is done with already.
    pub(super) fn not_expected(&self, octets: usize) {
        let mut held = self.held();
        held.results -= 1;
        held.octets -= octets;
        self.freed.notify_one();
    }

    /// One that has come is kept. The number is ours.
    pub(super) fn take(&self, delivery: Delivery) -> u64 {
        let mut held = self.held();
        let number = held.next;
        held.next += 1;
        held.deliveries.insert(number, (delivery, Instant::now()));
        number
    }

    /// It is done with.
    pub(super) fn give(&self, number: u64) -> Option<Delivery> {
        let (delivery, _) = self.held().deliveries.remove(&number)?;
        self.not_expected(delivery.payload.len());
        Some(delivery)
    }

    /// Those of which the server has not heard for so long that they are held still.
    pub(super) fn due(&self, hold: Duration) -> Vec<Delivery> {
        let now = Instant::now();
        let mut held = self.held();
        let due = held.deliveries.values_mut().filter(|(_, told)| now.duration_since(*told) >= hold);
        due.map(|(delivery, told)| {
            *told = now;
            delivery.clone()
        })
        .collect()
    }

    /// How many have come.
    pub(super) fn count(&self) -> usize {
        self.held().results
    }

    /// All that are left.
    pub(super) fn rest(&self) -> Vec<Delivery> {
        std::mem::take(&mut self.held().deliveries).into_values().map(|(delivery, _)| delivery).collect()
    }
}
