//! Asks devices when they are due, and hands the results to the outputs.

use super::clock::Clock;
use super::counts::{Counts, Silent, Status};
use super::device::Device;
use super::discovery::{self, Group, Place};
use super::fleet::{Fleet, Limits};
use super::hash::hash;
use super::job::{Job, Trouble};
use super::lists::{self, Found};
use super::outputs::{self, OutputError, Outputs};
use super::profile::Profile;
use super::schedule::{self, Entry, Key, Schedule, Start, Ticket};
use super::shard::Shard;
use mibc_runtime::manager::{self, Manager};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

/// Devices and slow jobs that a status names.
const MOST_NAMED: usize = 20;

/// Lists that were read and have not been looked at.
const LISTS: usize = 16;

/// How a poller works, besides what its configuration says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Which devices are its own.
    pub shard: Shard,
    /// Sockets to ask by, each with a task of its own.
    pub sockets: usize,
    /// How long polls under way may take when it stops, and then how long the outputs may.
    pub drain: Duration,
    /// Whether results go to the standard output: those of a configuration without outputs, and those of outputs that
    /// say so. Otherwise these are left out.
    pub standard_output: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { shard: Shard::default(), sockets: 1, drain: Duration::from_secs(10), standard_output: true }
    }
}

/// Why a poller cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// It cannot ask agents.
    #[error(transparent)]
    Manager(#[from] manager::Error),
    /// An output does not start.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Asks devices when they are due.
#[derive(Debug)]
pub struct Poller {
    settings: Settings,
    managers: Vec<Manager>,
    clock: Clock,
    fleet: Arc<Fleet>,
    /// What lists had, by their places.
    found: HashMap<String, Vec<Group>>,
    schedule: Schedule<Arc<Job>>,
    devices: usize,
    outputs: Arc<Outputs>,
    counts: Arc<Counts>,
    refused: bool,
    commands: (mpsc::UnboundedSender<Command>, mpsc::UnboundedReceiver<Command>),
    ended: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    lists: (mpsc::Sender<Found>, mpsc::Receiver<Found>),
    watching: JoinSet<()>,
    polling: JoinSet<()>,
}

fn limits(Limits { in_flight, silent_in_flight }: Limits) -> schedule::Limits {
    schedule::Limits { answering: in_flight, silent: silent_in_flight }
}

#[derive(Debug)]
enum Command {
    /// Another configuration counts, whose outputs run already. The one who sent it is told when it does.
    Reload(Box<Fleet>, oneshot::Sender<()>),
    Refused,
    Reopen,
    Status(oneshot::Sender<Status>),
    Stop,
}

/// How a poll has ended.
#[derive(Debug)]
struct Ended {
    ticket: Ticket,
    up: bool,
    /// Milliseconds.
    took: u32,
    /// Why the device is not up.
    trouble: Option<Arc<Trouble>>,
    /// It is another trouble than the last time.
    turned: bool,
}

/// Tells the schedule that a poll has ended, whatever way.
struct Ending {
    ended: Option<Ended>,
    sender: mpsc::UnboundedSender<Ended>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            // Nobody wants to know when the poller has stopped.
            let _ = self.sender.send(ended);
        }
    }
}

/// Tells a poller what to do.
#[derive(Clone, Debug)]
pub struct Handle {
    commands: mpsc::UnboundedSender<Command>,
    outputs: Arc<Outputs>,
    drain: Duration,
    standard_output: bool,
}

impl Handle {
    /// From now on another configuration counts. Polls under way end as they began, and their results go to the outputs
    /// that there are then. What waits in an output whose name, form, labels and folder stay is kept, wherever it goes
    /// from now on; outputs that are there no more have the time of [`Settings::drain`] to send what they have.
    ///
    /// # Errors
    /// An output cannot start. Everything stays as it is, and the status says so.
    pub async fn reload(&self, fleet: Fleet) -> Result<(), OutputError> {
        if let Err(error) =
            self.outputs.change(outputs::wanted(&fleet.outputs, self.standard_output), self.drain).await
        {
            self.refused();
            return Err(error);
        }
        let (sender, done) = oneshot::channel();
        self.tell(Command::Reload(Box::new(fleet), sender));
        // One that has stopped has nothing to change.
        let _ = done.await;
        Ok(())
    }

