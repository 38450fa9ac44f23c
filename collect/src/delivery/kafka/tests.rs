//! What becomes of batches. Without brokers the tests are skipped, unless `MIBC_REQUIRE_PEERS` is set.

use super::{Kafka, KafkaSettings, KafkaTls};
use crate::delivery::{Failure, Kind, Record, Secret, Sink};
use crate::kafka::Mechanism;
use mibc_test_support::certificates::{AUTHORITY, CLIENT, CLIENT_KEY, SERVER, SERVER_KEY};
use mibc_test_support::kafka::KafkaBroker;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn record(number: usize) -> Record {
    let (id, subject) = (number.to_string(), format!("device {}", number % 7));
    Record { id, subject, ..Record::new(format!("result {number}")) }
}

fn settings(broker: &KafkaBroker, topic: &str) -> KafkaSettings {
    KafkaSettings::new(vec![broker.address()], topic)
}

async fn send(sink: &mut Kafka, batch: &[Record]) -> Result<(), Failure> {
    sink.send(batch).await
}

fn id(record: &Value) -> usize {
    record["headers"]["id"].as_str().and_then(|id| id.parse().ok()).expect("a number")
}

/// A broker that is killed in the middle: nothing that was taken is lost, and what has the same key is in order.
#[tokio::test]
async fn nothing_taken_is_lost_when_the_broker_is_killed() {
    let Some(mut broker) = KafkaBroker::kept("results", 3, &[]) else { return };
    let mut sink = Kafka::new(settings(&broker, "results"));
    let (mut next, mut random) = (0, mibc_test_support::Xorshift(11));
    for round in 0..12 {
        for _ in 0..4 {
            let mut batch: Vec<Record> = (next..next + 50).map(record).collect();
            next += 50;
            if random.below(2) == 0 {
                broker.kill();
            }
            // The broker comes back after the first attempt that fails, and what is left is sent again, as the worker does.
            while let Err(failure) = send(&mut sink, &batch).await {
                assert_eq!(failure.kind, Kind::Again(None), "{round}: {failure}");
                batch.drain(..failure.taken);
                broker.again();
            }
        }
    }
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for record in broker.records() {
        let ids = by_key.entry(record["key"].as_str().expect("a key").to_owned()).or_default();
        // What a broker has got twice, since its answer was lost, is told by its identity.
        if !ids.contains(&id(&record)) {
            ids.push(id(&record));
        }
    }
    assert_eq!(by_key.values().map(Vec::len).sum::<usize>(), next);
    for (key, ids) in by_key {
        assert!(ids.is_sorted(), "{key}: {ids:?}");
    }
}

/// Each leader gets what is its own. When one is away, the others' records are taken, and not sent again.
#[tokio::test]
async fn two_leaders() {
    let Some(mut odd) = KafkaBroker::kept("results", 4, &[]) else { return };
    let port = odd.address().rsplit(':').next().expect("a port").to_owned();
    let Some(even) = KafkaBroker::kept("results", 4, &["--other", &port]) else { return };
    let mut sink = Kafka::new(settings(&even, "results"));
    let batch: Vec<Record> = (0..100).map(record).collect();
    let (first, second) = batch.split_at(50);
    send(&mut sink, first).await.expect("all are taken");
    odd.kill();
    let failure = send(&mut sink, second).await.expect_err("one is away");
    assert_eq!(failure.kind, Kind::Again(None), "{failure}");
    assert!(failure.taken < second.len(), "{failure:?}");
    let failure = send(&mut sink, &second[failure.taken..])
        .await
        .map_err(|again| Failure { taken: again.taken + failure.taken, ..again });
    let failure = failure.expect_err("it is still away");
    assert!(
        failure.reason.contains(&odd.address()) && failure.reason.contains("advertised.listeners"),
        "{failure}"
    );
    odd.again();
    send(&mut sink, &second[failure.taken..]).await.expect("all are taken");
    let mut ids = Vec::new();
    for (broker, rest) in [(&even, 0), (&odd, 1)] {
        let records = broker.records();
        assert!(
            records.len() > 10
                && records
                    .iter()
                    .all(|record| record["partition"].as_u64().is_some_and(|number| number % 2 == rest))
        );
        ids.extend(records.iter().map(id));
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..100).collect::<Vec<_>>(), "each once");
}

