//! Columns that only give labels are kept for a while.

use crate::place::{INTERFACES, Place, configuration, device, device_with_uptime, exporter, number, rows};
use mibc_generated::if_mib::IfIndex;
use std::net::SocketAddr;
use std::time::Duration;

/// An exporter that keeps labels for a while.
async fn keeping(label_ttl: Duration) -> Place {
    exporter(&configuration("", &[("interfaces", INTERFACES)]), |settings| settings.label_ttl = label_ttl)
        .await
}

/// The labels of the samples, and the variables that came over the network.
async fn names(place: &Place, device: SocketAddr) -> (Vec<String>, f64) {
    let answer = place.scrape(device, "interfaces").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let names = answer
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("ifInOctets{ifIndex=\"")?.split('"').nth(2).map(str::to_owned))
        .collect();
    (names, number(&answer.body, "snmp_scrape_pdus_returned{module=\"interfaces\"}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_for_a_while() {
    let rows = rows(3);
    let device = device(&rows).await;
    let place = keeping(Duration::from_secs(3_600)).await;
    let three = ["eth1", "eth2", "eth3"].map(str::to_owned).to_vec();
    // sysUpTime.0 is not served here: a device that does not say since when it runs is asked each time.
    assert_eq!(names(&place, device.address).await, (three.clone(), 6.0));
    assert_eq!(names(&place, device.address).await, (three, 6.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_while_the_device_runs() {
    let rows = rows(3);
    let (device, ticks) = device_with_uptime(&rows).await;
    let place = keeping(Duration::from_secs(3_600)).await;
    let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&place, device.address).await, (all(&["eth1", "eth2", "eth3"]), 6.0));
    // A new name is not seen yet.
    rows.lock().expect("no panic").get_mut(&IfIndex::from(2)).expect("a row").0 = "renamed".to_owned();
    assert_eq!(names(&place, device.address).await, (all(&["eth1", "eth2", "eth3"]), 3.0));
    // A new row has no label among those that are kept: all are read.
    rows.lock().expect("no panic").insert(IfIndex::from(4), ("eth4".to_owned(), 400));
    assert_eq!(names(&place, device.address).await, (all(&["eth1", "renamed", "eth3", "eth4"]), 8.0));
    // The device has started again.
    rows.lock().expect("no panic").get_mut(&IfIndex::from(1)).expect("a row").0 = "first".to_owned();
    ticks.store(1, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(names(&place, device.address).await, (all(&["first", "renamed", "eth3", "eth4"]), 8.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn not_kept_unless_asked_for() {
    let rows = rows(2);
    let (device, _) = device_with_uptime(&rows).await;
    let place = keeping(Duration::ZERO).await;
    assert_eq!(names(&place, device.address).await.1, 4.0);
    rows.lock().expect("no panic").get_mut(&IfIndex::from(2)).expect("a row").0 = "renamed".to_owned();
    assert_eq!(names(&place, device.address).await.0, ["eth1", "renamed"]);
}
