//! The streams and subjects of a fleet.

use super::token::token;
use crate::nats::{Error, Nats, Stream};
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

/// How long the stream of results remembers identities of messages. A worker repeats a message at once where an answer is
/// missing; when that takes longer, it looks first whether the stream has it.
const REMEMBERED: Duration = Duration::from_secs(120);

/// How a fleet is to be laid out. What is not given stays as it is; at the first time it is 32 partitions, which are taken over
/// after 6 seconds, and results that one server keeps for a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Partitions: most workers that can share the work.
    pub partitions: Option<u16>,
    /// How long a worker may be silent before another one takes its partitions over.
    pub takeover: Option<Duration>,
    /// Servers of a cluster that keep each message.
    pub replicas: Option<u8>,
    /// How long results are kept.
    pub keep: Option<Duration>,
}

/// How a fleet is laid out. The server keeps it, so that everybody has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) partitions: u16,
    pub(super) takeover: Duration,
}

/// The layout of a fleet that is applied for the first time without settings.
const FIRST: Layout = Layout { partitions: 32, takeover: Duration::from_secs(6) };

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
        // Nothing can be divided by 0.
        let number = |key: &str| stream.note(key)?.parse::<u64>().ok().filter(|number| *number > 0);
        let (Some(partitions), Some(takeover), Some(VERSION)) = (
            number("mibc_partitions").and_then(|number| u16::try_from(number).ok()),
            number("mibc_takeover_ms"),
            stream.note("mibc_layout"),
        ) else {
            return Err(Error::Unfit(format!(
                "the stream {JOBS} was not made by this version of mibc; expected metadata `mibc_layout` {VERSION}, with `mibc_partitions` and `mibc_takeover_ms`"
            )));
        };
        Ok(Self { partitions, takeover: Duration::from_millis(takeover) })
    }

    /// The layout that the settings lead to.
    pub(super) fn with(self, settings: &Settings) -> Self {
        Self {
            partitions: settings.partitions.unwrap_or(self.partitions),
            takeover: settings.takeover.unwrap_or(self.takeover),
        }
    }

    /// Makes the streams and consumers those of the settings. What the settings do not say stays as it is.
    pub(super) async fn ensure(nats: &Nats, settings: &Settings) -> Result<Self, Error> {
        let version = nats.version();
        if version < OLDEST {
            return Err(Error::Unfit(format!(
                "the server is nats-server {}.{}; schedules need {}.{} or newer",
                version.0, version.1, OLDEST.0, OLDEST.1
            )));
        }
        let (jobs, results) = (nats.stream(JOBS).await?, nats.stream(RESULTS).await?);
        let before = match &jobs {
            Some(_) => Some(Self::read(nats).await?),
            None => None,
        };
        let setting = |stream: &Option<Stream>, key: &str| stream.as_ref()?.info["config"][key].as_u64();
        let layout = before.unwrap_or(FIRST).with(settings);
        if layout.partitions == 0 || layout.takeover < Duration::from_millis(300) {
            return Err(Error::Unfit(
                "a fleet needs a partition and a takeover of at least 300 ms".to_owned(),
            ));
        }
        let replicas = settings.replicas.map(u64::from).or(setting(&jobs, "num_replicas")).unwrap_or(1);
        let keep = settings.keep.map(nanoseconds).or(setting(&results, "max_age"));
        let keep = keep.unwrap_or(nanoseconds(Duration::from_secs(86_400)));
        for (config, own) in [
            (layout.jobs(replicas), ["num_replicas", "metadata"]),
            (stored_results(replicas, keep), ["num_replicas", "max_age"]),
            (state(replicas), ["num_replicas", "num_replicas"]),
        ] {
            nats.set_stream(&config, &own).await?;
        }
        let mut making = JoinSet::new();
        for partition in 0..layout.partitions {
            let nats = nats.clone();
            making.spawn(async move { nats.ensure_consumer(JOBS, &layout.consumer(partition)).await });
        }
        // Those of partitions that are not there any more.
        for partition in layout.partitions..before.map_or(0, |before| before.partitions) {
            let nats = nats.clone();
            making.spawn(async move { nats.remove_consumer(JOBS, &consumer(partition)).await });
        }
        while let Some(made) = making.join_next().await {
            made.map_err(|error| Error::Unfit(error.to_string()))??;
        }
        Ok(layout)
    }

    fn jobs(&self, replicas: u64) -> Value {
        json!({
            "name": JOBS,
            "description": "mibc: schedules of devices, and polls that are due",
            "subjects": ["mibc.schedule.>", "mibc.job.>"],
            "retention": "workqueue",
            "storage": "file",
            "num_replicas": replicas,
            "discard": "old",
            "max_msgs_per_subject": 1,
            "allow_msg_schedules": true,
            "allow_msg_ttl": true,
            "allow_direct": true,
            "metadata": {
                "mibc_layout": VERSION,
                "mibc_partitions": self.partitions.to_string(),
                "mibc_takeover_ms": self.takeover.as_millis().to_string(),
            },
        })
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

/// The consumer that exports of a name share, and its configuration. Results of one that is silent for so long come to
/// another one.
pub(super) fn consumer_of_results(name: &str, takeover: Duration) -> (String, Value) {
    let consumer = format!("export-{}", token(name));
    let config = json!({
        "name": consumer,
        "durable_name": consumer,
        "description": "results that are handed on to outputs",
        "filter_subject": "mibc.result.>",
        "ack_policy": "explicit",
        "ack_wait": nanoseconds(takeover),
        "deliver_policy": "all",
        "max_ack_pending": 1_000_000,
        "max_waiting": 512,
    });
    (consumer, config)
}

/// The schedules of a partition.
pub(super) fn schedules(partition: u16) -> String {
    format!("mibc.schedule.{partition}.>")
}

/// Device and profile in the subject of a schedule or a job, `mibc.job.PARTITION.DEVICE.PROFILE`.
pub(super) fn key(subject: &str) -> &str {
    subject.splitn(4, '.').nth(3).unwrap_or_default()
}

/// Where workers hear that something has changed. No stream keeps that: who does not hear it sees it later.
pub(super) const NOTICES: &str = "mibc.notice.>";

/// The subject of the notice that the layout has changed.
pub(super) const CHANGED: &str = "mibc.notice.layout";

/// The subject of the notice that a device is not in the fleet any more. The payload is the key of its jobs.
pub(super) fn removed(partition: u16) -> String {
    format!("mibc.notice.removed.{partition}")
}

/// The partition of such a notice.
pub(super) fn removed_from(subject: &str) -> Option<u16> {
    subject.strip_prefix("mibc.notice.removed.")?.parse().ok()
}

/// Removes a schedule, and the job that it has made last.
pub(super) async fn remove(nats: &Nats, schedule: &str) -> Result<(), Error> {
    nats.purge(JOBS, schedule).await?;
    if let Some(rest) = schedule.strip_prefix("mibc.schedule.") {
        nats.purge(JOBS, &format!("mibc.job.{rest}")).await?;
    }
    Ok(())
}

/// The subject of the message that a schedule was removed, `mibc.partition.PARTITION.removed.DEVICE.PROFILE`. Its payload is
/// since when the schedule was there. Results of the device may not be counted yet.
pub(super) fn gone(partition: u16, key: &str) -> String {
    format!("mibc.partition.{partition}.removed.{key}")
}

/// How long that is remembered. A worker that was killed has long been replaced by then.
pub(super) const REMEMBERED_GONE: Duration = Duration::from_secs(3_600);

/// The key of such a device.
pub(super) fn gone_key(subject: &str) -> Option<&str> {
    subject.splitn(5, '.').nth(4)
}

/// The schedule of a key.
pub(super) fn schedule(partition: u16, key: &str) -> String {
    format!("mibc.schedule.{partition}.{key}")
}

/// The subject of the results of a key.
pub(super) fn result_of(key: &str) -> String {
    format!("mibc.result.{key}")
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

fn stored_results(replicas: u64, keep: u64) -> Value {
    json!({
        "name": RESULTS,
        "description": "mibc: results of polls",
        "subjects": ["mibc.result.>"],
        "retention": "limits",
        "storage": "file",
        "num_replicas": replicas,
        "discard": "old",
        "max_age": keep,
        "duplicate_window": nanoseconds(REMEMBERED).min(keep),
        "allow_direct": true,
    })
}

fn state(replicas: u64) -> Value {
    json!({
        "name": STATE,
        "description": "mibc: workers, and counts of their partitions",
        "subjects": ["mibc.worker.>", "mibc.partition.>"],
        "retention": "limits",
        "storage": "file",
        "num_replicas": replicas,
        "discard": "old",
        "max_msgs_per_subject": 1,
        "allow_msg_ttl": true,
        "allow_direct": true,
    })
}