    /// Another configuration was refused: the status says so.
    pub fn refused(&self) {
        self.tell(Command::Refused);
    }

    /// Files of outputs are opened anew, for programs that rename them.
    pub fn reopen(&self) {
        self.tell(Command::Reopen);
    }

    /// How it is; `None` if it has stopped.
    pub async fn status(&self) -> Option<Status> {
        let (sender, status) = oneshot::channel();
        self.tell(Command::Status(sender));
        status.await.ok()
    }

    /// Begins no more polls, lets those under way end, and sends what waits in the outputs.
    pub fn stop(&self) {
        self.tell(Command::Stop);
    }

    fn tell(&self, command: Command) {
        // One that has stopped does nothing.
        let _ = self.commands.send(command);
    }
}

impl Poller {
    /// Starts the outputs of a configuration, and reads its lists of devices.
    ///
    /// # Errors
    /// A socket cannot be had, or an output cannot start.
    pub async fn start(settings: Settings, fleet: Fleet) -> Result<Self, StartError> {
        let mut managers = Vec::new();
        for _ in 0..settings.sockets.max(1) {
            managers.push(Manager::bind().await?);
        }
        let outputs = Arc::new(Outputs::start(&outputs::wanted(&fleet.outputs, settings.standard_output))?);
        let schedule = Schedule::new(limits(fleet.limits));
        let mut poller = Self {
            settings,
            managers,
            clock: Clock::new(),
            fleet: Arc::default(),
            found: HashMap::new(),
            schedule,
            devices: 0,
            outputs,
            counts: Arc::default(),
            refused: false,
            commands: mpsc::unbounded_channel(),
            ended: mpsc::unbounded_channel(),
            lists: mpsc::channel(LISTS),
            watching: JoinSet::new(),
            polling: JoinSet::new(),
        };
        poller.take(fleet);
        Ok(poller)
    }

    /// Tells it what to do.
    pub fn handle(&self) -> Handle {
        let (commands, outputs) = (self.commands.0.clone(), Arc::clone(&self.outputs));
        let Settings { drain, standard_output, .. } = self.settings;
        Handle { commands, outputs, drain, standard_output }
    }

