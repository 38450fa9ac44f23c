//! The log of each service: times, JSON, and what the system's journal gets.

use crate::place::{write, write_configurations};
use crate::polled::folder;
use mibc_test_support::program::{Program, in_folder};
use std::fs;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

/// A service that logs something at its start: the command, and the event.
const SERVICES: [(&[&str], &str, &str); 5] = [
    (&["agent", "--config", "agent.toml"], "mibc::command", "listening"),
    (&["exporter", "--config", "exporter.yml", "--listen", ":0"], "mibc::exporter", "listening"),
    (&["poll", "fleet.toml", "--listen", ":0"], "mibc::poll", "devices are known"),
    (&["trapd", "--config", "trapd.toml"], "mibc::trapd", "listening"),
    (
        &["simulate", "devices", "--listen", "127.0.0.1:0", "--writable=kept", "--state", "state"],
        "mibc::simulator",
        "a line of a recording is left out",
    ),
];

fn place() -> tempfile::TempDir {
    let folder = folder("");
    write_configurations(folder.path(), "127.0.0.1:9");
    for name in ["devices", "state"] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    write(folder.path(), "devices/one.snmprec", "1.3.6.1.2.1.1.1.0|4|a switch\n");
    write(folder.path(), "state/one.snmprec", "not a line\n");
    folder
}

fn command(folder: &Path, words: &[&str], more: &[&str]) -> Command {
    let mut command = in_folder(env!("CARGO_BIN_EXE_mibc"), folder, &[words, more].concat());
    command.stdout(Stdio::null());
    command
}

/// Whether a text is a time of RFC 3339 in UTC.
fn is_time(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00.000Z"
}

#[test]
fn lines_have_the_time() {
    let folder = place();
    for (words, _, message) in SERVICES {
        let program = Program::start(&mut command(folder.path(), words, &[]));
        let line = program.logs(message);
        let (time, rest) = line.split_once(' ').expect("a time and more");
        assert!(is_time(time), "{line}");
        assert!(
            rest.starts_with(&format!("info: {message}")) || rest.starts_with(&format!("warn: {message}")),
            "{line}"
        );
    }
}

#[test]
fn lines_are_objects() {
    let folder = place();
    for (words, target, message) in SERVICES {
        let program = Program::start(&mut command(folder.path(), words, &["--log-format", "json"]));
        loop {
            let line = program.line();
            let event: serde_json::Value = serde_json::from_str(&line).expect("an object");
            assert!(event["time"].as_str().is_some_and(is_time), "{line}");
            if event["message"] != message {
                continue;
            }
            assert_eq!(event["target"], target, "{line}");
            match message {
                // Numbers are numbers.
                "devices are known" => assert_eq!(event["devices"], 1, "{line}"),
                "listening" => assert!(event["address"].as_str().is_some_and(|address| !address.is_empty())),
                _ => assert_eq!((&event["level"], event["problem"].is_string()), (&"warn".into(), true)),
            }
            break;
        }
    }
}

/// The journal has times of its own, and gets priorities; who only inherits its variable does not write to it.
#[test]
fn the_journal() {
    let folder = place();
    for (form, begin) in [("text", "<6>listening, address: "), ("json", "<6>{\"time\":\"")] {
        let (mut ours, theirs) = UnixStream::pair().expect("sockets");
        let about = fs::metadata(format!("/proc/self/fd/{}", theirs.as_raw_fd())).expect("a socket");
        let mut command = command(folder.path(), SERVICES[3].0, &["--log-format", form]);
        command.env("JOURNAL_STREAM", format!("{}:{}", about.dev(), about.ino()));
        command.stderr(Stdio::from(OwnedFd::from(theirs)));
        let mut child = command.stdin(Stdio::null()).spawn().expect("the program starts");
        let mut line = vec![0; begin.len()];
        let read = ours.read_exact(&mut line);
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        read.expect("a line");
        assert_eq!(String::from_utf8_lossy(&line), begin);
    }
    let mut command = command(folder.path(), SERVICES[3].0, &[]);
    let program = Program::start(command.env("JOURNAL_STREAM", "1:2"));
    assert!(is_time(program.line().split(' ').next().unwrap_or_default()));
}
