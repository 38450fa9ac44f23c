//! One partition of a worker: takes its jobs, polls, stores the results.

use super::book::{Arrival, Book, Done, Job, Outcome, Summary};
use super::gain::{Gain, Gains, Unreadable};
use super::layout::{self, GROUP, JOBS, RESULTS, STATE};
use super::ledger::{Ledger, Saved};
use super::order::due;
use super::report::Totals;
use super::results::{self, Outgoing};
use super::trouble::Trouble;
use super::worker::Ask;
use crate::nats::{Delivery, Error, Nats, Pull};
use mibc_runtime::logs;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// What a worker knows of the schedules of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    /// Nothing certain: the server was away.
    Lost,
    /// Somebody else has the partition still.
    Waiting,
    /// All of them. Jobs come for their ticks.
    Sure,
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

    /// Learns which schedules there are and what is stored of their devices, and polls what is overdue.
    ///
    /// The server makes no jobs for ticks that it was away at, and a worker that was killed leaves jobs that come again only
    /// after a while. So what is overdue is looked up whenever a partition comes to us and whenever the server comes back.
    async fn catch_up(self: &Arc<Self>, pin: Option<&str>) -> Knowledge {
        let known = self.caught_up(pin).await;
        if known.is_ok() {
            self.taking.works();
        }
        match known {
            Ok(true) => Knowledge::Sure,
            Ok(false) => Knowledge::Waiting,
            Err(error) => {
                self.fails(&error);
                tracing::debug!(target: logs::FLEET, partition = self.number, %error, "what is overdue cannot be looked up");
                Knowledge::Lost
            }
        }
    }

    async fn caught_up(self: &Arc<Self>, pin: Option<&str>) -> Result<bool, Error> {
        let nats = &self.shared.nats;
        let client = nats.pinned(JOBS, &layout::consumer(self.number), GROUP).await?;
        if client.is_some_and(|client| Some(&*client) != pin) {
            return Ok(false);
        }
        let found = nats.newest(STATE, &layout::partition(self.number)).await?;
        let newest = nats.stream(RESULTS).await?.map_or(0, |stream| stream.last());
        // It may be another stream than before. In the same one, a number that is too small does no harm.
        self.shared.newest.fetch_min(newest, Ordering::Relaxed);
        // Without an answer, nobody has counted here yet.
        let found = found.and_then(|message| serde_json::from_slice::<Saved>(&message.payload).ok());
        let found = found.unwrap_or_else(|| Saved { through: newest, ..Saved::default() });
        let before =
            Some(found.worker.clone()).filter(|before| !before.is_empty() && *before != self.shared.name);
        let news = self.ledger().begin(found, &self.shared.run, newest);
        if news {
            self.book().forget_done();
        }
        let (mut keys, now) = (HashSet::new(), seconds());
        nats.each(JOBS, &layout::schedules(self.number), |message| {
            let key = layout::key(&message.subject);
            match self.book().scheduled(key, &message.payload, now) {
                Ok(()) => drop(keys.insert(key.to_owned())),
                Err(reason) => self.shared.schedules.add(&message.subject, reason),
            }
        })
        .await?;
        // Devices that were removed: what is stored of them counts, and no schedule that has come back.
        let mut gone = HashMap::new();
        nats.each(STATE, &layout::gone(self.number, ">"), |message| {
            let since = std::str::from_utf8(&message.payload).ok().and_then(|text| text.parse::<u64>().ok());
            if let (Some(key), Some(since)) = (layout::gone_key(&message.subject), since) {
                gone.insert(key.to_owned(), since);
            }
        })
        .await?;
        for (key, since) in &gone {
            // A device that was applied again is another one, whatever clock says since when.
            let returned = self.book().since(key) == Some(*since);
            if keys.contains(key) && returned {
                match layout::remove(nats, &layout::schedule(self.number, key)).await {
                    Ok(()) => drop(keys.remove(key)),
                    // This worker may have no right to do that. The next `mibc fleet apply` does it.
                    Err(error) => {
                        tracing::warn!(target: logs::FLEET, subject = key, %error, "a schedule that has come back cannot be removed");
                    }
                }
            }
        }
        self.book().keep_only(&keys);
        let unknown = self.book().unknown();
        let subjects =
            unknown.iter().map(|(key, order)| (layout::result(&order.device, &order.profile), key));
        let subjects: HashMap<String, &Arc<str>> = subjects.collect();
        let mut asked: Vec<String> = subjects.keys().cloned().collect();
        if news {
            let removed = gone.keys().map(|key| layout::result_of(key));
            asked.extend(removed.filter(|results| !subjects.contains_key(results)));
        }
        let mut stored = HashMap::with_capacity(asked.len());
        results::stored_of(nats, &asked, |subject, done, counted| {
            if let Some(key) = subjects.get(subject) {
                stored.insert(Arc::clone(key), done);
            }
            if let Some(counted) = counted {
                self.ledger().count(counted);
            }
        })
        .await?;
        let overdue = {
            let mut book = self.book();
            for (key, _) in &unknown {
                // Of those whose job has come meanwhile, more is known.
                if book.done(key).is_none() {
                    book.stored(key, stored.get(key).copied().unwrap_or(Done::Nothing));
                }
            }
            book.overdue(seconds())
        };
        self.ledger().complete();
        self.save(true).await;
        if news || !overdue.is_empty() {
            self.shared.gains.add(Gain {
                partitions: usize::from(news),
                devices: if news { keys.len() } else { 0 },
                overdue: overdue.len(),
                before: before.filter(|_| news).into_iter().collect(),
            });
        }
        for job in overdue {
            tokio::spawn(Arc::clone(self).poll(job));
        }
        Ok(true)
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

    /// A job has come.
    fn arrived(self: &Arc<Self>, delivery: Delivery) {
        let next = delivery.header("Nats-Schedule-Next").map(str::to_owned);
        let subject = delivery.subject.clone();
        let key = layout::key(&subject);
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
            Err((reason, delivery)) => {
                self.shared.jobs.add(&subject, reason);
                // It would come again and again.
                let nats = self.shared.nats.clone();
                tokio::spawn(async move { nats.end(&delivery).await });
            }
        }
    }

    /// Polls, and then polls again if a newer job has come.
    async fn poll(self: Arc<Self>, mut job: Job<Delivery>) {
        let Ok(_permit) = self.shared.permits.acquire().await else { return };
        job = self.book().newest(job);
        loop {
            let outcome = self.once(&job).await;
            if let Some(delivery) = job.delivery.as_ref().filter(|_| outcome.stored) {
                self.shared.nats.acknowledge(delivery).await;
            }
            let (next, again) = self.book().finish(&job.key, job.due, outcome);
            if let Some(delivery) = again {
                self.shared.nats.acknowledge(&delivery).await;
            }
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
        let begun = self.ledger().store(self.shared.newest.load(Ordering::Relaxed));
        let stored = result.store(nats, &self.shared.storing).await;
        let mut ledger = self.ledger();
        if let Ok(Some(counted)) = stored {
            if counted.fresh && counted.sequence <= begun {
                // The stream is another one.
                self.shared.newest.store(counted.sequence, Ordering::Relaxed);
            } else {
                self.shared.newest.fetch_max(counted.sequence, Ordering::Relaxed);
            }
            ledger.count(counted);
        }
        ledger.end(begun);
        drop(ledger);
        let (up, refused, reason) = (answer.up, answer.refused, answer.reason);
        match stored {
            Ok(_) => Outcome { stored: true, up, refused, took, reason },
            Err(error) => {
                // One that is refused for ever comes again and again, and where all are that is told of all together.
                let reason = error.to_string();
                if !self.shared.storing.is_told() && !self.book().said(&job.key, &reason) {
                    tracing::error!(target: logs::FLEET, device = order.device, profile = order.profile, %error, "a result is refused");
                }
                Outcome { stored: false, up, refused, took, reason: Some(reason) }
            }
        }
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
                        self.ledger().count(counted);
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
