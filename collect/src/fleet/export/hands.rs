//! Results that were taken from the stream and that outputs have not taken yet. Those that wait for room in an output are
//! among them: the server is told of all that they are held, and gives none of them to somebody else meanwhile.

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
                let count = held.deliveries.len();
                if count < results && held.octets < octets {
                    return (results - count, octets - held.octets);
                }
            }
            freed.await;
        }
    }

    /// One has come, and is kept. The number is ours.
    pub(super) fn take(&self, delivery: Delivery) -> u64 {
        let mut held = self.held();
        let number = held.next;
        held.next += 1;
        held.octets += delivery.payload.len();
        held.deliveries.insert(number, (delivery, Instant::now()));
        number
    }

    /// One that is held.
    pub(super) fn get(&self, number: u64) -> Option<Delivery> {
        self.held().deliveries.get(&number).map(|(delivery, _)| delivery.clone())
    }

    /// It is done with.
    pub(super) fn give(&self, number: u64) -> Option<Delivery> {
        let mut held = self.held();
        let (delivery, _) = held.deliveries.remove(&number)?;
        held.octets -= delivery.payload.len();
        self.freed.notify_one();
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

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.held().deliveries.len()
    }

    /// All that are left.
    pub(super) fn rest(&self) -> Vec<Delivery> {
        std::mem::take(&mut self.held().deliveries).into_values().map(|(delivery, _)| delivery).collect()
    }
}
