//! A worker of a fleet.

use super::assignment;
use super::layout::{self, CHANGED, Layout, NOTICES, RESULTS, STATE};
use super::members::Members;
use super::order::Order;
use super::partition::{Partition, Shared};
use super::report::{Report, Totals};
use crate::nats::{Error, Nats};
use bytes::Bytes;
use mibc_runtime::logs;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Most devices that a report names.
const NAMED: usize = 20;

/// The span of the longest lag.
const SPAN: Duration = Duration::from_secs(30);

/// How devices are asked.
pub trait Ask: Send + Sync + 'static {
    /// What is kept of a device between its polls.
    type Device: Send + Sync + 'static;

    /// What is kept of a device from its first poll on.
    ///
    /// # Errors
    ///
    /// In words, if this worker does not know the profile or the credentials.
    fn device(&self, order: &Order) -> Result<Self::Device, String>;

    /// Whether what is kept of a device is still good. If not, it is made anew before the next poll.
    fn is_current(&self, _device: &Self::Device) -> bool {
        true
    }

    /// Asks a device, as the order says. `due` is the second of 1970 that the poll was due at, and `most` how many octets a part of the answer
    /// may have.
    fn ask(
        &self,
        device: Arc<Self::Device>,
        order: &Order,
        due: u64,
        most: usize,
    ) -> impl Future<Output = Answer> + Send;
}

/// What a poll gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The result as it is stored, in one part or several. A device that does not answer has a result that says so.
    pub parts: Vec<Bytes>,
    /// Whether the device has answered.
    pub up: bool,
    /// What went wrong.
    pub reason: Option<String>,
}

/// A worker of a fleet.
pub struct Worker<A: Ask> {
    shared: Arc<Shared<A>>,
    layout: Layout,
    /// The layout that counts as soon as all partitions of the one before are left.
    next: Option<Layout>,
    name: String,
    members: Members,
    running: HashMap<u16, Running<A>>,
    ending: JoinSet<u16>,
    reports: watch::Sender<Report>,
}

struct Running<A: Ask> {
    partition: Arc<Partition<A>>,
    leave: watch::Sender<bool>,
}

