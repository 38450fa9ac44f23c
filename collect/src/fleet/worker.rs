//! A worker of a fleet.

mod lost;
mod told;

use super::assignment;
use super::layout::{self, CHANGED, Layout, NOTICES, RESULTS, STATE};
use super::members::Members;
use super::order::Order;
use super::partition::Partition;
use super::report::Report;
use super::shared::Shared;
use crate::nats::{Error, Nats};
use bytes::Bytes;
use lost::Lost;
use mibc_runtime::logs;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};
use told::Troubles;

/// Most devices that a report names.
const NAMED: usize = 20;

/// The span of the longest lag.
const SPAN: Duration = Duration::from_secs(30);

/// How long polls under way may take at the end, unless said otherwise.
const DRAIN: Duration = Duration::from_secs(60);

/// How long it may take to read the layout, or to say goodbye.
const MOMENT: Duration = Duration::from_secs(1);

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
    /// Whether it answers, and refuses everything that it is asked. Then it is not `up` either.
    pub refused: bool,
    /// What went wrong.
    pub reason: Option<String>,
}

/// A worker of a fleet.
pub struct Worker<A: Ask> {
    shared: Arc<Shared<A>>,
    layout: Layout,
    /// The layout that counts as soon as all partitions of the one before are left.
    next: Option<Layout>,
    members: Members,
    running: HashMap<u16, Running<A>>,
    ending: JoinSet<u16>,
    reports: watch::Sender<Report>,
    drain: Duration,
    troubles: Troubles,
    /// Beats since partitions have come that are not all ours yet.
    waited: u32,
    /// When another worker of our name beat last.
    twin: Option<Instant>,
    lost: Lost,
}

/// What became of an earlier worker of our name.
enum Earlier {
    Gone,
    Alive,
    /// We have been asked to end meanwhile.
    Stop,
}

struct Running<A: Ask> {
    partition: Arc<Partition<A>>,
    leave: watch::Sender<bool>,
}

