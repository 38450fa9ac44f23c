//! One partition of a worker: takes its jobs until it is left.

mod jobs;
mod knowledge;

use super::book::{Book, Summary};
use super::layout::{self, GROUP, JOBS};
use super::ledger::Ledger;
use super::report::Totals;
use super::shared::Shared;
use super::trouble::Trouble;
use super::worker::Ask;
use crate::nats::{Delivery, Error, Pull};
use knowledge::Knowledge;
use mibc_runtime::logs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// Jobs per pull.
const BATCH: usize = 512;

/// How long polls under way may take before a partition is left all the same.
const DRAIN: Duration = Duration::from_secs(60);

/// The pause after a pull that ended at once.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) struct Partition<A: Ask> {
    shared: Arc<Shared<A>>,
    number: u16,
    takeover: Duration,
    book: Mutex<Book<A::Device, Delivery>>,
    ledger: Mutex<Ledger>,
    held: AtomicBool,
    /// What keeps its jobs from coming.
    taking: Trouble,
    ended: Notify,
}

impl<A: Ask> Partition<A> {
    pub(super) fn new(shared: Arc<Shared<A>>, number: u16, takeover: Duration) -> Self {
        Self {
            shared,
            number,
            takeover,
            book: Mutex::default(),
            ledger: Mutex::default(),
            held: AtomicBool::new(false),
            taking: Trouble::default(),
            ended: Notify::new(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book<A::Device, Delivery>> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be said of it: whether its jobs come to us, its devices, and what was counted here.
    pub(super) fn summary(&self) -> (bool, Summary, Totals) {
        let held = self.held.load(Ordering::Relaxed);
        (held, self.book().summary(now().as_secs()), self.ledger().ours())
    }

    /// Whether its jobs come to us.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Polls under way.
    pub(super) fn flying(&self) -> usize {
        self.book().flying()
    }

    /// Why its jobs do not come, if so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.taking.reason()
    }

    /// A device is not in the fleet any more.
    pub(super) fn remove(&self, key: &str) {
        self.book().remove(key);
    }

    pub(super) fn rotate(&self) {
        self.book().rotate();
    }

    /// Takes jobs until `leave` says so and the polls under way have ended.
    pub(super) async fn run(self: Arc<Self>, mut leave: watch::Receiver<bool>) {
        let (nats, takeover) = (&self.shared.nats, self.takeover);
        let consumer = layout::consumer(self.number);
        let mut pull = loop {
            match Pull::open(nats, JOBS, &consumer, Some(GROUP)).await {
                Ok(pull) => break pull,
                Err(_) if *leave.borrow() => return,
                Err(error) => {
                    self.fails(&error);
                    sleep(PAUSE).await;
                }
            }
        };
        let (mut knowledge, mut pinned) = (Knowledge::Lost, false);
        loop {
            self.held.store(knowledge == Knowledge::Sure, Ordering::Relaxed);
            if knowledge != Knowledge::Sure {
                // No job is taken before: what others have counted of its device would not be known.
                let left = tokio::select! {
                    left = async {
                        knowledge = self.catch_up(pull.pin()).await;
                        match knowledge {
                            Knowledge::Sure => {}
                            Knowledge::Lost => sleep(PAUSE).await,
                            Knowledge::Waiting => sleep(takeover / 6).await,
                        }
                        false
                    } => left,
                    () = told(&mut leave) => true,
                };
                if left && self.drain(&mut pull, &leave).await {
                    break;
                }
                continue;
            }
            let begun = Instant::now();
            let mut came = 0_usize;
            let pulled = tokio::select! {
                pulled = pull.pull(BATCH, takeover / 3, |delivery| {
                    came += 1;
                    self.arrived(delivery);
                }) => Some(pulled),
                () = told(&mut leave) => None,
            };
            let lost_pin = std::mem::replace(&mut pinned, pull.is_pinned()) && !pinned;
            match pulled {
                Some(Ok(())) => {
                    self.taking.works();
                    if lost_pin {
                        knowledge = Knowledge::Waiting;
                    } else if came == 0 && begun.elapsed() < PAUSE {
                        sleep(PAUSE).await;
                    }
                }
                Some(Err(error)) => {
                    tracing::debug!(target: logs::FLEET, partition = self.number, %error, "jobs cannot be asked for");
                    self.fails(&error);
                    knowledge = Knowledge::Lost;
                }
                None if self.drain(&mut pull, &leave).await => break,
                // It is ours again.
                None => {}
            }
        }
        self.save(true).await;
        if pull.is_pinned()
            && let Err(error) = nats.unpin(JOBS, &consumer, GROUP).await
        {
            tracing::debug!(target: logs::FLEET, partition = self.number, %error, "a partition cannot be given back");
        }
        self.held.store(false, Ordering::Relaxed);
    }

    /// What it needs is refused, or not answered although there is a connection.
    fn fails(&self, error: &Error) {
        if self.shared.nats.is_connected() {
            self.taking.fails(error);
        }
    }

    /// Waits for the polls under way, and gives back what comes meanwhile: the partition stays ours so long, so that no
    /// device is polled by two workers. `false` if it is not to be left after all.
    async fn drain(&self, pull: &mut Pull, leave: &watch::Receiver<bool>) -> bool {
        let (nats, takeover) = (&self.shared.nats, self.takeover);
        let end = Instant::now() + DRAIN;
        loop {
            let mut back = self.book().waiting();
            let asked = Instant::now();
            let _ = pull.pull(1, Duration::from_millis(20), |delivery| back.push(delivery)).await;
            for delivery in &back {
                nats.give_back(delivery).await;
            }
            if !*leave.borrow() {
                return false;
            }
            if self.book().flying() == 0 || Instant::now() >= end {
                return true;
            }
            let rest = (takeover / 3).saturating_sub(asked.elapsed());
            // A poll that ends may be the last one.
            let _ = timeout(rest, self.ended.notified()).await;
        }
    }

    /// Writes what was counted, if anything is new. `surely` waits until it is stored.
    pub(super) async fn save(&self, surely: bool) {
        if !surely && !self.shared.nats.is_connected() {
            return;
        }
        let newest = self.shared.newest.load(Ordering::Relaxed);
        let Some(saved) = self.ledger().save(newest, &self.shared.run, &self.shared.name) else { return };
        let payload = serde_json::to_vec(&saved).unwrap_or_default();
        let subject = layout::partition(self.number);
        if surely {
            if let Err(error) = self.shared.nats.publish(&subject, "", &[], payload.into()).await {
                self.ledger().not_saved();
                tracing::debug!(target: logs::FLEET, partition = self.number, %error, "the counts of a partition are not saved");
            }
        } else {
            let _ = self.shared.nats.client().publish(subject, payload.into()).await;
        }
    }
}

/// Comes back when `leave` is true.
async fn told(leave: &mut watch::Receiver<bool>) {
    if leave.wait_for(|leave| *leave).await.is_err() {
        // Whoever could tell us has ended, and takes us along.
        std::future::pending::<()>().await;
    }
}

fn seconds() -> u64 {
    now().as_secs()
}

/// The time since 1970.
pub(super) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
