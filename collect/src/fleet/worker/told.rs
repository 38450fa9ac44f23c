//! What a worker says: to the others, and in its log.

use super::{NAMED, Worker};
use crate::fleet::gain::Gain;
use crate::fleet::layout::{self, JOBS, RESULTS};
use crate::fleet::report::{Report, Totals};
use crate::fleet::trouble::{News, Trouble};
use crate::fleet::worker::Ask;
use crate::nats::Nats;
use mibc_runtime::logs;
use std::time::Duration;
use tokio::time::timeout;

/// How long the server may take to say what is wrong.
const ASKED: Duration = Duration::from_secs(1);

/// What keeps a worker from its work.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    /// The server cannot be reached.
    connection: Trouble,
    /// Partitions whose jobs do not come.
    partitions: Trouble,
}

impl<A: Ask> Worker<A> {
    /// Says that we are there, and how we are.
    pub(super) async fn beat(&self, leaving: bool) {
        let mut report = Report {
            worker: self.shared.name.clone(),
            run: self.shared.run.clone(),
            leaving,
            lost: self.lost.count(),
            trouble: self.trouble(),
            ..Report::default()
        };
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
            report.refusing += summary.refusing as u64;
            report.refused.extend(summary.refused);
            totals += counted;
        }
        report.totals = totals;
        report.partitions.sort_unstable();
        report.slowest.sort_by_key(|named| std::cmp::Reverse(named.number));
        report.slowest.truncate(NAMED);
        report.silent.truncate(NAMED);
        report.refused.truncate(NAMED);
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
        let _ = client.publish_with_headers(layout::worker(&self.shared.name), headers, payload.into()).await;
    }

    /// Writes to the log what has happened, once for all partitions.
    pub(super) async fn tell(&mut self) {
        let (shared, worker) = (&self.shared, &self.shared.name);
        if let Some((jobs, example, reason)) = shared.jobs.take() {
            tracing::warn!(target: logs::FLEET, worker, jobs, example, reason, "jobs that cannot be read are removed");
        }
        if let Some((schedules, example, reason)) = shared.schedules.take() {
            tracing::warn!(target: logs::FLEET, worker, schedules, example, reason, "schedules cannot be read: `mibc fleet apply` removes them");
        }
        // Partitions that come together come within a moment.
        let all = self.running.values().all(|running| running.partition.is_held());
        self.waited = if all { 0 } else { self.waited + 1 };
        if (all || self.waited > 2)
            && let Some(Gain { partitions, devices, overdue, before }) = shared.gains.take()
        {
            self.waited = 0;
            if partitions > 0 {
                let before = before.into_iter().collect::<Vec<_>>().join(", ");
                tracing::info!(target: logs::FLEET, worker, partitions, devices, before, "partitions have come to this worker");
            }
            if overdue > 0 {
                tracing::info!(target: logs::FLEET, worker, polls = overdue, "overdue polls are done now");
            }
        }
        self.look();
        match shared.storing.news() {
            Some(News::Begins(error)) => {
                let advice = advice(&shared.nats, RESULTS, &error).await;
                tracing::warn!(target: logs::FLEET, worker, error, advice, "results cannot be stored: trying again");
            }
            Some(News::Ends) => tracing::info!(target: logs::FLEET, worker, "results are stored again"),
            None => {}
        }
        match self.troubles.partitions.news() {
            Some(News::Begins(error)) => {
                let advice = advice(&shared.nats, JOBS, &error).await;
                tracing::warn!(target: logs::FLEET, worker, error, advice, "no jobs arrive: trying again");
            }
            Some(News::Ends) => tracing::info!(target: logs::FLEET, worker, "jobs come again"),
            None => {}
        }
    }

    /// Looks what is wrong now.
    fn look(&self) {
        let Troubles { connection, partitions } = &self.troubles;
        if self.shared.nats.is_connected() {
            connection.works();
        } else {
            connection.fails(&"there is no connection to NATS");
        }
        match self.running.values().find_map(|running| running.partition.trouble()) {
            Some(reason) => partitions.fails(&reason),
            None => partitions.works(),
        }
    }

    /// What has kept us from our work for about as long as a takeover takes.
    fn trouble(&self) -> Option<String> {
        let lasts = |trouble: &Trouble| trouble.lasts(self.layout.takeover);
        let Troubles { connection, partitions } = &self.troubles;
        lasts(connection)
            .or_else(|| Some(format!("results cannot be stored: {}", lasts(&self.shared.storing)?)))
            .or_else(|| Some(format!("jobs do not come: {}", lasts(partitions)?)))
    }
}

/// What to do against an error that lasts.
async fn advice(nats: &Nats, stream: &str, error: &str) -> String {
    let error = error.to_ascii_lowercase();
    if error.contains("permissions violation") {
        return "give the user of the worker the permissions that docs/fleet.md lists".to_owned();
    }
    if ["resource", "maximum", "storage", "no space"].iter().any(|word| error.contains(word)) {
        return format!(
            "make room: a larger `max_file_store` of the server, a larger `max_bytes` of {stream}, or `mibc fleet apply --keep` with fewer hours"
        );
    }
    match timeout(ASKED, nats.stream(stream)).await {
        Ok(Ok(None)) => format!("there is no stream {stream}: run `mibc fleet apply`, which makes it"),
        _ => "look at the log of nats-server, and at the state of its cluster".to_owned(),
    }
}
