//! What brokers say: one that others have written, and one that is killed. Without them the tests are skipped, unless
//! `MIBC_REQUIRE_PEERS` is set.

use super::{Access, Compression, Error, Message, Producer};
use mibc_test_support::kafka::KafkaBroker;
use std::collections::BTreeMap;
use std::time::Duration;

fn message(number: usize) -> Message {
    let key = format!("device-{}", number % 17);
    Message { key, id: number.to_string(), payload: format!("{number} {}", "x".repeat(number % 97)).into() }
}

fn access(broker: &KafkaBroker) -> Access {
    Access::new(vec![broker.address()])
}

fn reason(outcomes: &[Result<(), Error>]) -> String {
    let error = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
    error.map(Error::to_string).unwrap_or_default()
}

/// Records of keys in several partitions: kafka-python reads what was written, in order, where it would have written it.
#[tokio::test]
async fn what_is_written_is_read() {
    let Some(broker) = KafkaBroker::tansu() else { return };
    // A broker that is away is passed over.
    let mut access = access(&broker);
    access.brokers.insert(0, "127.0.0.1:1".to_owned());
    let mut producer = Producer::new(access, "results", Compression::None);
    let outcomes = producer.write(&[message(0), message(1)]).await;
    assert!(outcomes.iter().all(Result::is_err), "there is no topic yet");
    let said = reason(&outcomes);
    assert!(
        said.contains("the topic `results` cannot be used: there is none") && said.contains("--create"),
        "{said}"
    );
    broker.make("results", 5);
    let messages: Vec<Message> = (0..2_000).map(message).collect();
    for part in messages.chunks(700) {
        let outcomes = producer.write(part).await;
        assert!(outcomes.iter().all(Result::is_ok), "{}", reason(&outcomes));
    }
    let records = broker.read("results", messages.len());
    assert_eq!(records.len(), messages.len());
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for record in &records {
        assert_eq!(record["partition"], record["theirs"], "{record}");
        let number: usize =
            record["headers"]["id"].as_str().and_then(|id| id.parse().ok()).expect("a number");
        let Message { key, payload, .. } = message(number);
        assert_eq!(
            (record["key"].as_str(), record["value"].as_str().map(str::as_bytes)),
            (Some(key.as_str()), Some(&payload[..]))
        );
        by_key.entry(record["key"].as_str().expect("a key")).or_default().push(number);
    }
    assert_eq!(by_key.len(), 17);
    for (key, numbers) in by_key {
        assert!(numbers.is_sorted(), "{key}: {numbers:?}");
    }
}

/// What is larger than a broker takes at a time goes in parts; one record that is larger is refused, and nothing else.
#[tokio::test]
async fn large_records() {
    let Some(broker) = KafkaBroker::kept("results", 2, &[]) else { return };
    let mut producer = Producer::new(access(&broker), "results", Compression::None);
    let large =
        |number: usize, octets: usize| Message { payload: "y".repeat(octets).into(), ..message(number) };
    let messages: Vec<Message> = (0..40).map(|number| large(number, 100_000)).collect();
    let outcomes = producer.write(&messages).await;
    assert!(outcomes.iter().all(Result::is_ok), "{}", reason(&outcomes));
    assert_eq!(broker.records().len(), 40);
    let outcomes = producer.write(&[large(0, 2_000_000)]).await;
    let said = reason(&outcomes);
    assert!(matches!(&outcomes[0], Err(error) if error.is_refused()), "{said}");
    assert!(
        said.contains("of topic `results` takes nothing: raise max.message.bytes")
            && said.contains("[said by the test]"),
        "{said}"
    );
    assert_eq!(broker.records().len(), 40);
}

/// A broker that does not speak Kafka, or nothing at all.
#[tokio::test]
async fn strangers() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (answer, expected) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "is not Kafka's"),
        (&[0x15, 3, 1, 0, 2, 2, 10], "its answer is TLS"),
        (&[0, 0, 0, 4, 0, 0, 0, 9], "answers request 9; expected an answer to 1"),
        (&[0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "it speaks nothing of it; expected Metadata 4 to 8"),
        (&[0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0x7f, 0xff, 0xff], "its answer is not Kafka's"),
        (&[0, 0, 0, 99, 0, 0, 0, 1, 0, 0], "it has closed the connection"),
        (&[], "it has closed the connection"),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("bound").to_string();
        let stranger = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("loopback");
            let mut asked = [0; 64];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
            // Until it has gone, so that what was written arrives.
            let _ = stream.read(&mut asked).await;
        });
        let mut producer = Producer::new(Access::new(vec![address.clone()]), "traps", Compression::None);
        let said = reason(&producer.write(&[message(0)]).await);
        assert!(said.contains(expected) && said.contains(&address), "{expected}: {said}");
        stranger.await.expect("no panic");
    }
    let mut access = Access::new(vec!["127.0.0.1:1".to_owned(), "[::1]:1".to_owned()]);
    access.timeout = Duration::from_secs(5);
    let said = reason(&Producer::new(access, "traps", Compression::None).write(&[message(0)]).await);
    assert!(said.contains("no broker of Kafka can be used") && said.contains("[::1]:1"), "{said}");
}
