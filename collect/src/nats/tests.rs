//! What a fleet counts on, asked of a real server.

use super::*;
use mibc_test_support::nats::NatsServer;
use serde_json::json;
use std::time::{Duration, Instant};

const STREAM: &str = "WORK";

/// A stream like that of a fleet, with one consumer that is pinned for half a second.
async fn work() -> Option<(NatsServer, Nats)> {
    let server = NatsServer::start()?;
    let nats = Access::new(server.url()).connect().await.expect("a connection");
    nats.ensure_stream(&json!({
        "name": STREAM, "subjects": ["schedule.>", "job.>"], "retention": "workqueue", "storage": "file",
        "discard": "old", "max_msgs_per_subject": 1, "allow_msg_schedules": true, "allow_msg_ttl": true,
        "allow_direct": true,
    }))
    .await
    .expect("a stream");
    nats.ensure_consumer(
        STREAM,
        &json!({
            "name": "jobs", "durable_name": "jobs", "filter_subject": "job.>", "ack_policy": "explicit",
            "ack_wait": 1_000_000_000_u64, "max_ack_pending": -1, "priority_groups": ["workers"],
            "priority_policy": "pinned_client", "priority_timeout": 500_000_000_u64,
        }),
    )
    .await
    .expect("a consumer");
    Some((server, nats))
}

async fn open(nats: &Nats) -> Pull {
    Pull::open(nats, STREAM, "jobs", Some("workers")).await.expect("a subscription")
}

/// What comes in one pull.
async fn pulled(pull: &mut Pull, expires: u64) -> Vec<Delivery> {
    let mut came = Vec::new();
    pull.pull(100, Duration::from_millis(expires), |delivery| came.push(delivery)).await.expect("a pull");
    came
}

/// What comes in pulls until something comes.
async fn awaited(pull: &mut Pull) -> Vec<Delivery> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        let came = pulled(pull, 100).await;
        if !came.is_empty() {
            return came;
        }
    }
    panic!("nothing has come");
}

async fn publish(nats: &Nats, subject: &str, text: &'static str) -> Accepted {
    nats.publish(subject, "", &[], text.into()).await.expect("it is stored")
}

#[tokio::test]
async fn a_job_that_is_not_done_is_replaced() {
    let Some((_server, nats)) = work().await else { return };
    let mut pull = open(&nats).await;
    publish(&nats, "job.a", "1").await;
    let first = awaited(&mut pull).await;
    assert_eq!((first.len(), &first[0].payload[..]), (1, &b"1"[..]));
    // The first one is under way, and not acknowledged: the second one comes all the same, and the first one never again.
    publish(&nats, "job.a", "2").await;
    publish(&nats, "job.b", "1").await;
    let mut second = awaited(&mut pull).await;
    second.extend(pulled(&mut pull, 100).await);
    let payloads: Vec<&[u8]> = second.iter().map(|delivery| &delivery.payload[..]).collect();
    assert_eq!(payloads, [b"2", b"1"]);
    assert_eq!(nats.stream(STREAM).await.expect("an answer").expect("a stream").messages(), 2);
    // The acknowledgement of one that was replaced changes nothing.
    nats.acknowledge(&first[0]).await;
    let again = awaited(&mut pull).await;
    assert!(again.iter().all(|delivery| delivery.subject == "job.b" || &delivery.payload[..] == b"2"));
    for delivery in second.iter().chain(&again) {
        nats.acknowledge(delivery).await;
    }
    nats.client().flush().await.expect("a server");
    assert!(pulled(&mut pull, 1_500).await.is_empty());
    assert_eq!(nats.stream(STREAM).await.expect("an answer").expect("a stream").messages(), 0);
}

#[tokio::test]
async fn jobs_go_to_the_pinned_client_until_it_does_not_pull() {
    let Some((_server, nats)) = work().await else { return };
    let (mut first, mut second) = (open(&nats).await, open(&nats).await);
    assert!(nats.pinned(STREAM, "jobs", "workers").await.expect("an answer").is_none());
    publish(&nats, "job.a", "1").await;
    for delivery in awaited(&mut first).await {
        nats.acknowledge(&delivery).await;
    }
    assert!(first.is_pinned());
    assert_eq!(nats.pinned(STREAM, "jobs", "workers").await.expect("an answer").as_deref(), first.pin());
    // While the first one pulls, the second one gets nothing.
    for number in 0..10 {
        publish(&nats, &format!("job.{number}"), "2").await;
        let (mine, other) = tokio::join!(pulled(&mut first, 100), pulled(&mut second, 50));
        assert!(other.is_empty());
        for delivery in mine {
            nats.acknowledge(&delivery).await;
        }
    }
    assert!(!second.is_pinned());
    // Then it takes over.
    publish(&nats, "job.a", "3").await;
    assert!(!awaited(&mut second).await.is_empty());
    assert!(second.is_pinned());
    // The first one notices that it is not pinned any more.
    assert!(pulled(&mut first, 100).await.is_empty());
    assert!(!first.is_pinned());
}

