//! Partitions that have devices and that no worker has.

use super::{Ask, Worker};
use crate::fleet::layout::{self, JOBS};
use crate::nats::{Error, Nats};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// Partitions that have devices and that no worker has.
#[derive(Debug, Default)]
pub(super) struct Lost {
    count: Arc<AtomicU64>,
    /// The one look at the server that is under way.
    looking: JoinSet<()>,
}

impl Lost {
    /// How many there were when it was looked last.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl<A: Ask> Worker<A> {
    /// Looks which of the partitions that nobody has have devices. Where each has a worker, the server is not asked.
    pub(super) fn look_for_lost(&mut self) {
        let Self { shared, layout, next, members, lost, .. } = self;
        let free = members.free(layout.partitions);
        // Partitions of one layout are not those of the next.
        if free.is_empty() || next.is_some() {
            lost.looking.abort_all();
            lost.count.store(0, Ordering::Relaxed);
            return;
        }
        while lost.looking.try_join_next().is_some() {}
        if !lost.looking.is_empty() || !shared.nats.is_connected() {
            return;
        }
        let (nats, count) = (shared.nats.clone(), Arc::clone(&lost.count));
        lost.looking.spawn(async move {
            // It is looked again at the next beat.
            if let Ok(found) = with_devices(&nats, &free).await {
                count.store(found, Ordering::Relaxed);
            }
        });
    }
}

/// How many of these partitions have schedules.
async fn with_devices(nats: &Nats, partitions: &[u16]) -> Result<u64, Error> {
    let mut found = 0;
    for number in partitions {
        found += u64::from(nats.next_of(JOBS, &layout::schedules(*number), 1).await?.is_some());
    }
    Ok(found)
}
