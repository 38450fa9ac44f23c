//! The schedules of a server made those of a fleet.

use super::calendar::{phase, schedule};
use super::device::Device;
use super::layout::{self, JOBS, Layout, Settings};
use super::order::Order;
use super::partition::now;
use crate::nats::{Error, Nats};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use tokio::task::JoinSet;

/// How often it is looked whether all was done.
const CHECKS: usize = 5;

/// Requests on their way at a time.
const PARALLEL: usize = 256;

/// What applying a fleet does, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Schedules that are new. There is one for each device and profile.
    pub added: usize,
    /// Schedules that were different.
    pub changed: usize,
    /// Schedules that the fleet does not have any more.
    pub removed: usize,
    /// Schedules that stay.
    pub unchanged: usize,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, changed, removed, unchanged } = self;
        write!(f, "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged")
    }
}

/// A schedule as it should be.
#[derive(Debug)]
struct Wanted {
    job: String,
    schedule: String,
    order: Order,
}

/// A request that changes something.
#[derive(Debug)]
enum Change {
    Write(String, Arc<Wanted>),
    /// The schedule, and since when it was there.
    Remove(String, u64),
}

/// Makes the schedules of a server those of these devices, and the streams those of the settings. Doing it again changes
/// nothing; if it ends half-way, doing it again does the rest. With `only_say`, nothing is changed.
///
/// # Errors
///
/// If two devices have one name, an interval is 0, the server is too old, refuses something or does not answer.
pub async fn apply(
    nats: &Nats,
    settings: &Settings,
    devices: &[Device],
    only_say: bool,
) -> Result<Changes, Error> {
    check(devices)?;
    let before = match nats.stream(JOBS).await? {
        Some(_) => Some(Layout::read(nats).await?),
        None if only_say => {
            let added = devices.iter().map(|device| device.profiles.len()).sum();
            return Ok(Changes { added, ..Changes::default() });
        }
        None => None,
    };
    let layout = match before {
        Some(before) if only_say => before.with(settings),
        _ => Layout::ensure(nats, settings).await?,
    };
    let wanted = wanted(&layout, devices);
    let (changes, gone, mut written) = compare(&schedules(nats).await?, &wanted);
    if only_say {
        return Ok(changes);
    }
    if before.is_some_and(|before| before.partitions != layout.partitions) {
        // Two schedules of a device at a time would be two polls.
        all(nats, gone).await?;
    } else {
        written.extend(gone);
    }
    all(nats, written).await?;
    for _ in 0..CHECKS {
        if changes.removed + changes.changed == 0 {
            break;
        }
        // A schedule that the server has just made a job of can outlive its removal.
        let (_, gone, written) = compare(&schedules(nats).await?, &wanted);
        let left: Vec<Change> = gone.into_iter().chain(written).collect();
        if left.is_empty() {
            break;
        }
        all(nats, left).await?;
    }
    if before.is_some_and(|before| before != layout) {
        let _ = nats.client().publish(layout::CHANGED, Default::default()).await;
    }
    // Notices are on their way before the connection ends.
    let _ = nats.client().flush().await;
    Ok(changes)
}

/// The schedules that a server has, by their subjects: when they are due, and what they order.
async fn schedules(nats: &Nats) -> Result<HashMap<String, (Option<String>, Option<Order>)>, Error> {
    let mut known = HashMap::new();
    nats.each(JOBS, "mibc.schedule.>", |message| {
        let order = serde_json::from_slice(&message.payload).ok();
        let schedule = message.header("Nats-Schedule").map(str::to_owned);
        known.insert(message.subject, (schedule, order));
    })
    .await?;
    Ok(known)
}

/// What is to be done: in figures, then the removals, then the schedules to be written.
fn compare(
    known: &HashMap<String, (Option<String>, Option<Order>)>,
    wanted: &HashMap<String, Arc<Wanted>>,
) -> (Changes, Vec<Change>, Vec<Change>) {
    let mut changes = Changes::default();
    let gone: Vec<&String> = known.keys().filter(|subject| !wanted.contains_key(*subject)).collect();
    let keys: HashSet<&str> = gone.iter().map(|subject| layout::key(subject)).collect();
    let (mut moved, mut written) = (0, Vec::new());
    for (subject, new) in wanted {
        match known.get(subject) {
            Some((schedule, order))
                if schedule.as_ref() == Some(&new.schedule)
                    && order.as_ref().is_some_and(|order| order.is_like(&new.order)) =>
            {
                changes.unchanged += 1;
                continue;
            }
            Some(_) => changes.changed += 1,
            // A device in another partition is not new.
            None if keys.contains(layout::key(subject)) => moved += 1,
            None => changes.added += 1,
        }
        written.push(Change::Write(subject.clone(), Arc::clone(new)));
    }
    changes.changed += moved;
    changes.removed = gone.len() - moved;
    let removal = |subject: &String| {
        let since = known.get(subject).and_then(|(_, order)| Some(order.as_ref()?.since));
        Change::Remove(subject.clone(), since.unwrap_or_default())
    };
    (changes, gone.into_iter().map(removal).collect(), written)
}

