//! Workers and the server killed.

use crate::{configuration, device, folder, mibc, said};
use mibc_collect::fleet::results::each;
use mibc_collect::nats::Access;
use mibc_test_support::Xorshift;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::Program;
use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The ticks of each device that are stored, and one of the results.
fn stored(runtime: &Runtime, url: &str) -> (BTreeMap<String, Vec<u64>>, String) {
    runtime.block_on(async {
        let nats = Access::new(url).connect().await.expect("a connection");
        let (mut ticks, mut sample) = (BTreeMap::<String, Vec<u64>>::new(), String::new());
        each(&nats, |kept| {
            assert_eq!((kept.part, kept.parts), (0, 1));
            ticks.entry(kept.subject).or_default().push(kept.tick);
            sample = String::from_utf8_lossy(&kept.payload).into_owned();
        })
        .await
        .expect("all results");
        (ticks, sample)
    })
}

#[test]
fn processes_and_the_server_are_killed() {
    const DEVICES: usize = 200;
    const INTERVAL: u64 = 3;
    let Some(mut server) = NatsServer::start() else { return };
    let (runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), DEVICES, INTERVAL));
    let url = server.url();
    let apply = ["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "8", "--takeover", "2"];
    assert_eq!(said(folder.path(), &apply), "200 devices: 200 added, 0 changed, 0 removed, 0 unchanged\n");
    let worker = |name: &str| {
        let arguments = ["poll", "fleet.toml", "--nats", &url, "--worker", name];
        let program = Program::start(&mut mibc(folder.path(), &arguments));
        program.logs("the worker begins");
        program
    };
    let mut workers = vec![worker("a"), worker("b")];
    let mut random = Xorshift(0x5eed);
    let mut outage = Duration::ZERO;
    for turn in 1..=6 {
        sleep(Duration::from_millis(1_000 + random.below(1_000) as u64));
        if turn % 3 == 0 {
            let away = Instant::now();
            server.kill();
            sleep(Duration::from_millis(random.below(1_000) as u64));
            server.again();
            outage += away.elapsed();
        } else {
            let at = random.below(workers.len());
            workers[at].signal("-KILL");
            workers[at] = worker(&format!("w{turn}"));
        }
    }
    sleep(Duration::from_secs(2 * INTERVAL + 3));
    for worker in &mut workers {
        worker.signal("-TERM");
    }
    for worker in &mut workers {
        assert_eq!(worker.status(), Some(0));
    }
    let (stored, sample) = stored(&runtime, &url);
    assert_eq!(stored.len(), DEVICES);
    // Before a killed worker is replaced, its partitions are polled by nobody.
    let longest = 2 * INTERVAL + outage.as_secs() + 8;
    for (subject, ticks) in &stored {
        assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{subject} has a tick twice: {ticks:?}");
        let gap = ticks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(u64::MAX);
        assert!(
            gap <= longest,
            "{subject} has no result for {gap} s, {outage:?} without a server: {ticks:?}"
        );
    }
    assert!(sample.contains("\"up\":true") && sample.contains("\"ifHCInOctets\""), "{sample}");
    assert!(!sample.contains("secret-word"));
    let status = said(folder.path(), &["fleet", "status", "--nats", &url]);
    assert!(status.starts_with("schedules  200\n") && status.contains("no worker is there"), "{status}");
}
