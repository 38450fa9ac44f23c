//! One partition of a worker: takes its jobs, polls, stores the results.

use super::book::{Arrival, Book, Done, Job, Outcome, Summary};
use super::layout::{self, GROUP, JOBS, Layout, STATE};
use super::order::due;
use super::report::Totals;
use super::results::{self, Counted, Outgoing};
use super::worker::Ask;
use crate::nats::{Delivery, Error, Nats, Pull};
use mibc_runtime::logs;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Jobs per pull.
const BATCH: usize = 512;

/// How long polls under way may take before a partition is left all the same.
const DRAIN: Duration = Duration::from_secs(60);

/// The pause after a pull that ended at once.
const PAUSE: Duration = Duration::from_millis(200);

/// What all partitions of a worker share.
#[derive(Debug)]
pub(super) struct Shared<A> {
    pub(super) nats: Nats,
    pub(super) layout: Layout,
    pub(super) ask: A,
    /// Polls that may be under way.
    pub(super) permits: Semaphore,
}

pub(super) struct Partition<A: Ask> {
    shared: Arc<Shared<A>>,
    number: u16,
    book: Mutex<Book<A::Device, Delivery>>,
    counts: Mutex<Counts>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    pinned: bool,
    /// What was counted before the partition came to us; unknown until it is pinned to us.
    before: Option<Saved>,
    here: Totals,
    saved: Totals,
    /// The newest result that is counted here.
    through: u64,
    /// Results of a worker before us, which it may not have counted; empty once we know what it has saved.
    found: Vec<Counted>,
}

/// What is kept of a partition.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    #[serde(flatten)]
    totals: Totals,
    /// The number of the newest result that is counted. A worker that is killed leaves newer ones to those who look them up.
    through: u64,
}

impl Counts {
    fn add(&mut self, counted: Counted) {
        self.here += counted.totals;
        self.through = self.through.max(counted.sequence);
    }

    /// A result of a worker before us was looked up.
    fn find(&mut self, counted: Counted) {
        match self.before {
            Some(before) if counted.sequence > before.through => self.add(counted),
            Some(_) => {}
            None => self.found.push(counted),
        }
    }

    fn begin(&mut self, before: Saved) {
        self.before = Some(before);
        for counted in std::mem::take(&mut self.found) {
            self.find(counted);
        }
    }
}

impl<A: Ask> Partition<A> {
    pub(super) fn new(shared: Arc<Shared<A>>, number: u16) -> Self {
        Self { shared, number, book: Mutex::default(), counts: Mutex::default(), ended: Notify::new() }
    }

    fn book(&self) -> MutexGuard<'_, Book<A::Device, Delivery>> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be said of it: whether it is pinned to us, its devices, and what was counted here.
    pub(super) fn summary(&self) -> (bool, Summary, Totals) {
        let counts = self.counts();
        (counts.pinned, self.book().summary(now().as_secs()), counts.here)
    }

    pub(super) fn rotate(&self) {
        self.book().rotate();
    }