impl<A: Ask> fmt::Debug for Worker<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.shared.name).finish_non_exhaustive()
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
        Ok(Self {
            shared: Arc::new(Shared::new(nats, ask, name, in_flight, newest)),
            layout,
            next: None,
            members: Members::new(name),
            running: HashMap::new(),
            ending: JoinSet::new(),
            reports: watch::Sender::default(),
            drain: DRAIN,
            troubles: Troubles::default(),
            waited: 0,
            twin: None,
            lost: Lost::default(),
        })
    }

    /// Polls under way may take so long at the end; a minute unless this is called. What is left then is given up.
    #[must_use]
    pub fn within(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// What the worker says of itself, each time that it does.
    pub fn reports(&self) -> watch::Receiver<Report> {
        self.reports.subscribe()
    }

    /// Works until `stop` comes back. Then polls under way are finished and the partitions given back.
    ///
    /// # Errors
    ///
    /// If the connection cannot be used at all, or another worker of the same name is there. A connection that is lost is
    /// waited for.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let nats = self.shared.nats.clone();
        let away = |error: async_nats::SubscribeError| Error::Away {
            what: "beats of workers".to_owned(),
            reason: error.to_string(),
        };
        let mut beats = nats.client().subscribe("mibc.worker.*").await.map_err(away)?;
        let mut notices = nats.client().subscribe(NOTICES).await.map_err(away)?;
        tokio::pin!(stop);
        let mut present = Vec::new();
        // The server may be away just now: then who is there is heard later.
        let _ = nats.each(STATE, "mibc.worker.*", |message| present.push(message.payload)).await;
        if present.iter().any(|payload| self.is_twin(payload)) {
            match self.earlier(&mut beats, stop.as_mut()).await {
                Earlier::Gone => {}
                Earlier::Stop => return Ok(()),
                Earlier::Alive => {
                    return Err(Error::Unfit(format!(
                        "another worker with the name `{}` is running; expected a name of its own for each (`--worker`)",
                        self.shared.name
                    )));
                }
            }
        }
        for payload in present.iter().filter(|payload| !self.is_twin(payload)).collect::<Vec<_>>() {
            self.heard(payload);
        }
        tracing::info!(target: logs::FLEET, worker = self.shared.name, "the worker begins");
        let mut clock = interval(self.layout.takeover / 3);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rotated = Instant::now();
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = clock.tick() => {
                    self.tell().await;
                    self.look_for_lost();
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
        tracing::info!(target: logs::FLEET, worker = self.shared.name, "the worker ends");
        for running in self.running.values() {
            running.leave.send_replace(true);
        }
        let ended = timeout(self.drain, async {
            self.beat(true).await;
            while self.ending.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            let polls: usize = self.running.values().map(|running| running.partition.flying()).sum();
            tracing::warn!(target: logs::FLEET, worker = self.shared.name, polls, "polls under way are given up");
        }
        // What was said last is on its way before the connection ends.
        let _ = timeout(MOMENT, nats.client().flush()).await;
        Ok(())
    }

    /// Whether somebody else says this under our name.
    fn is_twin(&self, payload: &[u8]) -> bool {
        serde_json::from_slice::<Report>(payload)
            .is_ok_and(|report| self.is_of_twin(&report) && !report.leaving)
    }

    fn is_of_twin(&self, report: &Report) -> bool {
        report.worker == self.shared.name && report.run != self.shared.run
    }

    /// Somebody of our name was there just now: one that was killed is silent, one that runs beats.
    async fn earlier(
        &self,
        beats: &mut async_nats::Subscriber,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Earlier {
        tracing::info!(target: logs::FLEET, worker = self.shared.name, "a worker of the same name was there just now: waiting until it is gone");
        let end = tokio::time::Instant::now() + self.layout.takeover;
        loop {
            tokio::select! {
                () = &mut stop => return Earlier::Stop,
                () = sleep_until(end) => return Earlier::Gone,
                message = crate::nats::next(beats) => match message {
                    Some(message) if self.is_twin(&message.payload) => return Earlier::Alive,
                    Some(_) => {}
                    // It is told where beats are heard next.
                    None => return Earlier::Gone,
                },
            }
        }
    }

    fn heard(&mut self, payload: &[u8]) {
        let Ok(report) = serde_json::from_slice::<Report>(payload) else { return };
        if self.is_of_twin(&report) {
            if report.leaving {
                self.twin = None;
            } else if self
                .twin
                .replace(Instant::now())
                .is_none_or(|last| last.elapsed() > self.layout.takeover)
            {
                tracing::warn!(target: logs::FLEET, worker = self.shared.name, "another worker has the same name: end one of them, or give it another name with --worker");
            }
            return;
        }
        if report.leaving {
            self.members.leave(&report.worker);
            return;
        }
        for gone in self.members.beat(&report.worker, report.partitions) {
            tracing::info!(target: logs::FLEET, worker = self.shared.name, gone, "a worker is gone");
        }
    }

    /// Looks whether the layout has changed. A worker that does not hear of it sees it all the same.
    async fn read_layout(&mut self) {
        if !self.shared.nats.is_connected() {
            return;
        }
        match timeout(MOMENT, Layout::read(&self.shared.nats)).await {
            Ok(Ok(layout)) => self.next = Some(layout).filter(|layout| *layout != self.layout),
            Ok(Err(error)) => {
                tracing::debug!(target: logs::FLEET, worker = self.shared.name, %error, "the layout cannot be read");
            }
            // It is read again.
            Err(_) => {}
        }
    }

    /// Begins with the partitions that are ours, and leaves those that are not.
    fn assign(&mut self) {
        if self.running.is_empty()
            && let Some(layout) = self.next.take()
        {
            let partitions = layout.partitions;
            tracing::info!(target: logs::FLEET, worker = self.shared.name, partitions, takeover = ?layout.takeover, "the fleet has a new layout");
            self.layout = layout;
        }
        let workers = self.members.all();
        // Partitions of one layout are not those of another.
        let mine = match self.next {
            Some(_) => Vec::new(),
            None => assignment::mine(self.layout.partitions, &workers, &self.shared.name),
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
}
