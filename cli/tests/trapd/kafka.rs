//! Events in Kafka: the broker and the service are killed at any moment, and no inform that was acknowledged is lost.

use crate::place::{LISTENER, Place, inform, number};
use crate::senders::Senders;
use mibc_test_support::Xorshift;
use mibc_test_support::kafka::KafkaBroker;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often something is killed.
const KILLS: usize = 16;

fn output(broker: &KafkaBroker, further: &str) -> String {
    format!(
        "{LISTENER}[[output]]\nname = \"kafka\"\ntype = \"kafka\"\nbrokers = [\"{}\"]\ntopic = \"traps\"\nmax-pause = 0.1\n\
         required = true\n{further}\n",
        broker.address()
    )
}

fn event(record: &Value) -> Value {
    serde_json::from_str(record["value"].as_str().expect("a text")).expect("an event")
}

/// With a queue in memory, an inform is acknowledged when the broker has its event on the disk.
#[test]
fn no_acknowledged_inform_is_lost() {
    let Some(mut broker) = KafkaBroker::kept("traps", 3, &[]) else { return };
    let place = Place::with(&output(&broker, "timeout = 5"));
    let mut service = place.start();
    place.keep_port(&service);
    let senders = Senders::start(&service.address);
    let mut random = Xorshift(5);
    for round in 0..KILLS {
        senders.go_on();
        std::thread::sleep(Duration::from_millis(random.below(40) as u64));
        if round % 2 == 0 {
            broker.kill();
            broker.again();
        } else {
            service.signal("-KILL");
            service.status();
            service = place.start();
        }
    }
    let acknowledged = senders.end();
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let records = broker.records();
    let stored: BTreeSet<i64> = records.iter().map(|record| number(&event(record))).collect();
    assert!(acknowledged.len() >= KILLS, "{}", acknowledged.len());
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{lost:?} of {}", acknowledged.len());
    for record in &records {
        let event = event(record);
        assert_eq!((&record["key"], &record["headers"]["id"]), (&event["agent"], &event["id"]), "{record}");
    }
}

/// A broker that others have written, and a foreign client that reads. The key is what a rule says, so its events stay in order.
#[test]
fn events_of_a_key() {
    let Some(broker) = KafkaBroker::tansu() else { return };
    let rule = "[[rule]]\nnotification = \"linkDown\"\nraise = \"{agent} {ifIndex}\"\n";
    let place =
        Place::with(&format!("{}{rule}", output(&broker, "key = \"alert\"\ncompression = \"snappy\"")));
    let service = place.start();
    let sockets: Vec<_> = (1..=3).map(|number| service.send(&inform(number))).collect();
    // Nobody acknowledges them: the topic does not exist.
    let said = service.logs("an output fails");
    assert!(said.contains("the topic `traps` cannot be used: there is none"), "{said}");
    broker.make("traps", 4);
    for socket in &sockets {
        socket.recv(&mut [0; 1500]).expect("it is acknowledged");
    }
    let mut keys = BTreeSet::new();
    for record in broker.read("traps", 3) {
        let event = event(&record);
        assert_eq!(
            (&record["key"], &record["partition"]),
            (&event["alert"]["key"], &record["theirs"]),
            "{record}"
        );
        keys.insert(record["key"].as_str().expect("a key").to_owned());
    }
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["127.0.0.1 1", "127.0.0.1 2", "127.0.0.1 3"]);
}
