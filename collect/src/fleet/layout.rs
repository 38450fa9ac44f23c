//! The streams and subjects of a fleet.

use super::token::token;
use crate::nats::{Error, Nats};
use crate::poll::hash::hash;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;

/// Schedules, and the jobs that the server makes of them.
pub(super) const JOBS: &str = "MIBC_JOBS";
/// Results of polls.
pub(super) const RESULTS: &str = "MIBC_RESULTS";
/// What workers say of themselves and of their partitions.
pub(super) const STATE: &str = "MIBC_STATE";
/// The group of clients of which a partition is pinned to one.
pub(super) const GROUP: &str = "workers";

/// The version of the layout.
const VERSION: &str = "1";

/// The oldest server with schedules.
const OLDEST: (u32, u32) = (2, 12);

/// How long a job waits for its acknowledgement before it comes again.
const ACK_WAIT: Duration = Duration::from_secs(20);

/// How a fleet is laid out when it is first applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Partitions: most workers that can share the work.
    pub partitions: u16,
    /// How long a worker may be silent before another one takes its partitions over.
    pub takeover: Duration,
    /// Servers of a cluster that keep each message.
    pub replicas: u8,
    /// How long results are kept.
    pub keep: Duration,
}

impl Default for Settings {
    /// 32 partitions, taken over after 6 seconds; results are kept for a day by one server.
    fn default() -> Self {
        Self {
            partitions: 32,
            takeover: Duration::from_secs(6),
            replicas: 1,
            keep: Duration::from_secs(86_400),
        }
    }
}

/// How a fleet is laid out. The server keeps it, so that everybody has the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) partitions: u16,
    pub(super) takeover: Duration,
}

impl Layout {
    /// The layout of a server's fleet.
    ///
    /// # Errors
    ///
    /// If nothing was applied yet, or the server does not answer.
    pub async fn read(nats: &Nats) -> Result<Self, Error> {
        let stream = nats.stream(JOBS).await?;
        let stream = stream.ok_or_else(|| {
            Error::Unfit(format!("NATS has no stream {JOBS}; run `mibc fleet apply` first, which makes it"))
        })?;
        let number = |key: &str| stream.note(key).and_then(|text| text.parse::<u64>().ok());
        let (Some(partitions), Some(takeover), Some(VERSION)) = (
            number("mibc_partitions").and_then(|number| u16::try_from(number).ok()),
            number("mibc_takeover_ms"),
            stream.note("mibc_layout"),
        ) else {
            return Err(Error::Unfit(format!(
                "the stream {JOBS} was not made by this version of mibc; expected metadata `mibc_layout` {VERSION}"
            )));
        };
        Ok(Self { partitions, takeover: Duration::from_millis(takeover) })
    }

    /// Makes what is missing of the streams and consumers. What exists stays as it is.
    pub(super) async fn ensure(nats: &Nats, settings: &Settings) -> Result<Self, Error> {
        let version = nats.version();
        if version < OLDEST {
            return Err(Error::Unfit(format!(
                "the server is nats-server {}.{}; schedules need {}.{} or newer",
                version.0, version.1, OLDEST.0, OLDEST.1
            )));
        }
        if settings.partitions == 0 || settings.takeover < Duration::from_millis(300) {
            return Err(Error::Unfit(
                "a fleet needs a partition and a takeover of at least 300 ms".to_owned(),
            ));
        }
        for config in [jobs(settings), results(settings), state(settings)] {
            nats.ensure_stream(&config).await?;
        }
        let layout = Self::read(nats).await?;
        let mut making = JoinSet::new();
        for partition in 0..layout.partitions {
            let (nats, layout) = (nats.clone(), layout.clone());
            making.spawn(async move { nats.ensure_consumer(JOBS, &layout.consumer(partition)).await });
        }
        while let Some(made) = making.join_next().await {
            made.map_err(|error| Error::Unfit(error.to_string()))??;
        }
        Ok(layout)
    }

    fn consumer(&self, partition: u16) -> Value {
        json!({
            "name": consumer(partition),
            "durable_name": consumer(partition),
            "description": "devices that one worker polls",
            "filter_subject": format!("mibc.job.{partition}.>"),
            "ack_policy": "explicit",
            "ack_wait": nanoseconds(ACK_WAIT),
            "deliver_policy": "all",
            // A worker that is slow is not sent fewer jobs: it keeps one per device.
            "max_ack_pending": -1,
            "max_waiting": 512,
            "priority_groups": [GROUP],
            "priority_policy": "pinned_client",
            "priority_timeout": nanoseconds(self.takeover),
        })
    }

    /// The partition of a device.
    pub(super) fn partition(&self, device: &str) -> u16 {
        (hash(&[device]) % u64::from(self.partitions)) as u16
    }

    /// The subject of a schedule, and that of its jobs.
    pub(super) fn subjects(&self, device: &str, profile: &str) -> (String, String) {
        let rest = format!("{}.{}.{}", self.partition(device), token(device), token(profile));
        (format!("mibc.schedule.{rest}"), format!("mibc.job.{rest}"))
    }
}

/// The consumer of a partition.
pub(super) fn consumer(partition: u16) -> String {
    format!("partition-{partition}")
}

/// The subject of results.
pub(super) fn result(device: &str, profile: &str) -> String {
    format!("mibc.result.{}.{}", token(device), token(profile))
}

/// The subject of what a worker says of itself.
pub(super) fn worker(name: &str) -> String {
    format!("mibc.worker.{}", token(name))
}

/// The subject of what is known of a partition.
pub(super) fn partition(number: u16) -> String {
    format!("mibc.partition.{number}")
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn jobs(settings: &Settings) -> Value {
    json!({
        "name": JOBS,
        "description": "mibc: schedules of devices, and polls that are due",
        "subjects": ["mibc.schedule.>", "mibc.job.>"],
        "retention": "workqueue",
        "storage": "file",
        "num_replicas": settings.replicas,
        "discard": "old",
        "max_msgs_per_subject": 1,
        "allow_msg_schedules": true,
        "allow_msg_ttl": true,
        "allow_direct": true,
        "metadata": {
            "mibc_layout": VERSION,
            "mibc_partitions": settings.partitions.to_string(),
            "mibc_takeover_ms": settings.takeover.as_millis().to_string(),
        },
    })
}

fn results(settings: &Settings) -> Value {
    json!({
        "name": RESULTS,
        "description": "mibc: results of polls",
        "subjects": ["mibc.result.>"],
        "retention": "limits",
        "storage": "file",
        "num_replicas": settings.replicas,
        "discard": "old",
        "max_age": nanoseconds(settings.keep),
        "allow_direct": true,
    })
}

fn state(settings: &Settings) -> Value {
    json!({
        "name": STATE,
        "description": "mibc: workers, and counts of their partitions",
        "subjects": ["mibc.worker.>", "mibc.partition.>"],
        "retention": "limits",
        "storage": "file",
        "num_replicas": settings.replicas,
        "discard": "old",
        "max_msgs_per_subject": 1,
        "allow_msg_ttl": true,
        "allow_direct": true,
    })
}