#[tokio::test]
async fn a_client_can_give_its_pin_and_its_jobs_back() {
    let Some((_server, nats)) = work().await else { return };
    let (mut first, mut second) = (open(&nats).await, open(&nats).await);
    publish(&nats, "job.a", "1").await;
    let came = awaited(&mut first).await;
    nats.unpin(STREAM, "jobs", "workers").await.expect("it is pinned");
    for delivery in &came {
        nats.give_back(delivery).await;
    }
    let again = awaited(&mut second).await;
    assert_eq!((again.len(), again[0].subject.as_str()), (1, "job.a"));
}

#[tokio::test]
async fn schedules_keep_their_seconds_when_the_server_was_away() {
    let Some((mut server, nats)) = work().await else { return };
    let headers = [
        (
            "Nats-Schedule",
            "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51,53,55,57,59 * * * * *"
                .to_owned(),
        ),
        ("Nats-Schedule-Target", "job.a".to_owned()),
        ("Nats-Schedule-TTL", "60s".to_owned()),
    ];
    nats.publish("schedule.a", "", &headers, "order".into()).await.expect("a schedule");
    let mut pull = open(&nats).await;
    for round in 0..2 {
        let came = loop {
            // A pull fails while the connection is lost.
            let mut came = Vec::new();
            let _ = pull.pull(1, Duration::from_millis(100), |delivery| came.push(delivery)).await;
            if !came.is_empty() {
                break came;
            }
        };
        let next = came[0].header("Nats-Schedule-Next").expect("the time of the next one").to_owned();
        let second: u32 = next[17..19].parse().expect("seconds");
        assert_eq!((second % 2, &came[0].payload[..]), (1, &b"order"[..]), "{next}");
        nats.acknowledge(&came[0]).await;
        if round == 0 {
            server.kill();
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            server.again();
        }
    }
}

#[tokio::test]
async fn a_stream_is_read_in_batches_and_by_subject() {
    let Some((_server, nats)) = work().await else { return };
    let mut publishing = tokio::task::JoinSet::new();
    for number in 0..9_000 {
        let nats = nats.clone();
        publishing.spawn(async move { publish(&nats, &format!("job.{number}"), "x").await });
        if publishing.len() >= 200 {
            publishing.join_next().await;
        }
    }
    while publishing.join_next().await.is_some() {}
    let mut subjects = std::collections::BTreeSet::new();
    nats.each(STREAM, "job.>", |message| {
        subjects.insert(message.subject);
    })
    .await
    .expect("all of them");
    assert_eq!(subjects.len(), 9_000);
    assert_eq!(nats.count(STREAM, "job.>").await.expect("a number"), 9_000);
    let newest = nats.newest(STREAM, "job.17").await.expect("an answer").expect("a message");
    assert_eq!((newest.subject.as_str(), &newest.payload[..]), ("job.17", &b"x"[..]));
    let asked: Vec<String> = (0..1_200).map(|number| format!("job.{}", number * 10)).collect();
    let mut found = std::collections::BTreeSet::new();
    nats.newest_of(STREAM, &asked, |message| {
        assert!(found.insert(message.subject), "a subject has one newest message");
    })
    .await
    .expect("all of them");
    assert_eq!(found.len(), 900);
    nats.newest_of(STREAM, &["other.a".to_owned()], |message| panic!("{}", message.subject))
        .await
        .expect("none");
    assert!(nats.newest(STREAM, "job.none").await.expect("an answer").is_none());
    assert_eq!(nats.purge(STREAM, "job.17").await.expect("an answer"), 1);
    assert!(nats.newest(STREAM, "job.17").await.expect("an answer").is_none());
    nats.each(STREAM, "other.>", |message| panic!("{}", message.subject)).await.expect("none");
}

#[tokio::test]
async fn a_stream_takes_an_identity_once() {
    let Some((_server, nats)) = work().await else { return };
    let first = nats.publish("job.a", "same", &[], "1".into()).await.expect("it is stored");
    let again = nats.publish("job.a", "same", &[], "2".into()).await.expect("it is known");
    assert!(!first.duplicate && again.duplicate);
    assert_eq!(first.stream, STREAM);
}

#[tokio::test]
async fn errors_say_what_is_wrong() {
    let error = Access::new("nats://127.0.0.1:1").connect().await.expect_err("nobody is there");
    assert!(error.is_away() && error.to_string().contains("nats://127.0.0.1:1"), "{error}");
    let Some((_server, nats)) = work().await else { return };
    let error = nats.publish("nobody.takes.this", "", &[], "x".into()).await.expect_err("no stream");
    assert!(error.is_away() && error.to_string().contains("stream"), "{error}");
    let large = vec![0; nats.most() + 1];
    let error = nats.publish("job.a", "", &[], large.into()).await.expect_err("too large");
    assert!(!error.is_away(), "{error}");
    let bad = [("Nats-Schedule", "99 * * * * *".to_owned()), ("Nats-Schedule-Target", "job.a".to_owned())];
    let error = nats.publish("schedule.a", "", &bad, "x".into()).await.expect_err("no such second");
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}