fn check(devices: &[Device]) -> Result<(), Error> {
    let mut names = HashMap::with_capacity(devices.len());
    for device in devices {
        if names.insert(&device.name, ()).is_some() {
            return Err(Error::Unfit(format!(
                "two devices have the name `{}`; expected a name of its own for each",
                device.name
            )));
        }
        for (at, wanted) in device.profiles.iter().enumerate() {
            if wanted.interval == 0 {
                return Err(Error::Unfit(format!(
                    "profile `{}` of the device `{}` has the interval 0; expected at least a second",
                    wanted.profile, device.name
                )));
            }
            if device.profiles[..at].iter().any(|other| other.profile == wanted.profile) {
                return Err(Error::Unfit(format!(
                    "the device `{}` has profile `{}` twice; expected it once",
                    device.name, wanted.profile
                )));
            }
        }
    }
    Ok(())
}

/// The schedules that there should be, by their subjects.
fn wanted(layout: &Layout, devices: &[Device]) -> HashMap<String, Arc<Wanted>> {
    let since = now().as_secs();
    let mut all = HashMap::with_capacity(devices.len());
    for device in devices {
        for wanted in &device.profiles {
            let (subject, job) = layout.subjects(&device.name, &wanted.profile);
            let phase = phase(&device.name, &wanted.profile, wanted.interval);
            let order = Order {
                device: device.name.clone(),
                address: device.address.clone(),
                auth: device.auth.clone(),
                profile: wanted.profile.clone(),
                interval: wanted.interval,
                labels: device.labels.clone(),
                since,
            };
            let schedule = schedule(wanted.interval, phase);
            all.insert(subject, Arc::new(Wanted { job, schedule, order }));
        }
    }
    all
}

/// Does all changes, some at a time.
async fn all(nats: &Nats, changes: Vec<Change>) -> Result<(), Error> {
    let mut under_way: JoinSet<Result<(), Error>> = JoinSet::new();
    for change in changes {
        while under_way.len() >= PARALLEL {
            ended(under_way.join_next().await)?;
        }
        let nats = nats.clone();
        under_way.spawn(async move { one(&nats, change).await });
    }
    while !under_way.is_empty() {
        ended(under_way.join_next().await)?;
    }
    Ok(())
}

fn ended(task: Option<Result<Result<(), Error>, tokio::task::JoinError>>) -> Result<(), Error> {
    match task {
        Some(Ok(done)) => done,
        Some(Err(error)) => Err(Error::Unfit(error.to_string())),
        None => Ok(()),
    }
}

async fn one(nats: &Nats, change: Change) -> Result<(), Error> {
    match change {
        Change::Write(subject, wanted) => {
            let Wanted { job, schedule, order } = &*wanted;
            // A job that nobody has taken by the next tick is of no use.
            let ttl = format!("{}s", order.interval.max(1));
            let headers = [
                ("Nats-Schedule", schedule.clone()),
                ("Nats-Schedule-Target", job.clone()),
                ("Nats-Schedule-TTL", ttl),
            ];
            let payload = serde_json::to_vec(order).map_err(|error| Error::Unfit(error.to_string()))?;
            nats.publish(&subject, "", &headers, payload.into()).await?;
        }
        Change::Remove(subject, since) => {
            let key = layout::key(&subject).to_owned();
            let partition = subject.split('.').nth(2).and_then(|number| number.parse().ok());
            if let Some(partition) = partition {
                // If its worker is killed just now, the next one counts what is stored of it; and if the server brings the
                // schedule back, it is removed again.
                let ttl = [("Nats-TTL", format!("{}s", layout::REMEMBERED_GONE.as_secs()))];
                nats.publish(&layout::gone(partition, &key), "", &ttl, since.to_string().into()).await?;
            }
            layout::remove(nats, &subject).await?;
            if let Some(partition) = partition {
                let _ = nats.client().publish(layout::removed(partition), key.into()).await;
            }
        }
    }
    Ok(())
}
