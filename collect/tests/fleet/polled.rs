//! Workers that poll, end and are killed.

use crate::fleet::{Process, Shared, connected, device, devices, quick};
use mibc_collect::fleet::apply::apply;
use mibc_collect::fleet::results::{Kept, each};
use mibc_collect::fleet::status::{Status, status};
use mibc_test_support::Xorshift;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::PATIENCE;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const QUICK: Duration = Duration::from_millis(20);

/// The ticks of each device that are stored, each with its parts, in the order of the stream. All parts are of one worker.
/// What a killed worker has left half-done is not among them.
async fn stored(url: &str) -> BTreeMap<String, Vec<(u64, String)>> {
    let mut all = Vec::new();
    each(&connected(url).await, |kept| all.push(kept)).await.expect("all results");
    let last = all.iter().filter(|kept| kept.part + 1 == kept.parts);
    let worker = |kept: &Kept| String::from_utf8_lossy(&kept.payload).rsplit(' ').next().map(str::to_owned);
    let whole: BTreeMap<u64, Option<String>> = last.map(|kept| (kept.first, worker(kept))).collect();
    let mut stored: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for kept in all {
        let Some(by) = whole.get(&kept.first) else { continue };
        assert_eq!(worker(&kept), *by, "{kept:?}");
        stored.entry(kept.subject).or_default().push((kept.tick, format!("{}/{}", kept.part, kept.parts)));
    }
    stored
}

