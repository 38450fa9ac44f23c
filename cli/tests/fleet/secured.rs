//! Users who may do what the page says, and nothing else.

use crate::{configuration, device, folder, mibc, run, said};
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The users of docs/fleet.md.
fn users() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fleet.md");
    let page = fs::read_to_string(page).expect("the page");
    let begin = page.split("# secured.conf\n").nth(1).expect("the configuration");
    let text = begin.split("```").next().expect("its end");
    text[text.find("authorization").expect("users")..].to_owned()
}

#[test]
fn users_of_the_page_can_do_what_they_are_for() {
    let Some(server) = NatsServer::start_with(&users()) else { return };
    let (_runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), 4, 1));
    let url =
        |user: &str, number: u32| server.url().replace("://", &format!("://{user}:change-me-{number}@"));
    let (apply, status) = (url("apply", 1), url("status", 4));
    let applied = |options: &[&str]| {
        said(folder.path(), &[&["fleet", "apply", "fleet.toml", "--nats", &apply][..], options].concat())
    };
    assert!(applied(&["--partitions", "8", "--takeover", "1"]).starts_with("4 devices: 4 added"));
    let start = |arguments: &[&str]| Program::start(&mut mibc(folder.path(), arguments));
    let worker = |name: &str| start(&["poll", "fleet.toml", "--nats", &url("worker", 2), "--worker", name]);
    let mut first = worker("first");
    first.logs("partitions have come to this worker");
    let second = worker("second");
    second.logs("partitions have come to this worker");
    fs::write(
        folder.path().join("export.toml"),
        "[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n[output.batch]\nlinger = \"50ms\"\n",
    )
    .expect("a file");
    let mut export =
        start(&["fleet", "export", "export.toml", "--nats", &url("export", 3), "--listen", "127.0.0.1:0"]);
    let address = export.logs_after("listening, address: ");
    let begun = Instant::now();
    while http::get(&address, "/metrics").number("mibc_fleet_exported_total") < 12.0 {
        assert!(begun.elapsed() < PATIENCE, "nothing is handed on");
        sleep(Duration::from_millis(100));
    }
    // Devices go, and partitions are others.
    fs::write(folder.path().join("fleet.toml"), configuration(&simulator.addr().to_string(), 2, 1))
        .expect("a file");
    applied(&["--partitions", "3"]);
    second.signal("-KILL");
    let begun = Instant::now();
    loop {
        let text = said(folder.path(), &["fleet", "status", "--nats", &status]);
        let partitions = text.contains("partitions 3, ") && text.contains("; 0 of these without a worker");
        if partitions && text.contains("schedules  2\n") && !text.contains("second ") {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
        sleep(Duration::from_millis(100));
    }
    for (program, end) in [(&mut first, "the worker ends"), (&mut export, "the export ends")] {
        program.signal("-TERM");
        loop {
            let line = program.line();
            assert!(!line.starts_with("warn") && !line.starts_with("error"), "{line}");
            if line.contains(end) {
                break;
            }
        }
        assert_eq!(program.status(), Some(0));
    }
    // Others may not do it, and are told so at once.
    fs::write(folder.path().join("fleet.toml"), configuration("192.0.2.1", 2, 1)).expect("a file");
    for arguments in [
        ["fleet", "apply", "fleet.toml", "--nats", &status],
        ["poll", "fleet.toml", "--nats", &url("export", 3), "--log=info"],
        ["fleet", "remove", "--nats", &status, "--yes"],
    ] {
        let output = run(folder.path(), &arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains("NATS does not permit this"), "{arguments:?}: {errors}");
    }
    assert_eq!(said(folder.path(), &["fleet", "remove", "--nats", &apply, "--yes"]).lines().count(), 3);
}
