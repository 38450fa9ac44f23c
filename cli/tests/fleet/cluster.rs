//! A cluster of servers, of which one is killed.

use crate::{configuration, connected, device, folder, mibc, run, said, until};
use mibc_collect::fleet::results::each;
use mibc_collect::nats::Nats;
use mibc_test_support::nats::NatsCluster;
use mibc_test_support::program::Program;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

const DEVICES: usize = 20;

/// The ticks of each device that are stored.
fn stored(runtime: &Runtime, nats: &Nats) -> Result<BTreeMap<String, Vec<u64>>, String> {
    let mut ticks = BTreeMap::<String, Vec<u64>>::new();
    let reading = each(nats, |kept| ticks.entry(kept.subject).or_default().push(kept.tick));
    runtime.block_on(reading).map_err(|error| error.to_string())?;
    Ok(ticks)
}

/// Waits until each device has a result of a tick after this one, and gives the newest tick.
fn polled_after(runtime: &Runtime, nats: &Nats, tick: u64) -> u64 {
    let mut newest = 0;
    until("each device has newer results", || {
        let stored = stored(runtime, nats)?;
        newest = stored.values().filter_map(|ticks| ticks.last().copied()).max().unwrap_or(0);
        let later = stored.values().filter(|ticks| ticks.last().is_some_and(|last| *last > tick)).count();
        if later == DEVICES { Ok(()) } else { Err(format!("{later} have, {newest} is the newest")) }
    });
    newest
}

#[test]
fn a_fleet_outlives_one_server_of_three() {
    let Some(mut cluster) = NatsCluster::start() else { return };
    let url = cluster.urls();
    let (runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), DEVICES, 1));
    let nats = connected(&runtime, &url);
    let stream = |name: &str| runtime.block_on(nats.stream(name)).map_err(|error| error.to_string());
    until("the servers have found each other", || stream("MIBC_JOBS").map(drop));
    let apply = [
        "fleet",
        "apply",
        "fleet.toml",
        "--nats",
        &url,
        "--partitions",
        "4",
        "--takeover",
        "2",
        "--replicas",
    ];
    said(folder.path(), &[&apply[..], &["3"]].concat());
    for name in ["MIBC_JOBS", "MIBC_RESULTS", "MIBC_STATE"] {
        let stream = stream(name).expect("an answer").expect("a stream");
        assert_eq!(stream.info["config"]["num_replicas"], 3, "{name}");
    }
    let mut worker =
        Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--nats", &url, "--worker", "only"]));
    let before = polled_after(&runtime, &nats, 0);
    let results = stream("MIBC_RESULTS").expect("an answer").expect("a stream");
    let leader = results.info["cluster"]["leader"].as_str().expect("a leader").to_owned();
    cluster.server(&leader).kill();
    // Some ticks may have come before it was killed.
    let after = polled_after(&runtime, &nats, before + 3);
    until("the status is as before", || {
        let output = run(folder.path(), &["fleet", "status", "--nats", &url]);
        let status = String::from_utf8_lossy(&output.stdout).into_owned();
        let well = status.contains("partitions 4, 4 of them with devices; 0 of these without a worker")
            && status.lines().any(|line| line.starts_with("only "));
        if well { Ok(()) } else { Err(format!("{status}{output:?}")) }
    });
    cluster.server(&leader).again();
    polled_after(&runtime, &nats, after);
    worker.signal("-TERM");
    assert_eq!(worker.status(), Some(0));
    for (subject, ticks) in stored(&runtime, &nats).expect("all results") {
        assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{subject} has a tick twice: {ticks:?}");
    }
}
