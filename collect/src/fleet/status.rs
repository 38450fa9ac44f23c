//! How a fleet goes.

use super::layout::{self, JOBS, Layout, RESULTS, STATE};
use super::report::{Report, Totals};
use crate::nats::{Error, Nats};
use serde::Serialize;
use std::fmt;
use tokio::task::JoinSet;

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
    /// Results that the server keeps, and their octets.
    pub kept: (u64, u64),
    /// What was counted in all partitions since the fleet was first applied.
    pub totals: Totals,
    /// The workers that are there.
    pub workers: Vec<Report>,
    /// The partitions.
    pub partitions: Vec<Partition>,
}

/// A partition.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Partition {
    /// Its number, from 0.
    pub number: u16,
    /// The worker that says that it has it.
    pub worker: Option<String>,
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
        status.partitions.push(partition);
    }
    status.partitions.sort_by_key(|partition| partition.number);
    nats.each(STATE, "mibc.worker.*", |message| {
        if let Ok(report) = serde_json::from_slice::<Report>(&message.payload)
            && !report.leaving
        {
            status.workers.push(report);
        }
    })
    .await?;
    nats.each(STATE, "mibc.partition.*", |message| {
        if let Ok(totals) = serde_json::from_slice::<Totals>(&message.payload) {
            status.totals += totals;
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
    status.schedules = nats.count(JOBS, "mibc.schedule.>").await?;
    Ok(status)
}

async fn partition(nats: &Nats, number: u16) -> Result<Partition, Error> {
    let info = nats.consumer(JOBS, &layout::consumer(number)).await?.unwrap_or_default();
    Ok(Partition {
        number,
        worker: None,
        pending: info["num_pending"].as_u64().unwrap_or(0),
        under_way: info["num_ack_pending"].as_u64().unwrap_or(0),
    })
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (results, octets) = self.kept;
        let Totals { stored, silent, missed, .. } = self.totals;
        writeln!(f, "schedules  {}", self.schedules)?;
        writeln!(f, "jobs       {} wait, {} under way", self.pending, self.under_way)?;
        writeln!(
            f,
            "results    {stored} stored, {silent} of them without an answer; {results} kept ({octets} octets)"
        )?;
        writeln!(f, "missed     {missed} ticks have no result")?;
        let free = self.partitions.iter().filter(|partition| partition.worker.is_none()).count();
        writeln!(f, "partitions {}, {free} without a worker", self.partitions.len())?;
        if self.workers.is_empty() {
            writeln!(f, "\nno worker is there: run `mibc poll fleet.toml --nats URL`")?;
            return Ok(());
        }
        writeln!(
            f,
            "\n{:<24} {:>10} {:>8} {:>9} {:>8} {:>6} {:>6}",
            "worker", "partitions", "devices", "in flight", "lag ms", "slow", "dead"
        )?;
        for worker in &self.workers {
            writeln!(
                f,
                "{:<24} {:>10} {:>8} {:>9} {:>8} {:>6} {:>6}",
                worker.worker,
                worker.partitions.len(),
                worker.devices,
                worker.in_flight,
                worker.lag,
                worker.slow,
                worker.dead
            )?;
        }
        let slow = self.workers.iter().flat_map(|worker| &worker.slowest);
        let dead = self.workers.iter().flat_map(|worker| &worker.silent);
        for (at, named) in slow.enumerate() {
            if at == 0 {
                writeln!(f, "\nslow devices (more than half of their interval)")?;
            }
            writeln!(f, "  {} {}: {} ms", named.device, named.profile, named.number)?;
        }
        for (at, named) in dead.enumerate() {
            if at == 0 {
                writeln!(f, "\ndead devices (no answer to the last polls)")?;
            }
            let reason = named.reason.as_deref().unwrap_or("no reason given");
            writeln!(f, "  {} {}: {} polls, {reason}", named.device, named.profile, named.number)?;
        }
        Ok(())
    }
}