/// Waits until the status is as wanted.
async fn until(url: &str, what: &str, wanted: impl Fn(&Status) -> bool) -> Status {
    let nats = connected(url).await;
    let begun = Instant::now();
    loop {
        let status = status(&nats).await.expect("a status");
        if wanted(&status) {
            return status;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {status}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Each tick that was stored has its two parts once, in order. Returns the ticks.
fn whole(parts: &[(u64, String)]) -> Vec<u64> {
    assert!(parts.len().is_multiple_of(2), "{parts:?}");
    let ticks: Vec<u64> = parts
        .chunks(2)
        .map(|pair| {
            assert_eq!((pair[0].1.as_str(), pair[1].1.as_str()), ("0/2", "1/2"), "{parts:?}");
            assert_eq!(pair[0].0, pair[1].0, "{parts:?}");
            pair[0].0
        })
        .collect();
    assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "a tick is stored twice: {ticks:?}");
    ticks
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_share_a_fleet_and_every_tick_is_polled_once() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    let mut fleet = devices(60, 2);
    fleet.push(device("dead", 2));
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let log = Shared::default();
    let first = Process::start(&url, "first", &log, QUICK);
    until(&url, "the first worker has all", |status| {
        status.workers.len() == 1 && status.partitions.iter().all(|partition| partition.worker.is_some())
    })
    .await;
    let second = Process::start(&url, "second", &log, QUICK);
    until(&url, "each has its half", |status| {
        status.workers.len() == 2 && status.workers.iter().all(|worker| worker.partitions.len() == 4)
    })
    .await;
    let status = until(&url, "the dead device is known", |status| {
        status.workers.iter().any(|worker| worker.dead == 1) && status.totals.stored > 300
    })
    .await;
    let shown = status.to_string();
    assert!(shown.contains("dead interfaces: ") && shown.contains("no answer"), "{shown}");

    // A device that comes is polled, and one that goes is not.
    let gone = fleet.remove(0);
    fleet.push(device("new", 2));
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let applied = log.lock().expect("no panic").polls.len();
    let begun = Instant::now();
    loop {
        let polls =
            log.lock().expect("no panic").polls[applied..].iter().filter(|poll| poll.0 == "new").count();
        if polls >= 3 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "the new device is not polled");
        sleep(QUICK).await;
    }
    first.stop();
    second.stop();
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    assert!(!log.twice, "a device was polled twice at a time");
    let late = log.polls[applied..].iter().filter(|poll| poll.0 == gone.name).count();
    assert!(late <= 1, "the device that is gone was polled {late} times");
    let distinct: BTreeSet<(&str, u64)> =
        log.polls.iter().map(|(device, due, _)| (device.as_str(), *due)).collect();
    assert_eq!(distinct.len(), log.polls.len(), "a tick was polled twice");
    assert!(
        log.polls.iter().any(|poll| poll.2 == "first") && log.polls.iter().any(|poll| poll.2 == "second")
    );
    let stored = stored(&url).await;
    let sum: usize = stored.values().map(|parts| whole(parts).len()).sum();
    assert_eq!(sum, log.polls.len(), "what was polled is stored");
    let status = until(&url, "all is counted", |status| status.totals.stored == sum as u64).await;
    assert_eq!(status.kept.0, 2 * sum as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_takes_too_long_is_not_polled_twice_and_ticks_are_counted() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    apply(&nats, &quick(), &[device("slow", 1)], false).await.expect("a fleet");
    let log = Shared::default();
    let worker = Process::start(&url, "only", &log, Duration::from_millis(2_300));
    let status = until(&url, "ticks are missed", |status| {
        status.totals.missed >= 2 && status.workers.iter().any(|worker| worker.slow == 1)
    })
    .await;
    assert!(status.to_string().contains("slow interfaces: 2"), "{status}");
    worker.stop();
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    assert!(!log.twice, "a device was polled twice at a time");
    // What was missed is what lies between the ticks that were polled.
    let stored = stored(&url).await;
    let ticks = whole(stored.values().next().expect("a device"));
    let between: u64 = ticks.windows(2).map(|pair| pair[1] - pair[0] - 1).sum();
    let status = status_of(&url).await;
    assert!((between..=between + 1).contains(&status.totals.missed), "{between}: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_that_the_server_was_away_at_are_made_up_for() {
    let Some(mut server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    apply(&nats, &quick(), &devices(100, 10), false).await.expect("a fleet");
    let log = Shared::default();
    let worker = Process::start(&url, "only", &log, QUICK);
    until(&url, "the worker has all", |status| {
        status.partitions.iter().all(|partition| partition.worker.is_some())
    })
    .await;
    let away = seconds();
    server.kill();
    sleep(Duration::from_secs(4)).await;
    let back = seconds();
    server.again();
    // Of ten seconds with ten devices each, some are between the two.
    let within = |tick: &u64| *tick > away + 1 && *tick < back;
    let begun = Instant::now();
    let made_up = loop {
        let stored = stored(&url).await;
        let last_parts = stored.values().flatten().filter(|(_, part)| part == "1/2");
        let made_up = last_parts.filter(|(tick, _)| within(tick)).count();
        if made_up > 0 {
            break made_up;
        }
        assert!(begun.elapsed() < PATIENCE, "nothing is made up for from {away} to {back}");
        sleep(QUICK).await;
    };
    worker.stop();
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    let distinct: BTreeSet<(&str, u64)> =
        log.polls.iter().map(|(device, due, _)| (device.as_str(), *due)).collect();
    assert_eq!(distinct.len(), log.polls.len(), "a tick was polled twice");
    assert!(log.polls.iter().filter(|poll| within(&poll.1)).count() >= made_up);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_is_laid_out_anew_while_it_is_polled() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    let fleet = devices(60, 2);
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let log = Shared::default();
    let workers = ["first", "second"].map(|name| Process::start(&url, name, &log, QUICK));
    until(&url, "polls go", |status| status.workers.len() == 2 && status.totals.stored > 60).await;
    for partitions in [3, 12] {
        let mut settings = quick();
        settings.partitions = Some(partitions);
        settings.takeover = Some(Duration::from_millis(1_200));
        let say = apply(&nats, &settings, &fleet, true).await.expect("an answer");
        let changes = apply(&nats, &settings, &fleet, false).await.expect("a fleet");
        assert_eq!(say, changes);
        assert_eq!((changes.added, changes.removed), (0, 0));
        assert!(changes.changed > 0 && changes.changed + changes.unchanged == 60, "{changes}");
        let status = until(&url, "all have workers", |status| {
            status.partitions.len() == usize::from(partitions)
                && status.workers.len() == 2
                && status.workers.iter().map(|worker| worker.partitions.len()).sum::<usize>()
                    == usize::from(partitions)
        })
        .await;
        let stored = status.totals.stored;
        until(&url, "polls go on", |status| status.totals.stored > stored + 120).await;
    }
    workers.into_iter().for_each(Process::stop);
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    assert!(!log.twice, "a device was polled twice at a time");
    let stored = stored(&url).await;
    assert_eq!(stored.len(), 60);
    stored.values().for_each(|parts| drop(whole(parts)));
}

fn seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

async fn status_of(url: &str) -> Status {
    status(&connected(url).await).await.expect("a status")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_stored_twice_when_workers_and_the_server_are_killed() {
    const DEVICES: usize = 200;
    const INTERVAL: u64 = 2;
    let Some(mut server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    apply(&nats, &quick(), &devices(DEVICES, INTERVAL), false).await.expect("a fleet");
    let log = Shared::default();
    let mut random = Xorshift(0x5eed);
    let mut workers: Vec<Option<Process>> = Vec::new();
    for name in ["a", "b"] {
        workers.push(Some(Process::start(&url, name, &log, QUICK)));
    }
    let mut names = 0;
    let mut outage = Duration::ZERO;
    for turn in 1..=8 {
        sleep(Duration::from_millis(1_000 + random.below(1_000) as u64)).await;
        if turn % 3 == 0 {
            let away = Instant::now();
            server.kill();
            sleep(Duration::from_millis(random.below(1_500) as u64)).await;
            server.again();
            // Connections are made again after a pause.
            outage += away.elapsed();
        } else {
            let at = random.below(workers.len());
            let worker = workers[at].take().expect("it runs");
            worker.kill();
            names += 1;
            workers[at] = Some(Process::start(&url, &format!("{names}"), &log, QUICK));
        }
    }
    // Two quiet ticks, after which all must be as if nothing had happened.
    sleep(Duration::from_secs(2 * INTERVAL + 3)).await;
    for worker in workers.into_iter().flatten() {
        worker.stop();
    }
    let stored = stored(&url).await;
    assert_eq!(stored.len(), DEVICES);
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    let polled: BTreeSet<(&str, u64)> =
        log.polls.iter().map(|(device, due, _)| (device.as_str(), *due)).collect();
    let takeover = 6;
    let longest = 2 * INTERVAL + outage.as_secs() + takeover;
    let mut sum = 0;
    for (subject, parts) in &stored {
        let ticks = whole(parts);
        sum += ticks.len();
        let name = subject.split('.').nth(2).expect("a device").replace("=20", " ");
        assert!(ticks.iter().all(|tick| polled.contains(&(name.as_str(), *tick))), "{subject}");
        for pair in ticks.windows(2) {
            assert!(
                pair[1] - pair[0] <= longest,
                "{subject} has no result from {} to {}, outage {outage:?}",
                pair[0],
                pair[1]
            );
        }
    }
    // Polls whose worker was killed before it could store them are polled again or lost with it; no others.
    assert!(polled.len() >= sum, "{} and {sum}", polled.len());
    let Status { totals, .. } = status_of(&url).await;
    // Results of a worker that was killed before it could count them are counted by the next one.
    assert!(
        totals.stored <= sum as u64 && totals.stored * 100 >= sum as u64 * 98,
        "{totals:?}, results {sum}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_result_of_a_device_that_is_removed_counts_though_its_worker_was_killed() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    let fleet = [device("kept", 1), device("gone", 1)];
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let log = Shared::default();
    let first = Process::start(&url, "first", &log, QUICK);
    until(&url, "both are polled", |status| status.totals.stored >= 6).await;
    first.kill();
    // What a worker stores just before it is killed is in no count.
    let tick =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs() + 1;
    let headers = [("Mibc-Tick", tick.to_string()), ("Mibc-Part", "0/1".to_owned())];
    nats.publish("mibc.result.gone.interfaces", "", &headers, "last".into()).await.expect("a result");
    apply(&nats, &quick(), &fleet[..1], false).await.expect("a fleet");
    let second = Process::start(&url, "second", &log, QUICK);
    until(&url, "the other device is polled again", |status| {
        status.workers.iter().any(|worker| worker.worker == "second" && worker.totals.stored > 2)
    })
    .await;
    second.stop();
    let stored = stored(&url).await;
    let last = |parts: &Vec<(u64, String)>| parts.iter().filter(|(_, part)| part != "0/2").count();
    let results: usize = stored.values().map(last).sum();
    assert_eq!(stored["mibc.result.gone.interfaces"].last(), Some(&(tick, "0/1".to_owned())));
    assert_eq!(status_of(&url).await.totals.stored, results as u64, "{stored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_comes_back_after_its_removal_is_removed_again() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    let fleet = [device("kept", 1), device("gone", 1)];
    let mut settings = quick();
    settings.partitions = Some(1);
    let since = seconds();
    apply(&nats, &settings, &fleet, false).await.expect("a fleet");
    apply(&nats, &settings, &fleet[..1], false).await.expect("a fleet");
    // As a server may have it that was killed.
    let order = serde_json::json!({
        "device": "gone", "address": "192.0.2.1", "auth": "public", "profile": "interfaces", "interval": 1, "since": since,
    });
    let headers = [
        ("Nats-Schedule", "@every 1s".to_owned()),
        ("Nats-Schedule-Target", "mibc.job.0.gone.interfaces".to_owned()),
        ("Nats-Schedule-TTL", "1s".to_owned()),
    ];
    nats.publish("mibc.schedule.0.gone.interfaces", "", &headers, order.to_string().into())
        .await
        .expect("a schedule");
    assert_eq!(status_of(&url).await.schedules, 2);
    let log = Shared::default();
    let worker = Process::start(&url, "only", &log, QUICK);
    until(&url, "the schedule is removed", |status| status.schedules == 1 && status.totals.stored > 2).await;
    worker.stop();
    // A device that is added again is polled.
    sleep(Duration::from_millis(1_100)).await;
    apply(&nats, &settings, &fleet, false).await.expect("a fleet");
    let worker = Process::start(&url, "another", &log, QUICK);
    let subject = "mibc.result.gone.interfaces";
    let begun = Instant::now();
    while !stored(&url).await.contains_key(subject) {
        assert!(begun.elapsed() < PATIENCE, "{:#?}", log.lock());
        sleep(QUICK).await;
    }
    worker.stop();
    assert_eq!(status_of(&url).await.schedules, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_counted_on_when_their_stream_is_made_again() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let nats = connected(&url).await;
    let fleet = devices(100, 1);
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let results = async || stored(&url).await.values().map(|parts| whole(parts).len() as u64).sum::<u64>();
    let again = async || {
        assert!(nats.remove_stream("MIBC_RESULTS").await.expect("an answer"));
        apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    };
    let log = Shared::default();
    let first = Process::start(&url, "first", &log, QUICK);
    until(&url, "results are counted", |status| status.totals.stored >= 400).await;
    first.stop();
    let before = status_of(&url).await.totals.stored;
    assert_eq!(before, results().await);
    // Nobody sees it happen.
    again().await;
    let second = Process::start(&url, "second", &log, QUICK);
    until(&url, "results are counted again", |status| status.totals.stored >= before + 300).await;
    second.stop();
    let middle = status_of(&url).await.totals.stored;
    assert_eq!(middle, before + results().await);
    // A worker is there.
    let third = Process::start(&url, "third", &log, QUICK);
    until(&url, "results are counted on", |status| status.totals.stored >= middle + 100).await;
    let middle = status_of(&url).await.totals.stored;
    again().await;
    until(&url, "results are counted on", |status| status.totals.stored >= middle + 300).await;
    third.stop();
    let (after, results) = (status_of(&url).await.totals.stored, results().await);
    assert!(after >= middle + results, "{middle} before, {results} since then, {after} in all");
}