/// What is refused takes nothing else with it, and what was taken is not sent again.
#[tokio::test]
async fn one_that_is_refused() {
    let Some(broker) = KafkaBroker::kept("results", 3, &["--most", "3000"]) else { return };
    let mut sink = Kafka::new(settings(&broker, "results"));
    let mut batch: Vec<Record> = (0..21).map(record).collect();
    batch[4].payload = "x".repeat(4_000).into();
    // As the worker does it: what is refused is halved.
    let (mut parts, mut refused) = (std::iter::once(0..batch.len()).collect::<Vec<_>>(), Vec::new());
    while let Some(part) = parts.pop() {
        if part.is_empty() {
            continue;
        }
        let Err(failure) = send(&mut sink, &batch[part.clone()]).await else { continue };
        assert_eq!(failure.kind, Kind::Refused, "{failure}");
        let rest = part.start + failure.taken..part.end;
        match rest.len() {
            1 => refused.push(batch[rest.start].id.clone()),
            count => parts.extend([rest.start + count / 2..rest.end, rest.start..rest.start + count / 2]),
        }
    }
    assert_eq!(refused, ["4"]);
    let mut ids: Vec<usize> = broker.records().iter().map(id).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..21).filter(|number| *number != 4).collect::<Vec<_>>(), "each once");
}

/// A certificate that is checked, one of ours that is asked for, and passwords by each mechanism.
#[tokio::test]
async fn certificates_and_passwords() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let texts = [
        ("ca", AUTHORITY),
        ("server", SERVER),
        ("server-key", SERVER_KEY),
        ("client", CLIENT),
        ("client-key", CLIENT_KEY),
        ("password", "maple syrup\n"),
    ];
    for (name, text) in texts {
        fs::write(path(name), text).expect("a file");
    }
    let shown = |path: PathBuf| path.display().to_string();
    let (certificate, key, authority) = (shown(path("server")), shown(path("server-key")), shown(path("ca")));
    let further = ["--tls", &certificate, &key, &authority, "--user", "mibc", "maple syrup"];
    let Some(broker) = KafkaBroker::kept("traps", 1, &further) else { return };
    let tls =
        KafkaTls { authorities: Some(path("ca")), certificate: Some((path("client"), path("client-key"))) };
    let mut settings = settings(&broker, "traps");
    settings.tls = Some(tls.clone());
    let login = |mechanism, secret| Some((mechanism, "mibc".to_owned(), secret));
    let mechanisms = [Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512];
    for (written, mechanism) in mechanisms.into_iter().enumerate() {
        settings.login = login(mechanism, Secret::File(path("password")));
        send(&mut Kafka::new(settings.clone()), &[record(written)]).await.expect("it is taken");
        settings.login = login(mechanism, Secret::text("corn syrup"));
        let mut sink = Kafka::new(settings.clone());
        let failure = send(&mut sink, &[record(9)]).await.expect_err("another password");
        assert!(
            failure.reason.contains("refuses the login: compare user and password"),
            "{mechanism:?}: {failure}"
        );
        assert_eq!(failure.kind, Kind::Again(None));
    }
    let right = login(Mechanism::Plain, Secret::text("maple syrup"));
    for (tls, login, expected) in [
        (None, right.clone(), "does this port expect TLS (`tls = true`)?"),
        (Some(KafkaTls { certificate: None, ..tls.clone() }), right.clone(), "127.0.0.1"),
        (
            Some(KafkaTls { authorities: Some(path("client")), ..tls.clone() }),
            right.clone(),
            "is its certificate for 127.0.0.1?",
        ),
        (Some(KafkaTls { authorities: Some(path("none")), ..tls.clone() }), right.clone(), "none:"),
        (
            Some(KafkaTls { certificate: Some((path("client"), path("server-key"))), ..tls.clone() }),
            right,
            "client:",
        ),
        (Some(tls.clone()), None, "does it want `user` and `password`?"),
        (Some(tls), login(Mechanism::Plain, Secret::File(path("none"))), "none cannot be read"),
    ] {
        (settings.tls, settings.login) = (tls, login);
        let failure = send(&mut Kafka::new(settings.clone()), &[record(9)]).await.expect_err(expected);
        assert!(failure.reason.contains(expected), "{expected}: {failure}");
    }
    assert_eq!(broker.records().len(), mechanisms.len());
}
