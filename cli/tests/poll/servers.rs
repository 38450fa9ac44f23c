//! Real servers take the results, and are asked for them.

use crate::place::{CONFIGURATION, mibc};
use crate::polled::{NAME, device, folder};
use mibc_simulator::Simulator;
use mibc_test_support::influxdb::{INFLUXD, InfluxDb};
use mibc_test_support::netsnmp::installed;
use mibc_test_support::otlp::Otlp;
use mibc_test_support::program::Program;
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, queries};
use mibc_test_support::victoria::{VICTORIA_METRICS, VictoriaMetrics};
use std::fs;
use std::path::Path;

/// What Debian's Prometheus was sent is what the device has; the dashboard's queries are ones that it takes.
#[test]
fn prometheus() {
    if !installed(PROMETHEUS) {
        return;
    }
    let server = Prometheus::start("", &["--web.enable-remote-write-receiver"]);
    let (_runtime, simulator) = device();
    let output = format!(
        "[[output]]\ntype = \"remote-write\"\nurl = \"http://{}/api/v1/write\"\nlabels = {{ job = \"network\", room = \"x\" }}\n\
         [output.batch]\nlinger = \"100ms\"\n",
        server.address
    );
    let dead = "[[device]]\nname = \"dead\"\naddress = \"127.0.0.1:9\"\n";
    let configuration = CONFIGURATION
        .replace("192.0.2.1", &simulator.addr().to_string())
        .replace("interval", "retries = 0\nrequest-timeout = \"100ms\"\ninterval");
    let folder = folder(&(configuration + &output + dead));
    let mut program =
        Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--listen", "127.0.0.1:0"]));
    let address = program.logs_after("listening, address: ");
    let found = server.query_until("ifHCInOctets{instance=\"switch-1\"}", |found| found.len() == 2);
    let mut values: Vec<(&str, f64)> =
        found.iter().map(|value| (value.labels["ifIndex"].as_str(), value.value)).collect();
    values.sort_by(|a, b| a.0.cmp(b.0));
    assert_eq!(values, [("1", 1_000.0), ("2", (1_u64 << 40) as f64)]);
    assert_eq!((&*found[0].labels["job"], &*found[0].labels["room"]), ("network", "x"));
    server.query_until("up{instance=\"dead\", profile=\"p\"}", |found| {
        found.len() == 1 && found[0].value == 0.0
    });
    server.query_until("count_over_time(up{instance=\"switch-1\"}[1m])", |found| {
        found.first().is_some_and(|value| value.value >= 3.0)
    });
    // All that the output says it has sent is there, and nothing twice.
    program.signal("-TERM");
    assert_eq!(program.status(), Some(0));
    drop(address);
    let lines = fs::read_to_string(folder.path().join("out.jsonl")).expect("a file");
    let polls = lines.lines().filter(|line| line.contains("\"device\":\"switch-1\"")).count();
    let stored = server.query("count_over_time(sysUpTime{instance=\"switch-1\"}[10m])");
    assert_eq!(stored.iter().map(|value| value.value).collect::<Vec<_>>(), [polls as f64]);
    for query in queries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/poll.md")) {
        server.query(&query);
    }
}

/// A poller of a device whose results go to these outputs, besides lines in a file.
struct Polling {
    program: Program,
    folder: tempfile::TempDir,
    _device: (tokio::runtime::Runtime, Simulator),
}

impl Polling {
    fn start(outputs: &str) -> Self {
        let device = device();
        let folder = folder(&(CONFIGURATION.replace("192.0.2.1", &device.1.addr().to_string()) + outputs));
        let program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml"]));
        Self { program, folder, _device: device }
    }

