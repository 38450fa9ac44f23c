//! How a fleet goes.

mod shown;

use super::layout::{self, JOBS, Layout, RESULTS, STATE};
use super::ledger::{LATELY, Saved};
use super::order;
use super::partition::now;
use super::report::{Report, Totals};
use crate::nats::{Error, Nats, Stored};
use serde::Serialize;
use std::time::Duration;
use tokio::task::JoinSet;

/// How much later than it should a message of a worker may be taken away by the server.
const SLACK: Duration = Duration::from_secs(5);

/// How a fleet goes.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// Schedules: devices times profiles.
    pub schedules: u64,
    /// Jobs that nobody has begun.
    pub pending: u64,
    /// Jobs under way, or lost by a worker that was killed and about to come again.
    pub under_way: u64,
    /// Messages with results that the server keeps, and their octets. A long result has several messages.
    pub kept: (u64, u64),
    /// For how many seconds the server keeps them; 0 without an end.
    pub kept_for: u64,
    /// When the fleet was first applied, in RFC 3339.
    pub since: String,
    /// What was counted in all partitions since the fleet was first applied.
    pub totals: Totals,
    /// Ticks without a result in the last minutes.
    pub missed: Missed,
    /// The workers that are there.
    pub workers: Vec<Report>,
    /// The partitions.
    pub partitions: Vec<Partition>,
}

/// Ticks without a result in the last minutes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Missed {
    /// How many minutes are looked at.
    pub minutes: u64,
    /// How many ticks in these minutes have no result.
    pub ticks: u64,
    /// When the last of all was noticed, in seconds since 1970: the tick after it, which has a result.
    pub last: Option<u64>,
}

/// A partition.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Partition {
    /// Its number, from 0.
    pub number: u16,
    /// Its schedules: devices times profiles.
    pub schedules: u64,
    /// The worker that says that it has it.
    pub worker: Option<String>,
    /// Whether its jobs are given to a client, whatever workers say.
    pub taken: bool,
    /// Jobs that nobody has begun.
    pub pending: u64,
    /// Jobs that were given out and are not done.
    pub under_way: u64,
}

/// Asks a server how its fleet goes.
///
/// # Errors
///
/// If no fleet was applied, or the server does not answer.
pub async fn status(nats: &Nats) -> Result<Status, Error> {
    let layout = Layout::read(nats).await?;
    let mut status = Status::default();
    if let Some(results) = nats.stream(RESULTS).await? {
        status.kept = (results.messages(), results.octets());
        status.kept_for = results.info["config"]["max_age"].as_u64().unwrap_or(0) / 1_000_000_000;
    }
    // The server's clock counts where it is compared with times of the server.
    let mut time = now().as_secs();
    if let Some(jobs) = nats.stream(JOBS).await? {
        jobs.created().unwrap_or_default().clone_into(&mut status.since);
        time = jobs.time().and_then(order::seconds).unwrap_or(time);
    }
    let mut asking: JoinSet<Result<Partition, Error>> = JoinSet::new();
    for number in 0..layout.partitions {
        let nats = nats.clone();
        asking.spawn(async move { partition(&nats, number).await });
    }
    while let Some(partition) = asking.join_next().await {
        let partition = partition.map_err(|error| Error::Unfit(error.to_string()))??;
        status.pending += partition.pending;
        status.under_way += partition.under_way;
        status.schedules += partition.schedules;
        status.partitions.push(partition);
    }
    status.partitions.sort_by_key(|partition| partition.number);
    let oldest = time.saturating_sub((layout.takeover + SLACK).as_secs());
    nats.each(STATE, "mibc.worker.*", |message| {
        if let Ok(report) = serde_json::from_slice::<Report>(&message.payload)
            && !report.leaving
            // A worker that beats is newer.
            && written(&message).is_none_or(|written| written >= oldest)
        {
            status.workers.push(report);
        }
    })
    .await?;
    status.missed.minutes = LATELY;
    nats.each(STATE, "mibc.partition.*", |message| {
        if let Ok(saved) = serde_json::from_slice::<Saved>(&message.payload) {
            status.totals += saved.totals;
            let missed = &mut status.missed;
            missed.ticks = missed.ticks.saturating_add(saved.missed_lately(time));
            missed.last = missed.last.max(Some(saved.last_missed).filter(|last| *last > 0));
        }
    })
    .await?;
    for worker in &status.workers {
        for number in &worker.partitions {
            if let Some(partition) = status.partitions.get_mut(usize::from(*number)) {
                partition.worker = Some(worker.worker.clone());
            }
        }
    }
    Ok(status)
}

/// When the server has stored a message, in seconds since 1970.
fn written(message: &Stored) -> Option<u64> {
    order::seconds(message.header("Nats-Time-Stamp")?)
}

async fn partition(nats: &Nats, number: u16) -> Result<Partition, Error> {
    let info = nats.consumer(JOBS, &layout::consumer(number)).await?.unwrap_or_default();
    let groups = info["priority_groups"].as_array();
    let client = |group: &serde_json::Value| {
        group["pinned_client_id"].as_str().is_some_and(|client| !client.is_empty())
    };
    Ok(Partition {
        number,
        schedules: nats.count(JOBS, &layout::schedules(number)).await?,
        worker: None,
        taken: groups.into_iter().flatten().any(client),
        pending: info["num_pending"].as_u64().unwrap_or(0),
        under_way: info["num_ack_pending"].as_u64().unwrap_or(0),
    })
}