    /// Polls until it is told to stop.
    pub async fn run(mut self) {
        loop {
            let now = self.clock.now();
            self.schedule.advance(now);
            while let Some(start) = self.schedule.next() {
                self.begin(start, now);
            }
            let due = self.schedule.next_due().map(|due| self.clock.instant(due));
            let wake = async {
                match due {
                    Some(due) => sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(ended) = self.ended.1.recv() => {
                    self.end(ended);
                    while let Ok(ended) = self.ended.1.try_recv() {
                        self.end(ended);
                    }
                    while self.polling.try_join_next().is_some() {}
                }
                Some(found) = self.lists.1.recv() => self.list(found),
                Some(command) = self.commands.1.recv() => {
                    if self.obey(command) {
                        break;
                    }
                }
                () = wake => {}
            }
        }
        self.drain().await;
    }

    /// Lets polls under way end, and the outputs send what they have.
    async fn drain(mut self) {
        self.watching.abort_all();
        let polling = &mut self.polling;
        let ended =
            timeout(self.settings.drain, async { while polling.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            let polls = self.polling.len();
            tracing::warn!(target: mibc_runtime::logs::POLL, polls, "polls under way are given up");
            self.polling.shutdown().await;
        }
        let left = self.outputs.stop(self.settings.drain).await;
        tracing::info!(target: mibc_runtime::logs::POLL, left, "the poller has stopped");
    }

    /// Whether to stop.
    fn obey(&mut self, command: Command) -> bool {
        match command {
            Command::Reload(fleet, done) => {
                self.refused = false;
                self.schedule.limit(limits(fleet.limits));
                self.take(*fleet);
                // Who has asked may have gone.
                let _ = done.send(());
            }
            Command::Refused => self.refused = true,
            Command::Reopen => self.outputs.reopen(),
            Command::Status(sender) => {
                // Who has asked may have gone.
                let _ = sender.send(self.status());
            }
            Command::Stop => return true,
        }
        false
    }

    fn begin(&mut self, start: Start<Arc<Job>>, now: schedule::Millis) {
        self.counts.late(Duration::from_millis(now.saturating_sub(start.due)));
        let ended = Some(Ended { ticket: start.ticket, up: false, took: 0, trouble: None, turned: false });
        let ending = Ending { ended, sender: self.ended.0.clone() };
        let (outputs, counts) = (Arc::clone(&self.outputs), Arc::clone(&self.counts));
        self.polling.spawn(async move {
            // All of it moves in here, not only the fields that are used.
            let mut ending = ending;
            let polled = start.job.poll(start.tick, now).await;
            counts.polled(&polled);
            let (made, octets) = outputs.take(&polled).await;
            counts.encoded(made.samples, made.duplicates, octets);
            let (up, reason) = (polled.up(), polled.reason());
            if let Some(reason) = &reason {
                let Key { device, profile } = polled.job.key();
                tracing::debug!(target: mibc_runtime::logs::POLL, %device, %profile, tick = polled.tick, %reason, "a poll is not complete");
            }
            if let Some(ended) = &mut ending.ended {
                ended.up = up;
                ended.took = u32::try_from(polled.elapsed.as_millis()).unwrap_or(u32::MAX);
                let trouble = reason.filter(|_| !up).map(|reason| Trouble { refused: polled.refused, reason });
                ended.trouble = trouble.map(Arc::new);
                ended.turned = polled.job.turns(ended.trouble.clone());
            }
        });
    }

    fn end(&mut self, Ended { ticket, up, took, trouble, turned }: Ended) {
        let Some((before, slot)) = self.schedule.ended(ticket, up, took) else { return };
        let Key { device, profile } = &slot.key;
        if up && before > 0 {
            tracing::info!(target: mibc_runtime::logs::POLL, %device, %profile, polls = before, "a device answers again");
        } else if !up && (before == 0 || turned) {
            let reason = trouble.as_ref().map_or("", |trouble| &trouble.reason);
            if trouble.as_ref().is_some_and(|trouble| trouble.refused) {
                tracing::info!(target: mibc_runtime::logs::POLL, %device, %profile, %reason, "a device refuses what it is asked");
            } else {
                tracing::info!(target: mibc_runtime::logs::POLL, %device, %profile, %reason, "a device does not answer");
            }
        }
    }

    /// From now on this configuration counts.
    fn take(&mut self, fleet: Fleet) {
        self.watching.abort_all();
        self.watching = JoinSet::new();
        // Messages of the tasks before are of no use; lists that are still wanted stay.
        while self.lists.1.try_recv().is_ok() {}
        let mut before = std::mem::take(&mut self.found);
        for discovery in &fleet.discoveries {
            let name = discovery.place.name();
            let known = before.remove(&name);
            let groups = match &discovery.place {
                Place::Files(patterns) => {
                    // What cannot be read is told by the task.
                    let (groups, problems) = discovery::read(patterns);
                    if problems.is_empty() { Some(groups) } else { known }
                }
                Place::Http(_) => known,
            };
            self.found.extend(groups.map(|groups| (name, groups)));
            self.watching.spawn(lists::watch(discovery.clone(), self.lists.0.clone()));
        }
        self.fleet = Arc::new(fleet);
        self.apply();
    }

    fn list(&mut self, Found { place, groups }: Found) {
        if self.found.get(&place) != Some(&groups) {
            self.found.insert(place, groups);
            self.apply();
        }
    }

    /// Brings the schedule in line with the configuration and the lists.
    fn apply(&mut self) {
        let begun = Instant::now();
        let fleet = Arc::clone(&self.fleet);
        let mut devices: Vec<Arc<Device>> = fleet.devices.clone();
        for discovery in &fleet.discoveries {
            let place = discovery.place.name();
            let Some(groups) = self.found.get(&place) else { continue };
            let (found, problems) = fleet.listed(discovery, groups);
            for problem in &problems {
                tracing::warn!(target: mibc_runtime::logs::POLL, %place, %problem, "a device of a list is left out");
            }
            devices.extend(found.into_iter().map(Arc::new));
        }
        let mut names = HashSet::with_capacity(devices.len());
        let total = devices.len();
        // The first of a name counts; those of the file come first.
        devices.retain(|device| names.insert(Arc::clone(&device.name)));
        let twice = total - devices.len();
        if twice > 0 {
            tracing::warn!(target: mibc_runtime::logs::POLL, devices = twice, "devices are left out: others have their names");
        }
        devices.retain(|device| self.settings.shard.has(&device.name));
        self.devices = devices.len();
        let known: HashMap<Key, Arc<Job>> =
            self.schedule.slots().map(|slot| (slot.key.clone(), Arc::clone(&slot.job))).collect();
        let mut entries = Vec::with_capacity(devices.len());
        for device in &devices {
            for profile in &device.profiles {
                entries.push(self.entry(&known, device, profile));
            }
        }
        drop(known);
        let jobs = entries.len();
        let now = self.clock.now();
        self.schedule.update(now, entries);
        let took = begun.elapsed();
        tracing::info!(target: mibc_runtime::logs::POLL, devices = self.devices, jobs, ?took, "devices are known");
    }

    /// A job as it was, if it would ask the same; what it knows of the device stays.
    fn entry(
        &self,
        known: &HashMap<Key, Arc<Job>>,
        device: &Arc<Device>,
        profile: &Arc<Profile>,
    ) -> Entry<Arc<Job>> {
        let key = Key { device: Arc::clone(&device.name), profile: Arc::clone(&profile.name) };
        let interval = u64::try_from(profile.interval.as_millis()).unwrap_or(u64::MAX);
        let job = known.get(&key).filter(|job| job.is_like(device, profile)).cloned();
        let job = job.unwrap_or_else(|| {
            let place = hash(&[&device.name]) % self.managers.len() as u64;
            // There is at least one, and the remainder is one of them.
            let manager = &self.managers[usize::try_from(place).unwrap_or(0)];
            Arc::new(Job::new(manager, Arc::clone(device), Arc::clone(profile)))
        });
        Entry { key, interval, job }
    }

    fn status(&self) -> Status {
        let [in_flight, silent_in_flight] = self.schedule.flying();
        let mut silent: Vec<_> = self.schedule.slots().filter(|slot| slot.silent > 0).collect();
        let refusing_jobs =
            silent.iter().filter(|slot| slot.job.trouble().is_some_and(|trouble| trouble.refused)).count();
        let silent_jobs = silent.len() - refusing_jobs;
        silent.sort_unstable_by_key(|slot| std::cmp::Reverse(slot.silent));
        let mut slow: Vec<_> =
            self.schedule.slots().filter(|slot| slot.silent == 0 && slot.took.is_some()).collect();
        if slow.len() > MOST_NAMED {
            slow.select_nth_unstable_by_key(MOST_NAMED, |slot| std::cmp::Reverse(slot.took));
            slow.truncate(MOST_NAMED);
        }
        slow.sort_unstable_by_key(|slot| std::cmp::Reverse(slot.took));
        let names = |key: &Key| (key.device.to_string(), key.profile.to_string());
        let silent = silent.into_iter().take(MOST_NAMED).map(|slot| {
            let (device, profile) = names(&slot.key);
            let trouble = slot.job.trouble();
            let refused = trouble.as_ref().is_some_and(|trouble| trouble.refused);
            let reason = trouble.map(|trouble| trouble.reason.clone());
            Silent { device, profile, polls: slot.silent, refused, reason }
        });
        let slow = slow.into_iter().map(|slot| {
            let (device, profile) = names(&slot.key);
            (device, profile, Duration::from_millis(slot.took.unwrap_or(0).into()))
        });
        Status {
            devices: self.devices,
            jobs: self.schedule.len(),
            in_flight,
            silent_in_flight,
            waiting: self.schedule.waiting(),
            silent_jobs,
            refusing_jobs,
            silent: silent.collect(),
            slow: slow.collect(),
            refused: self.refused,
            outputs: self.outputs.figures(),
            ..self.counts.status(self.schedule.counted.replaced)
        }
    }
}
