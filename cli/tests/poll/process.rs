//! Options, mistakes and the log.

use crate::place::{CONFIGURATION, mibc, run};
use crate::polled::{device, folder};
use mibc_test_support::program::{PATIENCE, Program, text};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn mistakes() {
    let folder = folder(&CONFIGURATION.replace("if_mib", "if_mob"));
    for arguments in [&["poll", "fleet.toml", "--check"][..], &["poll", "fleet.toml"]] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.starts_with("error: fleet.toml:6:12: `if_mob` is not the name of a module"), "{said}");
    }
    fs::write(folder.path().join("fleet.toml"), CONFIGURATION).expect("a file");
    let output = run(folder.path(), &["poll", "fleet.toml", "--check", "--shard", "1/2"]);
    let said = text(&output.stdout);
    assert!(said.starts_with("the configuration is good: devices 1, of these in shard 1/2 "), "{said}");
    for (option, value, said) in [
        ("--shard", "3/2", "expected a number and how many there are"),
        ("--threads", "0", "0 is not in 1..=256"),
        ("--listen", "localhost", "expected one such as 127.0.0.1:9116"),
        ("--drain", "-1", "invalid value"),
    ] {
        let output = run(folder.path(), &["poll", "fleet.toml", &format!("{option}={value}")]);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(text(&output.stderr).contains(said), "{option}: {}", text(&output.stderr));
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(folder.path(), &["poll", "fleet.toml", "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains(&format!("cannot listen on {address}")),
        "{}",
        text(&output.stderr)
    );
    // Configurations of other programs are known.
    fs::write(folder.path().join("telegraf.conf"), "[agent]\n  interval = \"10s\"\n[[inputs.snmp]]\n")
        .expect("a file");
    for (file, said) in [
        (
            "snmp.yml",
            "error: snmp.yml: this is a configuration of snmp_exporter; expected a file in TOML that names it",
        ),
        ("telegraf.conf", "error: telegraf.conf: this is a configuration of Telegraf; expected"),
    ] {
        let output = run(folder.path(), &["poll", file, "--check"]);
        let errors = text(&output.stderr);
        assert!(
            output.status.code() == Some(1) && errors.starts_with(said) && errors.lines().count() == 1,
            "{errors}"
        );
    }
    let module = "[module.m]\nmibs = [\"IF-MIB\"]\nwalk = [\n  \"ifMtu\",\n  \"hrSystemUptime\"]\n";
    fs::write(folder.path().join("module.toml"), CONFIGURATION.to_owned() + module).expect("a file");
    let said = text(&run(folder.path(), &["poll", "module.toml", "--check"]).stderr);
    let expected =
        "module `m`: `hrSystemUptime` is not in `mibs`; add `HOST-RESOURCES-MIB` to them, which defines it";
    assert_eq!(said, format!("error: module.toml:19:3: {expected}\n"));
    // A list with a mistake is one of the configuration, as long as nobody is polled.
    let lists = CONFIGURATION.to_owned() + "[[file-sd]]\nfiles = [\"list.json\"]\n";
    fs::write(folder.path().join("fleet.toml"), lists).expect("a file");
    fs::write(folder.path().join("list.json"), "[{\"targets\": [5]}]").expect("a file");
    let output = run(folder.path(), &["poll", "fleet.toml", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("list.json:1:15: invalid type"), "{}", text(&output.stderr));
}

/// The community is nowhere in the log; a device that does not answer is.
#[test]
fn the_log() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let address = nobody.local_addr().expect("an address").to_string();
    let folder = folder(
        &CONFIGURATION
            .replace("192.0.2.1", &address)
            .replace("interval", "retries = 0\nrequest-timeout = \"50ms\"\ninterval"),
    );
    let log = fs::File::create(folder.path().join("log")).expect("a file");
    let mut child = mibc(folder.path(), &["poll", "fleet.toml", "--log", "debug"])
        .stderr(log)
        .spawn()
        .expect("mibc runs");
    let begun = Instant::now();
    let logged = loop {
        let logged = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        if logged.contains("a device does not answer, device: \"switch-1\", profile: \"p\"")
            || logged.contains("a device does not answer, device: switch-1, profile: p")
            || begun.elapsed() > PATIENCE
        {
            break logged;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    child.kill().and_then(|()| child.wait()).expect("it ends");
    assert!(logged.contains("a device does not answer"), "{logged}");
    assert!(!logged.contains("secret-word"), "{logged}");
}

/// Standard error is not a terminal here: a line now and then instead of a table.
#[test]
fn watch() {
    let (_runtime, simulator) = device();
    let folder = folder(&CONFIGURATION.replace("192.0.2.1", &simulator.addr().to_string()));
    let program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--watch"]));
    let line = program.logs("devices 1, polls ");
    assert!(line.contains("replaced 0"), "{line}");
}

/// Whether a process has ended, though nobody may have asked for its status.
#[cfg(target_os = "linux")]
fn has_ended(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}

/// When nobody looks any more, it ends: the terminal is closed, or who reads the lines has gone.
#[cfg(target_os = "linux")]
#[test]
fn nobody_watches() {
    let (_runtime, simulator) = device();
    let folder = folder(&CONFIGURATION.replace("192.0.2.1", &simulator.addr().to_string()));
    let poll = format!("{} poll fleet.toml --watch", env!("CARGO_BIN_EXE_mibc"));
    // `script` has a terminal for it, which goes when `script` is killed.
    let terminal = ["-qfc", &format!("echo $$ >terminal; exec {poll}"), "/dev/null"];
    let pipe = ["-c", &format!("echo $$ >pipe; exec {poll}")];
    for (name, program, arguments) in [("terminal", "script", &terminal[..]), ("pipe", "sh", &pipe)] {
        let mut command = mibc_test_support::program::in_folder(program, folder.path(), arguments);
        if name == "terminal" && !mibc_test_support::netsnmp::installed(program) {
            continue;
        }
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped()).env("TERM", "xterm");
        let mut child = command.spawn().expect("it starts");
        let drawn: Box<dyn Read> = match name {
            "terminal" => Box::new(child.stdout.take().expect("what it draws")),
            _ => Box::new(child.stderr.take().expect("its lines")),
        };
        let mut drawn = BufReader::new(drawn).lines();
        assert!(drawn.any(|line| line.is_ok_and(|line| line.contains("devices"))), "{name}");
        let process = fs::read_to_string(folder.path().join(name)).expect("its number").trim().to_owned();
        assert!(!has_ended(&process), "{name}");
        drop(drawn);
        if name == "terminal" {
            child.kill().expect("it runs");
        }
        let begun = Instant::now();
        while !has_ended(&process) {
            assert!(begun.elapsed() < PATIENCE, "{name}: it goes on");
            std::thread::sleep(Duration::from_millis(50));
        }
        // The shell was replaced, and `script` was killed.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A terminal that takes nothing for a while holds up the table, and no poll.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_held_up() {
    if !mibc_test_support::netsnmp::installed("script") {
        return;
    }
    let (_runtime, simulator) = device();
    let folder = folder(&CONFIGURATION.replace("192.0.2.1", &simulator.addr().to_string()));
    let poll = format!("exec {} poll fleet.toml --watch", env!("CARGO_BIN_EXE_mibc"));
    let mut command =
        mibc_test_support::program::in_folder("script", folder.path(), &["-qfc", &poll, "/dev/null"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("TERM", "xterm");
    let mut child = command.spawn().expect("it starts");
    let mut keys = child.stdin.take().expect("a keyboard");
    let mut drawn = BufReader::new(child.stdout.take().expect("what it draws")).lines();
    let mut seen = String::new();
    assert!(
        drawn.by_ref().map_while(Result::ok).any(|line| {
            seen += &line;
            line.contains("devices")
        }),
        "{seen}"
    );
    // Ctrl-S.
    keys.write_all(b"\x13").expect("a key");
    let polls = || fs::read_to_string(folder.path().join("out.jsonl")).unwrap_or_default().lines().count();
    let (begun, before) = (Instant::now(), polls());
    while polls() < before + 4 {
        assert!(begun.elapsed() < PATIENCE, "polls do not go on: {before}, {}", polls());
        std::thread::sleep(Duration::from_millis(50));
    }
    keys.write_all(b"\x11").expect("a key");
    drop(drawn);
    let _ = child.kill();
    let _ = child.wait();
}
