//! What a fleet has stored goes to other servers, and nothing of it is lost.

use crate::{configuration, device, folder, mibc, run, said};
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::{PATIENCE, Program};
use mibc_test_support::victoria::{VICTORIA_METRICS, VictoriaMetrics};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An export that reaches its server hands on all that there is; one that does not keeps what it has until it is killed, and
/// then another one hands that on.
#[test]
fn results_are_in_victoria_metrics_although_an_export_is_killed() {
    if !installed(VICTORIA_METRICS) {
        return;
    }
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (_runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), 20, 1));
    let victoria = VictoriaMetrics::start();
    let output = |address: &str| {
        format!(
            "[[output]]\ntype = \"remote-write\"\nurl = \"http://{address}/api/v1/write\"\n[output.batch]\nlinger = \"50ms\"\n"
        )
    };
    fs::write(folder.path().join("export.toml"), output(&victoria.address)).expect("a file");
    // Somebody listens there and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let nowhere = output(&silent.local_addr().expect("a port").to_string());
    fs::write(folder.path().join("nowhere.toml"), nowhere).expect("a file");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "4"]);
    let mut worker = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--nats", &url]));
    let export = |file: &str| {
        let arguments =
            ["fleet", "export", file, "--nats", &url, "--takeover", "3", "--listen", "127.0.0.1:0"];
        let program = Program::start(&mut mibc(folder.path(), &arguments));
        let address = program.logs_after("listening, address: ");
        (program, address)
    };
    let until = |address: &str, sample: &str, so: &dyn Fn(f64) -> bool| {
        let begun = Instant::now();
        while !so(http::get(address, "/metrics").number(sample)) {
            assert!(begun.elapsed() < PATIENCE, "{sample}: {}", http::get(address, "/metrics").body);
            sleep(Duration::from_millis(100));
        }
    };
    let (stuck, address) = export("nowhere.toml");
    until(&address, "mibc_fleet_export_in_hand", &|results| results >= 40.0);
    assert_eq!(http::get(&address, "/metrics").number("mibc_fleet_exported_total"), 0.0);
    let (mut first, address) = export("export.toml");
    let (second, _) = export("export.toml");
    until(&address, "mibc_fleet_exported_total", &|results| results >= 20.0);
    stuck.signal("-KILL");
    second.signal("-KILL");
    worker.signal("-TERM");
    assert_eq!(worker.status(), Some(0));
    let status = said(folder.path(), &["fleet", "status", "--nats", &url, "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    let stored = status["totals"]["stored"].as_f64().expect("a number");
    assert!(stored >= 60.0, "{status}");
    victoria.query_until("sum(count_over_time(sysUpTime[10m]))", |found| {
        found.first().is_some_and(|value| value.value == stored)
    });
    // It can be that a sample is there twice, but it has one time and one value.
    let found = victoria.query("sum by (instance, ifIndex) (last_over_time(ifHCInOctets[10m]))");
    let values: BTreeMap<&str, f64> =
        found.iter().map(|value| (value.labels["ifIndex"].as_str(), value.value)).collect();
    assert_eq!((found.len(), values), (40, [("1", 1_000.0), ("2", (1_u64 << 40) as f64)].into()));
    assert_eq!(http::get(&address, "/healthz").status, 200);
    first.signal("-TERM");
    assert!(first.logs("the export ends").contains("left: 0"));
    assert_eq!(first.status(), Some(0));
}

/// Lines that are exported are those that are stored, those in parts and junk in the stream among them.
#[test]
fn long_results_come_whole_and_junk_is_left_out() {
    let Some(server) = NatsServer::start_with("max_payload: 4800\n") else { return };
    let url = server.url();
    let (runtime, simulator) = device();
    let label = "x".repeat(500);
    // A line has the labels of its device: with two it is longer than a message.
    let labels = format!("labels = {{ first = \"{label}\", second = \"{label}\" }}\n");
    let text = configuration(&simulator.addr().to_string(), 1, 1) + &labels;
    let folder = folder(&text);
    let lines =
        "[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n[output.batch]\nlinger = \"50ms\"\n";
    fs::write(folder.path().join("export.toml"), lines).expect("a file");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "1"]);
    let nats = runtime.block_on(mibc_collect::nats::Access::new(&url).connect()).expect("a connection");
    let junk = nats.publish("mibc.result.junk.p", "", &[], "junk".into());
    runtime.block_on(junk).expect("it is stored");
    let mut worker = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--nats", &url]));
    let mut export =
        Program::start(&mut mibc(folder.path(), &["fleet", "export", "export.toml", "--nats", &url]));
    let line = export.logs("results that cannot be read are left out");
    assert!(line.contains("results: 1, example: \"mibc.result.junk.p\""), "{line}");
    let read = || fs::read_to_string(folder.path().join("out.jsonl")).unwrap_or_default();
    let begun = Instant::now();
    while read().lines().count() < 3 {
        assert!(begun.elapsed() < PATIENCE, "{}", read());
        sleep(Duration::from_millis(100));
    }
    worker.signal("-TERM");
    assert_eq!(worker.status(), Some(0));
    let mut stored = Vec::new();
    let mut parts = 0;
    runtime
        .block_on(mibc_collect::fleet::results::each(&nats, |kept| {
            if kept.subject != "mibc.result.junk.p" {
                parts = kept.parts;
                stored.extend_from_slice(&kept.payload);
                if kept.part + 1 == kept.parts {
                    stored.push(b'\n');
                }
            }
        }))
        .expect("all of them");
    assert!(parts > 1, "a result is in one part");
    let stored = String::from_utf8(stored).expect("text");
    let begun = Instant::now();
    while read() != stored {
        assert!(begun.elapsed() < PATIENCE, "{}\n{stored}", read());
        sleep(Duration::from_millis(100));
    }
    export.signal("-TERM");
    assert_eq!(export.status(), Some(0));
}

#[test]
fn mistakes_and_the_end_of_a_fleet() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let folder = folder(&configuration("192.0.2.1", 1, 60));
    let failed = |arguments: &[&str], code: i32, word: &str| {
        let output = run(folder.path(), arguments);
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(text.contains(word), "{text}");
    };
    failed(&["fleet", "export", "fleet.toml", "--nats", &url], 1, "expected a table [[output]] for each");
    fs::write(folder.path().join("out.toml"), "[[output]]\ntype = \"json-lines\"\npath = \"-\"\n")
        .expect("a file");
    failed(&["fleet", "export", "out.toml", "--nats", &url], 2, "run `mibc fleet apply` first");
    let good = said(folder.path(), &["fleet", "export", "out.toml", "--check"]);
    assert_eq!(good, "the configuration is good: outputs 1\n");
    assert_eq!(said(folder.path(), &["fleet", "remove", "--nats", &url]), "there is no fleet\n");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    failed(&["fleet", "remove", "--nats", &url], 1, "MIBC_JOBS with 1 messages would be removed");
    let again = said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    assert!(again.contains("1 unchanged"), "{again}");
    let removed = said(folder.path(), &["fleet", "remove", "--nats", &url, "--yes"]);
    assert_eq!(removed.lines().count(), 3, "{removed}");
    failed(&["fleet", "status", "--nats", &url], 2, "run `mibc fleet apply` first");
}
