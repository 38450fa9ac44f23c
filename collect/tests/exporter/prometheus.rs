//! Debian's Prometheus in front of exporters, with the configurations of docs/exporter.md.

use crate::place::{Device, Place, device, exporter_of, get, number, rows};
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::PATIENCE;
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, queries, series_of};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/exporter.md")
}

/// The configurations of the page that have parts.
fn sharded() -> Vec<String> {
    let text = std::fs::read_to_string(page()).expect("the page");
    let blocks = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.filter(|block| block.contains("hashmod")).map(str::to_owned).collect()
}

const DEVICES: i32 = 12;

/// Devices, the first of which has one interface, the next one two …
async fn devices() -> Vec<Device> {
    let mut devices = Vec::new();
    for number in 1..=DEVICES {
        devices.push(device(&rows(number)).await);
    }
    devices
}

/// The sum of ifInOctets of all devices.
fn octets() -> f64 {
    (1..=DEVICES).map(|device| f64::from((1..=device).map(|row| 100 * row).sum::<i32>())).sum()
}

/// An exporter that knows all devices.
async fn exporter(devices: &[Device]) -> Place {
    let mut text = "[auth.public_v2]\ncommunity = \"public\"\n[module.interfaces]\nmibs = [\"IF-MIB\"]\n\
                    tables = [\"ifTable\"]\nlookups = [\"ifDescr\"]\n"
        .to_owned();
    for device in devices {
        text += &format!("[[target]]\naddress = \"{}\"\nmodules = [\"interfaces\"]\n", device.address);
    }
    exporter_of("exporter.toml", &text, |_| {}).await
}

async fn prometheus(configuration: String) -> Prometheus {
    let text = format!("global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n{configuration}");
    spawn_blocking(move || Prometheus::start(&text, &[])).await.expect("it starts")
}

/// Each device is asked by one of two exporters.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_exporters() {
    if !installed(PROMETHEUS) {
        return;
    }
    let devices = devices().await;
    let exporters = [exporter(&devices).await, exporter(&devices).await];
    let [text, _] = &sharded()[..] else { panic!("two configurations with parts") };
    let mut text = text.clone();
    for (number, exporter) in exporters.iter().enumerate() {
        text = text.replace(&format!("exporter-{number}.example.net:9116"), &exporter.address.to_string());
    }
    text += &format!(
        "  - job_name: exporters\n    static_configs: [{{targets: [\"{}\", \"{}\"]}}]\n",
        exporters[0].address, exporters[1].address
    );
    let server = prometheus(text).await;
    let asked = spawn_blocking(move || {
        let found = server.query_until("count(count by (instance) (ifInOctets))", |found| {
            found.first().is_some_and(|count| count.value == f64::from(DEVICES))
        });
        assert_eq!(found.len(), 1);
        assert_eq!(server.query("sum(ifInOctets{job=\"snmp\"})")[0].value, octets());
        let most = server.query("max(count by (instance, ifIndex) (ifInOctets))");
        assert_eq!(most[0].value, 1.0, "each device is asked once");
        let name = server.query("ifInOctets{ifDescr=\"eth12\"}");
        assert_eq!((name.len(), name[0].value), (1, 1_200.0));
        for query in queries(&page()) {
            server.query(&query);
            for series in series_of(&query) {
                server.query_until(&format!("count({series})"), |found| !found.is_empty());
            }
        }
    });
    asked.await.expect("what was expected");
    let mut all = 0.0;
    for exporter in &exporters {
        let known = number(&get(exporter.address, "/metrics").await.body, "mibc_exporter_devices");
        assert!(known > 0.0, "each has a part");
        all += known;
    }
    assert_eq!(all, f64::from(DEVICES));
}

/// Each device is asked by one of two Prometheus servers.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_prometheus() {
    if !installed(PROMETHEUS) {
        return;
    }
    let devices = devices().await;
    let exporter = exporter(&devices).await;
    let [_, text] = &sharded()[..] else { panic!("two configurations with parts") };
    assert!(text.contains("regex: \"1\""), "the part of one of two");
    let text = text.replace("127.0.0.1:9116", &exporter.address.to_string());
    let servers = [prometheus(text.replace("regex: \"1\"", "regex: \"0\"")).await, prometheus(text).await];
    let asked = spawn_blocking(move || {
        let found = |query: &str| servers.each_ref().map(|server| server.query(query)).concat();
        let started = Instant::now();
        while found("sum by (instance) (ifInOctets)").len() < DEVICES as usize {
            assert!(started.elapsed() < PATIENCE, "{:#?}", found("up"));
            std::thread::sleep(Duration::from_millis(100));
        }
        let instances: BTreeSet<_> =
            found("up{job=\"snmp\"}").into_iter().map(|up| up.labels["instance"].clone()).collect();
        assert_eq!(instances.len(), DEVICES as usize);
        let parts = servers.each_ref().map(|server| server.query("count(up{job=\"snmp\"})")[0].value);
        assert_eq!(parts[0] + parts[1], f64::from(DEVICES), "each device is asked by one");
        let sums = found("sum(ifInOctets)");
        assert_eq!(sums.iter().map(|sum| sum.value).sum::<f64>(), octets());
    });
    asked.await.expect("what was expected");
}
