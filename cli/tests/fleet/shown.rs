//! What can be seen of a fleet: its status, the pages of a worker, the values in Prometheus.

use crate::{configuration, device, device_with, folder, mibc, said, until};
use mibc_runtime::message::ErrorStatus;
use mibc_simulator::Behaviour;
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::Program;
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus};
use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// One device that is well, one that is slow, one that is dead and one that refuses; and ticks that came while no worker ran.
#[test]
fn the_status_names_what_is_not_well() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (_well, simulator) = device();
    // A poll is two questions at least.
    let behaviour = Behaviour { delay: Duration::from_millis(600), ..Behaviour::default() };
    let (_slow, slow) = device_with(behaviour);
    let error = ErrorStatus::AUTHORIZATION_ERROR;
    let (_refusing, refusing) = device_with(Behaviour { errors: 1.0, error, ..Behaviour::default() });
    let mut text = configuration("", 0, 2)
        .replace("interval", "timeout = \"2s\"\nrequest-timeout = \"2s\"\nretries = 0\ninterval");
    text.push_str(
        "[profile.brief]\nmodules = [\"if_mib\"]\ninterval = 1\nrequest-timeout = \"100ms\"\nretries = 0\n",
    );
    for (name, address, profile) in [
        ("well", simulator.addr().to_string(), "p"),
        ("slow", slow.addr().to_string(), "p"),
        ("dead", "127.0.0.1:9".to_owned(), "brief"),
        ("locked", refusing.addr().to_string(), "brief"),
    ] {
        text.push_str(&format!(
            "[[device]]\nname = {name:?}\naddress = {address:?}\nprofile = {profile:?}\n"
        ));
    }
    let folder = folder(&text);
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "4"]);
    // Nobody polls for some ticks.
    sleep(Duration::from_secs(4));
    let mut worker =
        Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--nats", &url, "--worker", "only"]));
    let mut status = String::new();
    until("all is told", || {
        status = said(folder.path(), &["fleet", "status", "--nats", &url]);
        let lines = |word: &str| status.lines().filter(|line| line.contains(word)).count();
        let told = lines("  slow p: ") == 1 && lines("  dead brief: ") == 1 && lines("  locked brief: ") == 1;
        let missed = !status.contains("missed     0 ticks") && status.contains("; the last one ");
        if told && missed { Ok(()) } else { Err(status.clone()) }
    });
    assert!(!status.contains("  well p"), "{status}");
    let (_, refusing) = status.split_once("\nrefusing devices (").expect("a list");
    assert!(!refusing.contains("  dead brief") && refusing.contains("authorizationError"), "{status}");
    assert!(status.contains("; 0 of these without a worker"), "{status}");
    let line = status.lines().find(|line| line.starts_with("only ")).expect("the worker");
    let numbers: Vec<u64> =
        line.split_whitespace().skip(1).map(|number| number.parse().expect("a number")).collect();
    // Partitions, devices, in flight, lag, slow, dead and refusing.
    assert_eq!((numbers[0], numbers[1]), (4, 4), "{status}");
    assert_eq!(numbers[4..], [1, 1, 1], "{status}");
    let json = said(folder.path(), &["fleet", "status", "--nats", &url, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["workers"][0]["dead"], 1, "{json}");
    assert_eq!(json["workers"][0]["refused"][0]["device"], "locked", "{json}");
    assert!(json["totals"]["missed"].as_u64().is_some_and(|missed| missed > 0), "{json}");
    worker.signal("-TERM");
    assert_eq!(worker.status(), Some(0));
}

/// What a worker sends to Prometheus by remote-write is what its devices have, and its own pages ask for a password.
#[test]
fn values_are_in_prometheus_and_pages_are_protected() {
    if !installed(PROMETHEUS) {
        return;
    }
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let prometheus = Prometheus::start("", &["--web.enable-remote-write-receiver"]);
    let (_runtime, simulator) = device();
    let output = format!(
        "[[output]]\ntype = \"remote-write\"\nurl = \"http://{}/api/v1/write\"\n[output.batch]\nlinger = \"100ms\"\n",
        prometheus.address
    );
    let folder = folder(&(configuration(&simulator.addr().to_string(), 5, 1) + &output));
    // The password is `secret`.
    let web = "basic_auth_users: {me: \"$2b$05$BkeRA5X6JigEovbyOlZPLuJxVNp1nddkq8S5AvbxCYBD/bNjBiuCu\"}\n";
    fs::write(folder.path().join("web.yml"), web).expect("a file");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    let options = ["--listen", "127.0.0.1:0", "--web-config", "web.yml"];
    let start = |name: &str| {
        let arguments = ["poll", "fleet.toml", "--nats", &url, "--worker", name];
        Program::start(&mut mibc(folder.path(), &[&arguments[..], &options].concat()))
    };
    let mut workers = [start("first"), start("second")];
    for worker in &workers {
        let address = worker.logs_after("listening, address: ");
        assert_eq!(http::get(&address, "/metrics").status, 401);
        let head = "Authorization: Basic bWU6c2VjcmV0\r\n";
        let answer = http::request(&address, "GET", "/metrics", head);
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("mibc_fleet_partitions"), "{}", answer.body);
    }
    let found = prometheus.query_until("sum by (instance) (ifHCInOctets)", |found| found.len() == 5);
    for value in found {
        assert_eq!(value.value, 1_000.0 + (1_u64 << 40) as f64, "{:?}", value.labels);
    }
    for worker in &mut workers {
        worker.signal("-TERM");
        assert_eq!(worker.status(), Some(0));
    }
    // Each result is there once.
    let status = said(folder.path(), &["fleet", "status", "--nats", &url, "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    let stored = status["totals"]["stored"].as_f64().expect("a number");
    prometheus.query_until("sum(count_over_time(sysUpTime[10m]))", |found| {
        found.first().is_some_and(|value| value.value == stored)
    });
}
