//! Junk in the streams, streams that are gone, workers of one name, and workers that are to end meanwhile.

use crate::{configuration, connected, device, folder, mibc, run, said, until};
use mibc_collect::nats::Nats;
use mibc_simulator::Simulator;
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::Program;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn applied(folder: &Path, url: &str, partitions: &str) {
    let options =
        ["fleet", "apply", "fleet.toml", "--nats", url, "--partitions", partitions, "--takeover", "1"];
    said(folder, &options);
}

fn worker(folder: &Path, url: &str, name: &str, options: &[&str]) -> Program {
    let arguments = ["poll", "fleet.toml", "--nats", url, "--worker", name];
    Program::start(&mut mibc(folder, &[&arguments[..], options].concat()))
}

/// A fleet of one device that answers.
struct Answering {
    server: NatsServer,
    url: String,
    runtime: Runtime,
    folder: TempDir,
    nats: Nats,
    _device: Simulator,
}

impl Answering {
    /// `None` where there is no server.
    fn start(partitions: &str) -> Option<Self> {
        let server = NatsServer::start()?;
        let url = server.url();
        let (runtime, device) = device();
        let folder = folder(&configuration(&device.addr().to_string(), 1, 1));
        applied(folder.path(), &url, partitions);
        let nats = connected(&runtime, &url);
        Some(Self { server, url, runtime, folder, nats, _device: device })
    }

    fn worker(&self, options: &[&str]) -> Program {
        worker(self.folder.path(), &self.url, "only", options)
    }

    fn remove(&self, stream: &str) {
        assert!(self.runtime.block_on(self.nats.remove_stream(stream)).expect("an answer"), "{stream}");
    }
}

