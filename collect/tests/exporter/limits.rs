//! Devices that give more than there may be, and scrapes that have different times.

use crate::place::{INTERFACES, NAMES, configuration, device, exporter, number, request, rows, way};
use mibc_generated::if_mib::{IfEntry, IfIndex, IfTable};
use mibc_generated::snmpv2_tc::DisplayString;
use mibc_runtime::agent::{Agent, Community};
use std::sync::Arc;
use std::time::Duration;

/// Interfaces without end, each with a long name.
struct Endless;

impl IfTable for Endless {
    fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
        Some(IfIndex::from(after.map_or(1, |index| index.if_index.0 + 1)))
    }

    fn if_descr(&self, _: &IfIndex) -> Option<DisplayString> {
        Some("x".repeat(16_000).as_str().into())
    }
}

/// A device whose walk never ends does not take all memory: what came is shown, and is not complete.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_end() {
    let agent = Agent::builder().community(Community::read_only("public")).bind("127.0.0.1:0").await;
    let agent = agent.expect("an agent");
    agent.serve_table(IfEntry, Arc::new(Endless));
    let device = crate::place::started(&agent);
    let place = exporter(&configuration("", &[("names", NAMES)]), |_| {}).await;
    let answer = place.scrape(device.address, "names").await;
    assert_eq!(answer.status, 200, "{}", answer.head);
    assert_eq!(number(&answer.body, "snmp_scrape_complete{module=\"names\"}"), 0.0);
    let samples = answer.body.lines().filter(|line| line.starts_with("ifDescr{")).count();
    assert!((3_000..5_000).contains(&samples), "{samples}");
    let own = crate::place::get(place.address, "/metrics").await.body;
    assert_eq!(number(&own, "mibc_exporter_incomplete_scrapes_total"), 1.0);
}

/// A scrape with little time, which has begun before, does not cut one that has more.
#[tokio::test(flavor = "multi_thread")]
async fn one_with_more_time() {
    let device = device(&rows(100)).await;
    let way = way(device.address, Duration::from_millis(300), usize::MAX).await;
    let place = exporter(&configuration("", &[("interfaces", INTERFACES)]), |_| {}).await;
    let path = format!("/snmp?target={}&module=interfaces", way.address);
    let (address, other) = (place.address, path.clone());
    let hasty = tokio::spawn(async move {
        request(address, "GET", &other, "X-Prometheus-Scrape-Timeout-Seconds: 1.2\r\n").await
    });
    while way.requests.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let patient = request(address, "GET", &path, "X-Prometheus-Scrape-Timeout-Seconds: 60\r\n").await;
    hasty.await.expect("no panic");
    assert_eq!(number(&patient.body, "snmp_scrape_complete{module=\"interfaces\"}"), 1.0);
    let samples = patient.body.lines().filter(|line| line.starts_with("ifInOctets{")).count();
    assert_eq!(samples, 100);
    let own = crate::place::get(place.address, "/metrics").await.body;
    assert!(number(&own, "mibc_exporter_shared_scrapes_total") >= 1.0);
}