    /// Stops it when there are so many lines at least. Gives how many polls there were.
    fn stop(mut self, lines: usize) -> usize {
        let file = self.folder.path().join("out.jsonl");
        let read = || fs::read_to_string(&file).unwrap_or_default().lines().count();
        let begun = std::time::Instant::now();
        while read() < lines {
            assert!(begun.elapsed() < mibc_test_support::program::PATIENCE, "{lines} lines do not come");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.program.signal("-TERM");
        assert_eq!(self.program.status(), Some(0));
        read()
    }
}

fn output(kind: &str, url: &str) -> String {
    format!("[[output]]\ntype = \"{kind}\"\nurl = \"{url}\"\n[output.batch]\nlinger = \"100ms\"\n")
}

/// One store takes remote-write and the line protocol, and has the same values from both, each once.
#[test]
fn victoria_metrics() {
    if !installed(VICTORIA_METRICS) {
        return;
    }
    let server = VictoriaMetrics::start();
    let polling = Polling::start(
        &(output("remote-write", &format!("http://{}/api/v1/write", server.address))
            + &output("influx", &format!("http://{}/write", server.address))),
    );
    for (name, device) in [("ifHCInOctets", "instance"), ("if_mib_ifHCInOctets", "device")] {
        let selector = format!("{name}{{{device}=\"switch-1\", site=\"cellar, x=1\"}}");
        let found = server.query_until(&format!("sort({selector})"), |found| found.len() == 2);
        let values: Vec<(&str, f64)> =
            found.iter().map(|value| (value.labels["ifIndex"].as_str(), value.value)).collect();
        assert_eq!(values, [("1", 1_000.0), ("2", (1_u64 << 40) as f64)], "{name}");
    }
    let texts = server.query_until("sysName{instance=\"switch-1\"}", |found| found.len() == 1);
    assert_eq!(texts[0].labels["sysName"], NAME);
    let polls = polling.stop(3) as f64;
    for series in ["sysUpTime", "if_mib_sysUpTime", "up", "snmp_poll_up"] {
        server.query_until(&format!("count_over_time({series}[10m])"), |found| {
            found.iter().map(|value| value.value).collect::<Vec<_>>() == [polls]
        });
    }
    assert_eq!(server.query("min_over_time(up[10m])").first().map(|value| value.value), Some(1.0));
}

/// InfluxDB itself has numbers and texts as the device has them, each once.
#[test]
fn influxdb() {
    if !installed(INFLUXD) {
        return;
    }
    let server = InfluxDb::start();
    let polling = Polling::start(&output("influx", &format!("http://{}/write?db=snmp", server.address)));
    let last = "SELECT LAST(\"ifHCInOctets\") AS octets FROM \"if_mib\" WHERE \"device\" = 'switch-1' \
                AND \"site\" = 'cellar, x=1' GROUP BY \"ifIndex\"";
    let found = server.query_until(last, |found| found.len() == 2);
    let octets: Vec<Option<u64>> = found.iter().map(|row| row["octets"].as_u64()).collect();
    assert_eq!(octets, [Some(1_000), Some(1 << 40)]);
    let texts =
        server.query_until("SELECT LAST(\"sysName\") AS text FROM \"if_mib\"", |found| found.len() == 1);
    assert_eq!(texts[0]["text"], NAME);
    let polls = polling.stop(3);
    for count in ["COUNT(\"sysUpTime\") AS n FROM \"if_mib\"", "COUNT(\"up\") AS n FROM \"snmp_poll\""] {
        server.query_until(&format!("SELECT {count}"), |found| {
            found.first().is_some_and(|row| row["n"].as_u64() == Some(polls as u64))
        });
    }
}

/// What OpenTelemetry's own classes read is what the device has: counters are sums, the rest are gauges.
#[test]
fn opentelemetry() {
    let Some(receiver) = Otlp::start() else { return };
    let polling = Polling::start(&output("otlp", &format!("http://{}/v1/metrics", receiver.address)));
    let up = receiver.until(|point| point["name"] == "up");
    assert_eq!((&up["kind"], &up["type"], &up["value"]), (&"gauge".into(), &"as_double".into(), &1.0.into()));
    assert_eq!(up["attributes"]["profile"], "p");
    for (index, value) in [("1", 1_000_u64), ("2", 1 << 40)] {
        let octets = receiver
            .until(|point| point["name"] == "ifHCInOctets" && point["attributes"]["ifIndex"] == index);
        assert_eq!((&octets["type"], &octets["value"]), (&"as_int".into(), &value.into()));
        assert_eq!((&octets["kind"], &octets["description"]), (&"sum".into(), &"h".into()));
        assert_eq!((&octets["monotonic"], &octets["cumulative"]), (&true.into(), &true.into()));
        let resource = &octets["resource"];
        assert_eq!(
            (&resource["device.name"], &resource["site"]),
            (&"switch-1".into(), &"cellar, x=1".into())
        );
        assert_eq!(octets["time"].as_u64().map(|time| (time > 1 << 60, time % 1_000_000)), Some((true, 0)));
    }
    let text = receiver.until(|point| point["name"] == "sysName");
    assert_eq!((&text["attributes"]["sysName"], &text["kind"]), (&NAME.into(), &"gauge".into()));
    polling.stop(1);
}