impl<A: Ask> fmt::Debug for Worker<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<A: Ask> Worker<A> {
    /// A worker with a name that no other one has, which does so many polls at a time.
    ///
    /// # Errors
    ///
    /// If the server does not answer, or no fleet was applied to it.
    pub async fn new(nats: Nats, name: &str, ask: A, in_flight: usize) -> Result<Self, Error> {
        let layout = Layout::read(&nats).await?;
        let newest = nats.stream(RESULTS).await?.map_or(0, |stream| stream.last());
        // The last part of an inbox is by chance.
        let run = nats.client().new_inbox().rsplit('.').next().unwrap_or_default().to_owned();
        let permits = Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self {
            shared: Arc::new(Shared { nats, ask, run, permits, newest: AtomicU64::new(newest) }),
            layout,
            next: None,
            name: name.to_owned(),
            members: Members::new(name),
            running: HashMap::new(),
            ending: JoinSet::new(),
            reports: watch::Sender::default(),
        })
    }

    /// What the worker says of itself, each time that it does.
    pub fn reports(&self) -> watch::Receiver<Report> {
        self.reports.subscribe()
    }

    /// Works until `stop` comes back. Then polls under way are finished and the partitions given back.
    ///
    /// # Errors
    ///
    /// If the connection cannot be used at all. One that is lost is waited for.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let nats = self.shared.nats.clone();
        let away = |error: async_nats::SubscribeError| Error::Away {
            what: "beats of workers".to_owned(),
            reason: error.to_string(),
        };
        let mut beats = nats.client().subscribe("mibc.worker.*").await.map_err(away)?;
        let mut notices = nats.client().subscribe(NOTICES).await.map_err(away)?;
        let mut present = Vec::new();
        // The server may be away just now: then who is there is heard later.
        let _ = nats.each(STATE, "mibc.worker.*", |message| present.push(message.payload)).await;
        for payload in present {
            self.heard(&payload);
        }
        tracing::info!(target: logs::FLEET, worker = self.name, "the worker begins");
        let mut clock = interval(self.layout.takeover / 3);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rotated = Instant::now();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = clock.tick() => {
                    self.beat(false).await;
                    for running in self.running.values() {
                        running.partition.save(false).await;
                    }
                    if rotated.elapsed() >= SPAN {
                        rotated = Instant::now();
                        self.running.values().for_each(|running| running.partition.rotate());
                        self.read_layout().await;
                    }
                    if clock.period() != self.layout.takeover / 3 {
                        clock = interval(self.layout.takeover / 3);
                        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
                    }
                }
                message = crate::nats::next(&mut beats) => {
                    let Some(message) = message else {
                        return Err(Error::Away {
                            what: "beats of workers".to_owned(),
                            reason: "the connection is closed".to_owned(),
                        });
                    };
                    self.heard(&message.payload);
                    self.assign();
                }
                Some(message) = crate::nats::next(&mut notices) => {
                    if message.subject.as_str() == CHANGED {
                        self.read_layout().await;
                        self.assign();
                    } else if let Some(number) = layout::removed_from(&message.subject)
                        && let Some(running) = self.running.get(&number)
                        && let Ok(key) = std::str::from_utf8(&message.payload)
                    {
                        running.partition.remove(key);
                    }
                }
                Some(ended) = self.ending.join_next() => {
                    if let Ok(number) = ended {
                        self.running.remove(&number);
                        self.assign();
                    }
                }
            }
        }
        tracing::info!(target: logs::FLEET, worker = self.name, "the worker ends");
        self.beat(true).await;
        for running in self.running.values() {
            running.leave.send_replace(true);
        }
        while self.ending.join_next().await.is_some() {}
        // What was said last is on its way before the connection ends.
        let _ = nats.client().flush().await;
        Ok(())
    }

    fn heard(&mut self, payload: &[u8]) {
        let Ok(report) = serde_json::from_slice::<Report>(payload) else { return };
        if report.worker == self.name && report.run != self.shared.run {
            // One that has just been killed is still remembered; one that goes on is a mistake.
            tracing::debug!(target: logs::FLEET, worker = self.name, "another worker has or had the same name");
            return;
        }
        if report.leaving {
            self.members.leave(&report.worker);
        } else {
            self.members.beat(&report.worker);
        }
    }

    /// Looks whether the layout has changed. A worker that does not hear of it sees it all the same.
    async fn read_layout(&mut self) {
        if !self.shared.nats.is_connected() {
            return;
        }
        match Layout::read(&self.shared.nats).await {
            Ok(layout) => self.next = Some(layout).filter(|layout| *layout != self.layout),
            Err(error) => {
                tracing::debug!(target: logs::FLEET, worker = self.name, %error, "the layout cannot be read");
            }
        }
    }

    /// Begins with the partitions that are ours, and leaves those that are not.
    fn assign(&mut self) {
        if self.running.is_empty()
            && let Some(layout) = self.next.take()
        {
            let partitions = layout.partitions;
            tracing::info!(target: logs::FLEET, worker = self.name, partitions, takeover = ?layout.takeover, "the fleet is laid out anew");
            self.layout = layout;
        }
        let workers = self.members.all();
        // Partitions of one layout are not those of another.
        let mine = match self.next {
            Some(_) => Vec::new(),
            None => assignment::mine(self.layout.partitions, &workers, &self.name),
        };
        for number in &mine {
            match self.running.get(number) {
                Some(running) => {
                    running.leave.send_if_modified(std::mem::take);
                }
                None => {
                    let (leave, left) = watch::channel(false);
                    let partition =
                        Arc::new(Partition::new(Arc::clone(&self.shared), *number, self.layout.takeover));
                    let (running, number) = (Arc::clone(&partition), *number);
                    self.ending.spawn(async move {
                        running.run(left).await;
                        number
                    });
                    self.running.insert(number, Running { partition, leave });
                }
            }
        }
        for (number, running) in &self.running {
            if !mine.contains(number) {
                running.leave.send_if_modified(|leave| !std::mem::replace(leave, true));
            }
        }
    }

    /// Says that we are there, and how we are.
    async fn beat(&self, leaving: bool) {
        let mut report =
            Report { worker: self.name.clone(), run: self.shared.run.clone(), leaving, ..Report::default() };
        let mut totals = Totals::default();
        for (number, running) in &self.running {
            let (held, summary, counted) = running.partition.summary();
            if held {
                report.partitions.push(*number);
            }
            report.devices += summary.devices as u64;
            report.names += summary.names as u64;
            report.in_flight += summary.flying as u64;
            report.lag = report.lag.max(summary.lag);
            report.slow += summary.slow as u64;
            report.dead += summary.dead as u64;
            report.slowest.extend(summary.slowest);
            report.silent.extend(summary.silent);
            totals += counted;
        }
        report.totals = totals;
        report.partitions.sort_unstable();
        report.slowest.sort_by_key(|named| std::cmp::Reverse(named.number));
        report.slowest.truncate(NAMED);
        report.silent.truncate(NAMED);
        let payload = serde_json::to_vec(&report).unwrap_or_default();
        self.reports.send_replace(report);
        // What is said without a connection would come all at once later.
        if !self.shared.nats.is_connected() {
            return;
        }
        let mut headers = async_nats::HeaderMap::new();
        // Who comes now would wait longer for a worker that has been killed than the others, who remember when it beat last.
        let takeover = self.layout.takeover.as_secs() + 1;
        let remembered = if leaving { 1 } else { takeover };
        headers.insert("Nats-TTL", format!("{remembered}s").as_str());
        let client = self.shared.nats.client();
        let _ = client.publish_with_headers(layout::worker(&self.name), headers, payload.into()).await;
    }
}