    /// Takes jobs until `leave` says so and the polls under way have ended.
    pub(super) async fn run(self: Arc<Self>, mut leave: watch::Receiver<bool>) {
        let (nats, takeover) = (&self.shared.nats, self.shared.layout.takeover);
        let consumer = layout::consumer(self.number);
        let mut pull = loop {
            match Pull::open(nats, JOBS, &consumer, GROUP).await {
                Ok(pull) => break pull,
                Err(_) if *leave.borrow() => return,
                Err(_) => sleep(PAUSE).await,
            }
        };
        loop {
            let begun = Instant::now();
            let mut came = 0_usize;
            let pulled = tokio::select! {
                pulled = pull.pull(BATCH, takeover / 3, |delivery| {
                    came += 1;
                    self.arrived(delivery);
                }) => Some(pulled),
                () = told(&mut leave) => None,
            };
            self.pinned(pull.is_pinned()).await;
            match pulled {
                Some(Ok(())) if came > 0 || begun.elapsed() >= PAUSE => {}
                Some(pulled) => {
                    if let Err(error) = pulled {
                        tracing::debug!(target: logs::FLEET, partition = self.number, %error, "jobs cannot be asked for");
                    }
                    sleep(PAUSE).await;
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
        self.counts().pinned = false;
    }

    /// Waits for the polls under way, and gives back what comes meanwhile: the partition stays ours so long, so that no
    /// device is polled by two workers. `false` if it is not to be left after all.
    async fn drain(&self, pull: &mut Pull, leave: &watch::Receiver<bool>) -> bool {
        let (nats, takeover) = (&self.shared.nats, self.shared.layout.takeover);
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

    /// Notes whether jobs come to us. What was counted before is read when the worker before us cannot count any more.
    async fn pinned(&self, pinned: bool) {
        let read = {
            let mut counts = self.counts();
            counts.pinned = pinned;
            pinned && counts.before.is_none()
        };
        if read && let Ok(found) = self.shared.nats.newest(STATE, &layout::partition(self.number)).await {
            let before = found.and_then(|message| serde_json::from_slice(&message.payload).ok());
            self.counts().begin(before.unwrap_or_default());
        }
    }

    /// Writes what was counted, if anything is new. `surely` waits until it is stored.
    pub(super) async fn save(&self, surely: bool) {
        let totals = {
            let mut counts = self.counts();
            let Some(mut saved) = counts.before.filter(|_| counts.here != counts.saved) else { return };
            saved.totals += counts.here;
            saved.through = saved.through.max(counts.through);
            counts.saved = counts.here;
            saved
        };
        let payload = serde_json::to_vec(&totals).unwrap_or_default();
        let subject = layout::partition(self.number);
        if surely {
            if let Err(error) = self.shared.nats.publish(&subject, "", &[], payload.into()).await {
                tracing::debug!(target: logs::FLEET, partition = self.number, %error, "the counts of a partition are not saved");
            }
        } else {
            let _ = self.shared.nats.client().publish(subject, payload.into()).await;
        }
    }

    /// A job has come.
    fn arrived(self: &Arc<Self>, delivery: Delivery) {
        let next = delivery.header("Nats-Schedule-Next").map(str::to_owned);
        // mibc.job.PARTITION.DEVICE.PROFILE
        let subject = delivery.subject.clone();
        let key = subject.splitn(4, '.').nth(3).unwrap_or_default();
        let payload = delivery.payload.clone();
        let due = |order: &super::order::Order| due(next.as_deref()?, order.interval);
        let arrival = self.book().arrive(key, &payload, due, delivery);
        match arrival {
            Ok(Arrival::Start(job)) => {
                tokio::spawn(Arc::clone(self).poll(job));
            }
            Ok(Arrival::Held) => {}
            Ok(Arrival::Done(delivery)) => {
                let nats = self.shared.nats.clone();
                tokio::spawn(async move { nats.acknowledge(&delivery).await });
            }
            Err(reason) => {
                tracing::warn!(target: logs::FLEET, %subject, %reason, "a job cannot be read");
            }
        }
    }

    /// Polls, and then polls again if a newer job has come.
    async fn poll(self: Arc<Self>, mut job: Job<Delivery>) {
        let Ok(_permit) = self.shared.permits.acquire().await else { return };
        job = self.book().newest(job);
        loop {
            let outcome = self.once(&job).await;
            let next = self.book().finish(&job.key, job.due, outcome);
            match next {
                Some(next) => job = next,
                None => break,
            }
        }
        self.ended.notify_one();
    }

    async fn once(&self, job: &Job<Delivery>) -> Outcome {
        let (nats, order) = (&self.shared.nats, &job.order);
        let subject = layout::result(&order.device, &order.profile);
        let done = self.done(job, &subject).await;
        if done.has(job) {
            nats.acknowledge(&job.delivery).await;
            return Outcome { stored: true, up: true, ..Outcome::default() };
        }
        let begun = now();
        let lag = begun.saturating_sub(Duration::from_secs(job.due));
        self.book().begins(u64::try_from(lag.as_millis()).unwrap_or(u64::MAX));
        let device = match self.device(job) {
            Ok(device) => device,
            Err(reason) => {
                // It is not acknowledged, so a worker that can poll it still may. Then it comes again, and is not news.
                if !self.book().said(&job.key, &reason) {
                    tracing::warn!(target: logs::FLEET, device = order.device, profile = order.profile, %reason, "a device cannot be polled by this worker");
                }
                return Outcome { reason: Some(reason), ..Outcome::default() };
            }
        };
        let answer = self.shared.ask.ask(device, order, job.due, nats.most().saturating_sub(4_096)).await;
        let took = u64::try_from(now().saturating_sub(begun).as_millis()).unwrap_or(u64::MAX);
        let result = Outgoing {
            subject,
            device: &order.device,
            profile: &order.profile,
            due: job.due,
            missed: done.missed(job),
            up: answer.up,
            parts: &answer.parts,
        };
        let stored = match result.store(nats).await {
            Ok(counted) => {
                if let Some(counted) = counted {
                    self.counts().add(counted);
                }
                nats.acknowledge(&job.delivery).await;
                true
            }
            Err(error) => {
                refused(order.device.as_str(), order.profile.as_str(), &error);
                false
            }
        };
        Outcome { stored, up: answer.up, took, reason: answer.reason }
    }

    /// What is stored of a device, asked for once after the partition has come to us.
    async fn done(&self, job: &Job<Delivery>, subject: &str) -> Done {
        loop {
            if let Some(done) = self.book().done(&job.key) {
                return done;
            }
            match results::stored(&self.shared.nats, subject).await {
                Ok((done, counted)) => {
                    self.book().stored(&job.key, done);
                    if let Some(counted) = counted {
                        self.counts().find(counted);
                    }
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn device(&self, job: &Job<Delivery>) -> Result<Arc<A::Device>, String> {
        let warm = self.book().warm(&job.key);
        if let Some(device) = warm.filter(|device| self.shared.ask.is_current(device)) {
            return Ok(device);
        }
        let device = Arc::new(self.shared.ask.device(&job.order)?);
        self.book().keep(job, Arc::clone(&device));
        Ok(device)
    }
}

fn refused(device: &str, profile: &str, error: &Error) {
    tracing::error!(target: logs::FLEET, device, profile, %error, "a result is refused");
}

/// Comes back when `leave` is true.
async fn told(leave: &mut watch::Receiver<bool>) {
    if leave.wait_for(|leave| *leave).await.is_err() {
        // Whoever could tell us has ended, and takes us along.
        std::future::pending::<()>().await;
    }
}

/// The time since 1970.
pub(super) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
