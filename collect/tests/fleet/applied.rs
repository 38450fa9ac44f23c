//! Applying a fleet.

use crate::fleet::{Process, Shared, connected, device, devices, quick};
use mibc_collect::fleet::apply::apply;
use mibc_collect::fleet::status::status;
use mibc_collect::fleet::{Layout, Settings, Wanted};
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::PATIENCE;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[tokio::test]
async fn a_server_has_what_was_applied_last() {
    let Some(server) = NatsServer::start() else { return };
    let nats = connected(&server.url()).await;
    assert!(Layout::read(&nats).await.is_err_and(|error| error.to_string().contains("mibc fleet apply")));
    let mut fleet = devices(300, 60);
    let say = apply(&nats, &quick(), &fleet, true).await.expect("an answer");
    assert_eq!(say.to_string(), "300 added, 0 changed, 0 removed, 0 unchanged");
    assert!(Layout::read(&nats).await.is_err(), "it only says what it would do");

    let first = apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    assert_eq!(first, say);
    let again = apply(&nats, &Settings::default(), &fleet, false).await.expect("a fleet");
    assert_eq!(again.to_string(), "0 added, 0 changed, 0 removed, 300 unchanged");

    fleet.truncate(290);
    fleet[0].address = "192.0.2.2".to_owned();
    fleet[1].profiles[0].interval = 30;
    fleet[2].labels.insert("site".to_owned(), "north".to_owned());
    fleet[3].profiles.push(Wanted { profile: "disks".to_owned(), interval: 300 });
    fleet.push(device("a.name > with *", 45));
    let changes = apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    assert_eq!(changes.to_string(), "2 added, 3 changed, 10 removed, 287 unchanged");
    let status = status(&nats).await.expect("a status");
    assert_eq!((status.schedules, status.partitions.len(), status.workers.len()), (292, 8, 0));
    let shown = status.to_string();
    assert!(
        shown.contains("no worker is there")
            && shown.contains("8, 8 of them with devices; 8 of these without a worker"),
        "{shown}"
    );

    let none = apply(&nats, &quick(), &[], false).await.expect("a fleet");
    assert_eq!(none.to_string(), "0 added, 0 changed, 292 removed, 0 unchanged");
}

#[tokio::test]
async fn mistakes_are_refused_before_anything_is_changed() {
    let Some(server) = NatsServer::start() else { return };
    let nats = connected(&server.url()).await;
    let twice = [device("a", 60), device("a", 60)];
    let zero = [device("a", 0)];
    let mut profiles = [device("a", 60)];
    let wanted = profiles[0].profiles[0].clone();
    profiles[0].profiles.push(wanted);
    for (fleet, word) in [(&twice[..], "two devices"), (&zero[..], "interval 0"), (&profiles[..], "twice")] {
        let error = apply(&nats, &quick(), fleet, false).await.expect_err("a mistake").to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(Layout::read(&nats).await.is_err());
}

/// A device was removed that a machine had applied whose clock is an hour ahead. It is applied again, and polled.
#[tokio::test]
async fn a_device_that_is_applied_again_stays_whatever_clocks_say() {
    let Some(server) = NatsServer::start() else { return };
    let nats = connected(&server.url()).await;
    let fleet = [device("again", 1)];
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    apply(&nats, &quick(), &[], false).await.expect("a fleet");
    let ahead = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() + 3_600;
    for partition in 0..8 {
        let subject = format!("mibc.partition.{partition}.removed.again.interfaces");
        nats.publish(&subject, "", &[], ahead.to_string().into()).await.expect("it is stored");
    }
    apply(&nats, &quick(), &fleet, false).await.expect("a fleet");
    let worker = Process::start(&server.url(), "worker", &Shared::default(), Duration::ZERO);
    let begun = Instant::now();
    loop {
        let status = status(&nats).await.expect("a status");
        assert_eq!(status.schedules, 1, "{status}");
        if status.totals.stored >= 2 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{status}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    worker.stop();
}

/// Somebody has changed the metadata of the stream: workers say so, and do not end in the middle.
#[tokio::test]
async fn a_layout_without_numbers_is_refused() {
    let Some(server) = NatsServer::start() else { return };
    let nats = connected(&server.url()).await;
    apply(&nats, &quick(), &[device("a", 60)], false).await.expect("a fleet");
    for key in ["mibc_partitions", "mibc_takeover_ms"] {
        let stream = nats.stream("MIBC_JOBS").await.expect("an answer").expect("a stream");
        let mut config = stream.info["config"].clone();
        let before = std::mem::replace(&mut config["metadata"][key], "0".into());
        // The answer is that of a request, not of a stream that has stored something.
        let _ = nats.publish("$JS.API.STREAM.UPDATE.MIBC_JOBS", "", &[], config.to_string().into()).await;
        let error = Layout::read(&nats).await.expect_err("there is no number").to_string();
        assert!(error.contains("`mibc_partitions` and `mibc_takeover_ms`"), "{error}");
        config["metadata"][key] = before;
        let _ = nats.publish("$JS.API.STREAM.UPDATE.MIBC_JOBS", "", &[], config.to_string().into()).await;
        Layout::read(&nats).await.expect("it is as before");
    }
}
