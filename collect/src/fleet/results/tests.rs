//! Results in parts, and workers that are killed between two of them.

use super::*;
use crate::fleet::layout::{Layout, Settings, consumer_of_results, result};
use crate::nats::{Access, Pull};
use mibc_test_support::nats::NatsServer;

async fn fleet() -> Option<(NatsServer, Nats)> {
    let server = NatsServer::start()?;
    let nats = Access::new(server.url()).connect().await.expect("a connection");
    let settings = Settings { partitions: Some(1), ..Settings::default() };
    Layout::ensure(&nats, &settings).await.expect("streams");
    Some((server, nats))
}

/// Stores a poll of a tick.
async fn store(nats: &Nats, due: u64, parts: &[Bytes]) -> Result<Counted, Error> {
    let subject = result("a", "p");
    let outgoing = Outgoing { subject, device: "a", profile: "p", due, missed: 0, up: true, parts };
    outgoing.store(nats, &Trouble::default()).await.map(|counted| counted.expect("the newest tick"))
}

fn octets(parts: &[&'static str]) -> Vec<Bytes> {
    parts.iter().map(|part| Bytes::from_static(part.as_bytes())).collect()
}

/// A worker that ends after these parts: the server does not take the next one.
async fn killed(nats: &Nats, due: u64, parts: &[&'static str]) {
    let mut parts = octets(parts);
    parts.push(vec![b'x'; nats.most() + 1].into());
    store(nats, due, &parts).await.expect_err("it is too large");
}

/// What is known of the device: the newest tick that is stored, and the number of its last part.
async fn known_of(nats: &Nats) -> (Done, Option<u64>) {
    let subject = result("a", "p");
    let (done, counted) = stored(nats, &subject).await.expect("an answer");
    let one = (done, counted.map(|counted| counted.sequence));
    // Whoever asks for many devices gets the same.
    let mut all = Vec::new();
    stored_of(nats, std::slice::from_ref(&subject), |_, done, counted| {
        all.push((done, counted.map(|counted| counted.sequence)));
    })
    .await
    .expect("an answer");
    assert_eq!(all.first().copied().unwrap_or((Done::Nothing, None)), one);
    one
}

/// All results, as an export gets them.
async fn exported(nats: &Nats, name: &str) -> Vec<String> {
    let (consumer, config) = consumer_of_results(name, Duration::from_secs(30));
    nats.ensure_consumer(RESULTS, &config).await.expect("a consumer");
    let messages = nats.stream(RESULTS).await.expect("an answer").expect("a stream").messages();
    let mut pull = Pull::open(nats, RESULTS, &consumer, None).await.expect("a subscription");
    let mut came = Vec::new();
    let batch = usize::try_from(messages).expect("a number");
    pull.pull(batch, Duration::from_secs(30), |delivery| came.push(delivery)).await.expect("a pull");
    let mut results = Vec::new();
    for delivery in &came {
        if let Some(whole) = whole(nats, delivery).await.expect("all parts") {
            results.push(String::from_utf8_lossy(&whole).into_owned());
        }
    }
    results
}

#[tokio::test]
async fn parts_of_two_polls_are_never_one_result() {
    let Some((_server, nats)) = fleet().await else { return };
    assert_eq!(known_of(&nats).await, (Done::Nothing, None));
    killed(&nats, 10, &["first 0, "]).await;
    assert_eq!(known_of(&nats).await, (Done::Tick(9), None), "the tick is polled again");
    let ten = store(&nats, 10, &octets(&["second 0, ", "second 1"])).await.expect("it is stored");
    assert_eq!(known_of(&nats).await, (Done::Tick(10), Some(ten.sequence)));
    killed(&nats, 20, &["third 0, ", "third 1, "]).await;
    assert_eq!(known_of(&nats).await, (Done::Tick(10), Some(ten.sequence)), "the one before is counted");
    let twenty =
        store(&nats, 20, &octets(&["fourth 0, ", "fourth 1, ", "fourth 2"])).await.expect("it is stored");
    // Other workers come late: the tick is stored, in however many parts they have it.
    for parts in [&["fifth"][..], &["sixth 0, ", "sixth 1"]] {
        let counted = store(&nats, 20, &octets(parts)).await.expect("it is known");
        assert_eq!(counted.sequence, twenty.sequence);
    }
    killed(&nats, 20, &["seventh 0, "]).await;
    assert_eq!(known_of(&nats).await, (Done::Tick(20), Some(twenty.sequence)), "what is whole counts");
    let results = exported(&nats, "a").await;
    assert_eq!(results, ["second 0, second 1", "fourth 0, fourth 1, fourth 2"]);
}

#[tokio::test]
async fn two_workers_store_the_same_tick_at_a_time() {
    let Some((_server, nats)) = fleet().await else { return };
    let subject = result("a", "p");
    let publish = async |first: Option<u64>, part: &str, text: &'static str| {
        let mut headers = vec![(TICK, "10".to_owned()), (PART, part.to_owned())];
        headers.extend(first.map(|first| (FIRST, first.to_string())));
        nats.publish(&subject, "", &headers, text.into()).await.expect("it is stored").sequence
    };
    let left = publish(None, "0/3", "left 0, ").await;
    let right = publish(None, "0/3", "right 0, ").await;
    publish(Some(left), "1/3", "left 1, ").await;
    // The answer to one was lost, and it was sent again.
    publish(Some(left), "1/3", "left 1, ").await;
    publish(Some(right), "1/3", "right 1, ").await;
    publish(Some(left), "2/3", "left 2").await;
    assert_eq!(exported(&nats, "a").await, ["left 0, left 1, left 2"]);
    // The first part is not kept any more.
    let (consumer, config) = consumer_of_results("b", Duration::from_secs(30));
    nats.ensure_consumer(RESULTS, &config).await.expect("a consumer");
    publish(Some(left + 100), "1/2", "the rest").await;
    let mut pull = Pull::open(&nats, RESULTS, &consumer, None).await.expect("a subscription");
    let mut came = Vec::new();
    pull.pull(7, Duration::from_secs(30), |delivery| came.push(delivery)).await.expect("a pull");
    let error = whole(&nats, came.last().expect("seven")).await.expect_err("a part is missing").to_string();
    assert!(error.contains("parts of the result are not there any more"), "{error}");
}
