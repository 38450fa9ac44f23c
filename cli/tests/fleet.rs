//! `mibc fleet` and `mibc poll --nats`: processes with a real nats-server, killed in the middle; and the commands of the
//! page.
#![cfg(all(unix, feature = "nats"))]

mod polled;

use mibc_collect::fleet::results::each;
use mibc_collect::nats::Access;
use mibc_test_support::nats::{self, NatsServer};
use mibc_test_support::program::{self, PATIENCE, Program, in_folder};
use mibc_test_support::{Xorshift, http};
use polled::{device, folder};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// A configuration with so many devices, which are all at one address.
fn configuration(address: &str, devices: usize, interval: u64) -> String {
    let mut text = format!(
        "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"secret-word\"\n[profile.p]\nmodules = [\"if_mib\"]\ninterval = {interval}\n"
    );
    for number in 0..devices {
        text.push_str(&format!("[[device]]\nname = \"switch {number}\"\naddress = \"{address}\"\n"));
    }
    text
}

fn mibc(folder: &Path, arguments: &[&str]) -> Command {
    in_folder(env!("CARGO_BIN_EXE_mibc"), folder, arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mibc(folder, arguments).output().expect("mibc runs")
}

/// What a command prints that goes well.
fn said(folder: &Path, arguments: &[&str]) -> String {
    program::said(&mut mibc(folder, arguments))
}

/// The ticks of each device that are stored, and one of the results.
fn stored(runtime: &Runtime, url: &str) -> (BTreeMap<String, Vec<u64>>, String) {
    runtime.block_on(async {
        let nats = Access::new(url).connect().await.expect("a connection");
        let (mut ticks, mut sample) = (BTreeMap::<String, Vec<u64>>::new(), String::new());
        each(&nats, |kept| {
            assert_eq!((kept.part, kept.parts), (0, 1));
            ticks.entry(kept.subject).or_default().push(kept.tick);
            sample = String::from_utf8_lossy(&kept.payload).into_owned();
        })
        .await
        .expect("all results");
        (ticks, sample)
    })
}

#[test]
fn processes_and_the_server_are_killed() {
    const DEVICES: usize = 200;
    const INTERVAL: u64 = 3;
    let Some(mut server) = NatsServer::start() else { return };
    let (runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), DEVICES, INTERVAL));
    let url = server.url();
    let apply = ["fleet", "apply", "fleet.toml", "--nats", &url, "--partitions", "8", "--takeover", "2"];
    assert_eq!(said(folder.path(), &apply), "200 devices: 200 added, 0 changed, 0 removed, 0 unchanged\n");
    let worker = |name: &str| {
        let arguments = ["poll", "fleet.toml", "--nats", &url, "--worker", name];
        let program = Program::start(&mut mibc(folder.path(), &arguments));
        program.logs("the worker begins");
        program
    };
    let mut workers = vec![worker("a"), worker("b")];
    let mut random = Xorshift(0x5eed);
    let mut outage = Duration::ZERO;
    for turn in 1..=6 {
        sleep(Duration::from_millis(1_000 + random.below(1_000) as u64));
        if turn % 3 == 0 {
            let away = Instant::now();
            server.kill();
            sleep(Duration::from_millis(random.below(1_000) as u64));
            server.again();
            outage += away.elapsed();
        } else {
            let at = random.below(workers.len());
            workers[at].signal("-KILL");
            workers[at] = worker(&format!("w{turn}"));
        }
    }
    sleep(Duration::from_secs(2 * INTERVAL + 3));
    for worker in &mut workers {
        worker.signal("-TERM");
    }
    for worker in &mut workers {
        assert_eq!(worker.status(), Some(0));
    }
    let (stored, sample) = stored(&runtime, &url);
    assert_eq!(stored.len(), DEVICES);
    // Before a killed worker is replaced, its partitions are polled by nobody.
    let longest = 2 * INTERVAL + outage.as_secs() + 8;
    for (subject, ticks) in &stored {
        assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{subject} has a tick twice: {ticks:?}");
        let gap = ticks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(u64::MAX);
        assert!(
            gap <= longest,
            "{subject} has no result for {gap} s, {outage:?} without a server: {ticks:?}"
        );
    }
    assert!(sample.contains("\"up\":true") && sample.contains("\"ifHCInOctets\""), "{sample}");
    assert!(!sample.contains("secret-word"));
    let status = said(folder.path(), &["fleet", "status", "--nats", &url]);
    assert!(status.starts_with("schedules  200\n") && status.contains("no worker is there"), "{status}");
}

