//! The page in docs.

use crate::{device, folder, mibc, run, said};
use mibc_test_support::nats::{NatsServer, program};
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Every command and every file of docs/fleet.md.
#[test]
fn the_page() {
    let Some(server) = NatsServer::start() else { return };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fleet.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_runtime, simulator) = device();
    let folder = folder("");
    let (mut workers, mut exports) = (Vec::new(), Vec::new());
    let mut commands = 0;
    for block in page.split("```").skip(1).step_by(2) {
        let (kind, text) = block.split_once('\n').expect("a kind");
        if let Some(name) =
            text.lines().next().and_then(|line| line.strip_prefix("# ")).filter(|_| kind != "sh")
        {
            let text = text.replace("192.0.2.1\"", &format!("{}\"", simulator.addr()));
            let text = text.replace("/var/lib/nats", &folder.path().join("store").display().to_string());
            fs::write(folder.path().join(name), text).expect("a file");
            continue;
        }
        for line in text.lines().filter(|_| kind == "sh") {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let line = line.replace("nats://127.0.0.1:4222", &server.url());
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["nats-server", rest @ ..] => {
                    // The file is checked; a server runs already.
                    let nats = program().expect("it runs");
                    let output = Command::new(nats).current_dir(folder.path()).args(rest).arg("-t").output();
                    let output = output.expect("nats-server runs");
                    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
                }
                ["mibc", "poll", ..] => {
                    let worker = Program::start(&mut mibc(folder.path(), &words[1..]));
                    worker.logs("the worker begins");
                    workers.push(worker);
                }
                ["mibc", "fleet", "export", ..] => {
                    let export = Program::start(&mut mibc(folder.path(), &words[1..]));
                    export.logs("the export begins");
                    exports.push(export);
                }
                ["mibc", "fleet", "remove", rest @ ..] => {
                    workers_are_there(folder.path(), &server.url(), workers.len());
                    let output = run(folder.path(), &words[1..]);
                    assert_eq!(output.status.success(), rest.contains(&"--yes"), "{line}");
                }
                ["mibc", rest @ ..] => {
                    said(folder.path(), rest);
                }
                _ => panic!("the page has a command that is not tried: {line}"),
            }
            commands += 1;
        }
    }
    assert!(commands >= 8 && !workers.is_empty() && !exports.is_empty());
}

/// The status has so many workers, sooner or later.
fn workers_are_there(folder: &Path, url: &str, workers: usize) {
    let begun = Instant::now();
    loop {
        let status = said(folder, &["fleet", "status", "--nats", url, "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        if status["workers"].as_array().is_some_and(|known| known.len() == workers) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{status}");
        sleep(Duration::from_millis(100));
    }
}
