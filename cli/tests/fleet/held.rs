//! Results that wait for an output belong to the export that has them, and an export outlives its fleet.

use crate::{configuration, folder, mibc, said};
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RESULTS: usize = 20;

/// Stores so many results.
fn store(url: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let nats = runtime.block_on(mibc_collect::nats::Access::new(url).connect()).expect("a connection");
    for number in 0..RESULTS {
        let line = format!(
            "{{\"device\":\"d{number}\",\"profile\":\"p\",\"tick\":1,\"time\":1.5,\"up\":true,\"complete\":true,\"took\":0.1,\"samples\":[]}}"
        );
        let subject = format!("mibc.result.d{number}.p");
        let result = nats.publish(&subject, "", &[], line.into());
        runtime.block_on(result).expect("it is stored");
    }
}

fn export(folder: &Path, url: &str) -> (Program, String) {
    let arguments =
        ["fleet", "export", "export.toml", "--nats", url, "--takeover", "10", "--listen", "127.0.0.1:0"];
    let program = Program::start(&mut mibc(folder, &arguments));
    let address = program.logs_after("listening, address: ");
    (program, address)
}

fn until(address: &str, sample: &str, number: f64) {
    let begun = Instant::now();
    while http::get(address, "/metrics").number(sample) < number {
        assert!(begun.elapsed() < PATIENCE, "{sample}: {}", http::get(address, "/metrics").body);
        sleep(Duration::from_millis(50));
    }
}

/// The server does not give them out again while they wait for room in an output.
#[test]
fn what_waits_for_room_does_not_come_again() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let folder = folder(&configuration("192.0.2.1", 1, 60));
    // Somebody listens there and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("a port");
    let output = format!(
        "[[output]]\ntype = \"influx\"\nurl = \"http://{address}/write\"\n[output.queue]\nresults = 1\n[output.batch]\nlinger = 0\n"
    );
    fs::write(folder.path().join("export.toml"), output).expect("a file");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "1"]);
    store(&url);
    let (mut program, address) = export(folder.path(), &url);
    until(&address, "mibc_fleet_export_in_hand", RESULTS as f64);
    // Longer than the server waits for what it is not told of.
    sleep(Duration::from_secs(13));
    assert_eq!(http::get(&address, "/metrics").number("mibc_fleet_export_in_hand"), RESULTS as f64);
    program.signal("-TERM");
    assert!(program.logs("the export ends").contains(&format!("left: {RESULTS}")));
    assert_eq!(program.status(), Some(0));
}

/// A fleet that is removed and applied again has a new stream, which is exported as well.
#[test]
fn a_fleet_is_made_anew() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let folder = folder(&configuration("192.0.2.1", 1, 60));
    fs::write(folder.path().join("export.toml"), "[[output]]\ntype = \"json-lines\"\npath = \"out\"\n")
        .expect("a file");
    let apply = ["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "1"];
    said(folder.path(), &apply);
    store(&url);
    let (mut program, address) = export(folder.path(), &url);
    until(&address, "mibc_fleet_exported_total", RESULTS as f64);
    said(folder.path(), &["fleet", "remove", "--nats", &url, "--yes"]);
    program.logs("no results arrive");
    said(folder.path(), &apply);
    store(&url);
    until(&address, "mibc_fleet_exported_total", 2.0 * RESULTS as f64);
    program.signal("-TERM");
    assert_eq!(program.status(), Some(0));
}