#[test]
fn a_worker_says_what_its_file_does_not_have() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (_runtime, simulator) = device();
    let fleet = configuration(&simulator.addr().to_string(), 1, 1);
    let folder = folder(&fleet);
    let output = run(folder.path(), &["poll", "fleet.toml", "--nats", &url]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("run `mibc fleet apply` first"), "{errors}");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    let other = fleet.split("[[device]]").next().expect("a part").replace("[profile.p]", "[profile.q]");
    fs::write(folder.path().join("other.toml"), &other).expect("a file");
    let worker = Program::start(&mut mibc(
        folder.path(),
        &["poll", "other.toml", "--nats", &url, "--listen", "127.0.0.1:0"],
    ));
    let address = worker.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    assert_eq!(http::get(&address, "/healthz").status, 200);
    let line = worker.logs("a device cannot be polled by this worker");
    assert!(line.contains("no profile `p`; write a table [profile.p]"), "{line}");
    assert_eq!(own("mibc_poll_polls_total"), 0.0);

    // It reads the file again.
    let again = |text: &str, logged: &str| {
        fs::write(folder.path().join("other.toml"), text).expect("a file");
        worker.signal("-HUP");
        worker.logs(logged)
    };
    again("profile = 7", "the configuration is refused");
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 0.0);
    again(&fleet, "the configuration is read");
    let begun = Instant::now();
    while own("mibc_poll_polls_total") - own("mibc_poll_down_total") < 2.0
        || own("mibc_fleet_partitions") == 0.0
    {
        assert!(begun.elapsed() < PATIENCE, "nothing is polled");
        sleep(Duration::from_millis(100));
    }
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 1.0);
    assert_eq!((own("mibc_poll_devices"), own("mibc_poll_jobs")), (1.0, 1.0));
    assert!(own("mibc_poll_late_seconds_count") >= 2.0);
    // What it knows of the device does not keep an auth that is gone.
    again(
        &other.replace("[auth.public]", "[auth.private]").replace("[profile.q]", "[profile.p]"),
        "cannot be polled",
    );
}

#[test]
fn mistakes() {
    let folder = folder(&configuration("192.0.2.1", 1, 1).replace("interval = 1", "interval = \"1500ms\""));
    let url = "nats://me:pass-word@127.0.0.1:1";
    let output = run(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(
        errors.contains("profile `p` has the interval 1.5s; on NATS, expected whole seconds"),
        "{errors}"
    );
    let output = run(folder.path(), &["fleet", "status", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot connect to NATS at nats://127.0.0.1:1"), "{errors}");
    let list = configuration("192.0.2.1", 1, 1) + "[[file-sd]]\nfiles = [\"missing.json\"]\n";
    fs::write(folder.path().join("fleet.toml"), list).expect("a file");
    let output = run(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("missing.json"), "{errors}");
    let output = run(folder.path(), &["poll", "fleet.toml", "--nats", url, "--shard", "1/2"]);
    assert_eq!(output.status.code(), Some(2));
}

/// Every command and every file of docs/fleet.md.
#[test]
fn the_page() {
    let Some(server) = NatsServer::start() else { return };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fleet.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_runtime, simulator) = device();
    let folder = folder("");
    let mut workers = Vec::new();
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
                    let nats = nats::program().expect("it runs");
                    let output = Command::new(nats).current_dir(folder.path()).args(rest).arg("-t").output();
                    let output = output.expect("nats-server runs");
                    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
                }
                ["mibc", "poll", ..] => {
                    let worker = Program::start(&mut mibc(folder.path(), &words[1..]));
                    worker.logs("the worker begins");
                    workers.push(worker);
                }
                ["mibc", rest @ ..] => {
                    said(folder.path(), rest);
                }
                _ => panic!("the page has a command that is not tried: {line}"),
            }
            commands += 1;
        }
    }
    assert!(commands >= 5 && !workers.is_empty());
    let begun = Instant::now();
    loop {
        let status = said(folder.path(), &["fleet", "status", "--nats", &server.url(), "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        if status["workers"].as_array().is_some_and(|known| known.len() == workers.len()) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{status}");
        sleep(Duration::from_millis(100));
    }
}