#[test]
fn junk_is_removed_and_told_together() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (runtime, _) = device();
    // Nothing is due for long.
    let folder = folder(&configuration("192.0.2.1", 2, 86_400));
    applied(folder.path(), &url, "4");
    let nats = connected(&runtime, &url);
    let publish = |subject: String, text: &'static str| {
        runtime.block_on(nats.publish(&subject, "", &[], text.into())).expect("it is stored");
    };
    for number in 0..50 {
        publish(format!("mibc.job.{}.junk{number}.p", number % 4), "junk");
    }
    publish("mibc.job.0.empty.p".to_owned(), "{}");
    publish(
        "mibc.worker.evil".to_owned(),
        "{\"worker\": \"evil\\n\\u001b[31m\", \"partitions\": [0, 1, 2, 3]}",
    );
    for number in [77, 78] {
        publish(format!("mibc.partition.{number}"), "{\"stored\": 18446744073709551615}");
    }
    let status = said(folder.path(), &["fleet", "status", "--nats", &url]);
    assert!(status.contains("evil\\n\\u{1b}[31m ") && !status.contains('\u{1b}'), "{status}");
    let worker = worker(folder.path(), &url, "only", &[]);
    let (mut removed, mut lines) = (0, 0);
    while removed < 51 {
        let line = worker.logs("jobs that cannot be read are removed");
        let count = line.split("jobs: ").nth(1).and_then(|rest| rest.split(',').next()).expect("a number");
        removed += count.parse::<u32>().expect("a number");
        lines += 1;
    }
    assert!(removed == 51 && lines < 20, "{removed} in {lines} lines");
    until("only schedules are left", || {
        let stream = runtime.block_on(nats.stream("MIBC_JOBS")).expect("an answer").expect("a stream");
        if stream.messages() == 2 { Ok(()) } else { Err(stream.messages().to_string()) }
    });
    until("who does not beat is not there", || {
        let status = said(folder.path(), &["fleet", "status", "--nats", &url, "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        assert_eq!(status["totals"]["stored"], u64::MAX);
        let workers = status["workers"].as_array().expect("workers");
        let only = workers.len() == 1 && workers[0]["worker"] == "only";
        if only { Ok(()) } else { Err(status.to_string()) }
    });
}

#[test]
fn a_worker_says_what_keeps_it_from_its_work() {
    let Some(mut fleet) = Answering::start("32") else { return };
    let (folder, url) = (fleet.folder.path(), fleet.url.as_str());
    let mut worker = fleet.worker(&["--listen", "127.0.0.1:0", "--drain", "1"]);
    let address = worker.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    until("it polls", || {
        let status = said(folder, &["fleet", "status", "--nats", url]);
        let well = status.contains("partitions 32, 1 of them with devices; 0 of these without a worker");
        if well && own("mibc_poll_polls_total") > 0.0 { Ok(()) } else { Err(status) }
    });
    assert_eq!((http::get(&address, "/healthz").status, own("mibc_fleet_storing")), (200, 1.0));
    fleet.remove("MIBC_RESULTS");
    let line = worker.logs("results cannot be stored");
    assert!(line.contains("there is no stream MIBC_RESULTS: run `mibc fleet apply`"), "{line}");
    until("the page says so", || {
        let health = http::get(&address, "/healthz");
        let so = health.status == 503 && health.body.contains("results cannot be stored: ");
        if so { Ok(()) } else { Err(health.body) }
    });
    assert_eq!(own("mibc_fleet_storing"), 0.0);
    let status = said(folder, &["fleet", "status", "--nats", url]);
    assert!(status.contains("\nworkers in trouble\n  only: results cannot be stored"), "{status}");
    applied(folder, url, "32");
    worker.logs("results are stored again");
    until("all is well", || match http::get(&address, "/healthz").status {
        200 => Ok(()),
        other => Err(other.to_string()),
    });
    fleet.remove("MIBC_JOBS");
    let line = worker.logs("no jobs arrive");
    assert!(line.contains("there is no stream MIBC_JOBS"), "{line}");
    applied(folder, url, "32");
    worker.logs("jobs come again");
    // It ends although what it has polled cannot be stored.
    fleet.remove("MIBC_RESULTS");
    worker.logs("results cannot be stored");
    worker.signal("-TERM");
    worker.logs("polls under way are given up");
    assert_eq!(worker.status(), Some(0));
    fleet.server.kill();
}

/// One of two workers says that it is there, and polls nothing.
#[test]
fn partitions_that_nobody_has_are_counted() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (runtime, _) = device();
    let folder = folder(&configuration("192.0.2.1", 12, 86_400));
    applied(folder.path(), &url, "16");
    let worker = worker(folder.path(), &url, "only", &["--listen", "127.0.0.1:0"]);
    let address = worker.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    let all_are_ours = || match (own("mibc_fleet_partitions"), own("mibc_fleet_partitions_lost")) {
        (16.0, 0.0) => Ok(()),
        other => Err(format!("{other:?}")),
    };
    until("all partitions have come to this worker", all_are_ours);
    let nats = connected(&runtime, &url);
    let idle = runtime.spawn(async move {
        loop {
            let beat = "{\"worker\": \"idle\", \"run\": \"x\"}";
            nats.publish("mibc.worker.idle", "", &[], beat.into()).await.expect("it is stored");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    until("half of them is given up", || {
        let status = said(folder.path(), &["fleet", "status", "--nats", &url, "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        let partitions = status["partitions"].as_array().expect("partitions");
        let lost = partitions.iter().filter(|partition| partition["worker"].is_null());
        let lost = lost.filter(|partition| partition["schedules"].as_u64().is_some_and(|count| count > 0));
        let (lost, metric) = (lost.count() as f64, own("mibc_fleet_partitions_lost"));
        if own("mibc_fleet_partitions") == 8.0 && lost > 0.0 && lost == metric {
            Ok(())
        } else {
            Err(format!("{lost} are lost, and the metric is {metric}"))
        }
    });
    idle.abort();
    until("they are ours again", all_are_ours);
}

#[test]
fn a_worker_that_is_asked_twice_ends_at_once() {
    let Some(mut fleet) = Answering::start("4") else { return };
    let mut worker = fleet.worker(&["--drain", "3600"]);
    worker.logs("partitions have come to this worker");
    // What was polled just now cannot be stored, and then there is no server either.
    fleet.remove("MIBC_RESULTS");
    worker.logs("results cannot be stored");
    fleet.server.kill();
    worker.logs("the connection to NATS is lost");
    worker.signal("-TERM");
    worker.logs("the worker ends");
    worker.signal("-TERM");
    worker.logs("it ends at once");
    assert_eq!(worker.status(), Some(0));
}

#[test]
fn one_worker_has_a_name_and_the_next_one_says_whose_partitions_it_takes() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let folder = folder(&configuration("192.0.2.1", 9, 86_400));
    applied(folder.path(), &url, "4");
    let start = |name: &str| worker(folder.path(), &url, name, &[]);
    let first = start("first");
    let line = first.logs("partitions have come to this worker");
    assert!(line.contains("partitions: 4, devices: 9, before: \"\""), "{line}");
    let arguments = ["poll", "fleet.toml", "--nats", &url, "--worker", "first"];
    let output = run(folder.path(), &arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("another worker with the name `first` is running"), "{errors}");
    let second = start("second");
    let line = second.logs("partitions have come to this worker");
    assert!(line.contains("partitions: 2, ") && line.contains("before: \"first\""), "{line}");
    first.signal("-KILL");
    let line = second.logs("a worker is gone");
    assert!(line.contains("gone: \"first\""), "{line}");
    let line = second.logs("partitions have come to this worker");
    assert!(line.contains("partitions: 2, ") && line.contains("before: \"first\""), "{line}");
    // One that was killed is waited for.
    second.signal("-KILL");
    let again = start("second");
    again.logs("a worker of the same name was there just now");
    again.logs("the worker begins");
    again.logs("partitions have come to this worker");
}
