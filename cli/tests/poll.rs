//! `mibc poll`: a process with a configuration, signals, a port and a server for its results; and the commands of its page.
#![cfg(all(unix, feature = "poll"))]

mod polled;

use mibc_test_support::http;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::{PATIENCE, Program, in_folder, text};
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, queries};
use polled::{MODULES, device, folder};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const CONFIGURATION: &str = "
snmp-yml = [\"snmp.yml\"]
[auth.public]
community = \"secret-word\"
[profile.p]
modules = [\"if_mib\"]
interval = \"1s\"
[[output]]
type = \"json-lines\"
path = \"out.jsonl\"
[[device]]
name = \"switch-1\"
address = \"192.0.2.1\"
";

fn mibc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = in_folder(env!("CARGO_BIN_EXE_mibc"), folder, arguments);
    command.stdout(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mibc(folder, arguments).stdout(Stdio::piped()).output().expect("mibc runs")
}

#[test]
fn reload_and_stop() {
    let folder = folder(CONFIGURATION);
    let file = folder.path().join("fleet.toml");
    let mut program =
        Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--listen", "127.0.0.1:0"]));
    assert!(program.logs("devices are known").contains("devices: 1, jobs: 1"));
    let address = program.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    assert_eq!(own("mibc_poll_devices"), 1.0);
    assert_eq!(http::get(&address, "/healthz").status, 200);
    assert_eq!(http::get(&address, "/nothing").status, 404);
    fs::write(&file, CONFIGURATION.replace("\"p\"", "\"q\"").replace("if_mib", "if_mob")).expect("a file");
    program.signal("-HUP");
    let fault = program.logs("the configuration has a fault");
    assert!(
        fault.contains("fleet.toml:6:") && fault.contains("`if_mob` is not the name of a module"),
        "{fault}"
    );
    program.logs("the poller goes on with the one before");
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 0.0);
    let more = CONFIGURATION.to_owned() + "[[device]]\naddress = \"192.0.2.2\"\n";
    fs::write(&file, more).expect("a file");
    program.signal("-HUP");
    assert!(program.logs("devices are known").contains("devices: 2, jobs: 2"));
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 1.0);
    program.signal("-TERM");
    program.logs("the poller has stopped, left: 0");
    assert_eq!(program.status(), Some(0));
}

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
        ("--listen", "localhost", "invalid socket address"),
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

/// What Debian's Prometheus was sent is what the device has; the dashboard's queries are ones that it takes.
#[test]
fn prometheus() {
    if !installed(PROMETHEUS) {
        return;
    }
    let server = Prometheus::start("", &["--web.enable-remote-write-receiver"]);
    let (_runtime, simulator) = device();
    let output = format!(
        "[[output]]\ntype = \"remote-write\"\nurl = \"http://{}/api/v1/write\"\nlabels = {{ job = \"network\", site = \"x\" }}\n\
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
    assert_eq!((&*found[0].labels["job"], &*found[0].labels["site"]), ("network", "x"));
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

/// Every command and every configuration of docs/poll.md.
#[test]
fn the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/poll.md");
    let page = fs::read_to_string(page).expect("the page");
    let folder = folder("");
    let auths = "auths:\n  public_v2: {community: public, version: 2}\n";
    fs::write(folder.path().join("snmp.yml"), auths.to_owned() + MODULES).expect("a file");
    let blocks = |kind: &str| -> Vec<String> {
        let begin = format!("```{kind}\n");
        page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned()).collect()
    };
    fs::create_dir_all(folder.path().join("secrets")).expect("a folder");
    fs::create_dir_all(folder.path().join("devices")).expect("a folder");
    for secret in ["auth", "priv"] {
        fs::write(folder.path().join("secrets").join(secret), "maplesyrup\n").expect("a file");
    }
    let [list] = &blocks("json")[..] else { panic!("one list of devices") };
    fs::write(folder.path().join("devices/a.json"), list).expect("a file");
    let files = blocks("toml");
    for block in &files {
        let name =
            block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("the name of the file");
        fs::write(folder.path().join(name), block).expect("a file");
        let output = run(folder.path(), &["poll", name, "--check"]);
        let without = [("kafka.toml", cfg!(feature = "kafka")), ("parquet.toml", cfg!(feature = "parquet"))];
        if without.contains(&(name, false)) {
            assert!(text(&output.stderr).contains("this program was built without"), "{name}");
            continue;
        }
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let said = text(&output.stdout);
        let expected = match name {
            "fleet.toml" => "devices 2, of these in shard 1/1 2, lists 0, profiles 1, auths 1, outputs 0",
            "lists.toml" => "devices 1, of these in shard 1/1 1, lists 2, profiles 2, auths 1, outputs 0",
            "outputs.toml" => "devices 1, of these in shard 1/1 1, lists 0, profiles 1, auths 1, outputs 4",
            _ => "the configuration is good",
        };
        assert!(said.contains(expected), "{name}: {said}");
    }
    assert_eq!(files.len(), 8);
    let commands: Vec<String> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()))
        .collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        if words.contains(&"--check") {
            let output = run(folder.path(), &words);
            assert!(output.status.success(), "{command}: {}", text(&output.stderr));
            continue;
        }
        // Another process may have the port of the page.
        let words: Vec<&str> = words
            .into_iter()
            .map(|word| if word.starts_with("127.0.0.1:") { "127.0.0.1:0" } else { word })
            .collect();
        let mut program = Program::start(&mut mibc(folder.path(), &[&words[..], &["--drain", "0"]].concat()));
        program.logs(if words.contains(&"--watch") { "devices 2, polls" } else { "devices are known" });
        program.signal("-TERM");
        assert_eq!(program.status(), Some(0), "{command}");
    }
}

/// A configuration with a device that answers, polled each second, and an output besides the lines.
#[cfg(any(feature = "kafka", feature = "parquet"))]
fn with_output(simulator: &mibc_simulator::Simulator, output: &str) -> String {
    let output = format!("[[output]]\n{output}\n[[device]]\nname");
    CONFIGURATION
        .replacen("[[device]]\nname", &output, 1)
        .replace("192.0.2.1", &simulator.addr().to_string())
        .replace("secret-word", "public")
}

/// What is in Kafka is what is in the file, with the device as key; a foreign client reads it, Snappy and all.
#[cfg(feature = "kafka")]
#[test]
fn results_in_kafka() {
    let Some(broker) = mibc_test_support::kafka::KafkaBroker::tansu() else { return };
    let (_runtime, simulator) = device();
    let output = format!("type = \"kafka\"\nbrokers = [\"{}\"]\ntopic = \"results\"", broker.address());
    let folder = folder(&with_output(&simulator, &output));
    let mut program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml"]));
    // The records wait until there is a topic.
    let said = program.logs("an output fails");
    assert!(
        said.contains("the topic `results` cannot be used") && said.contains("kafka-topics.sh --create"),
        "{said}"
    );
    broker.make("results", 3);
    program.logs("an output works again");
    let lines = || fs::read_to_string(folder.path().join("out.jsonl")).unwrap_or_default();
    let begun = Instant::now();
    while lines().lines().count() < 3 {
        assert!(begun.elapsed() < PATIENCE, "{}", lines());
        std::thread::sleep(Duration::from_millis(50));
    }
    program.signal("-TERM");
    assert_eq!(program.status(), Some(0));
    let lines = lines();
    let records = broker.read("results", lines.lines().count());
    assert_eq!(
        records.iter().filter_map(|record| record["value"].as_str()).collect::<Vec<_>>(),
        lines.lines().collect::<Vec<_>>()
    );
    for record in records {
        assert_eq!(
            (&record["key"], &record["partition"]),
            (&"switch-1".into(), &record["theirs"]),
            "{record}"
        );
        let id = record["headers"]["id"].as_str().expect("an identity");
        assert!(id.starts_with("p/") && id.ends_with("/switch-1"), "{id}");
    }
}

/// Killed at any moment: what has the name of a file is a whole file.
#[cfg(feature = "parquet")]
#[test]
fn files_of_parquet_are_whole() {
    let (_runtime, simulator) = device();
    let output = "type = \"parquet\"\npath = \"samples\"\n[output.queue]\nfolder = \"queue\"\n[output.batch]\nlinger = \"100ms\"";
    let folder = folder(&with_output(&simulator, output).replace("\"1s\"", "\"200ms\""));
    let files = || -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder.path().join("samples")).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|path| path.extension() == Some("parquet".as_ref())).collect()
    };
    for signal in ["-KILL", "-KILL", "-KILL", "-TERM"] {
        let before = files().len();
        let mut program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml"]));
        let begun = Instant::now();
        while files().len() < before + 2 {
            assert!(begun.elapsed() < PATIENCE, "{:?}", files());
            std::thread::sleep(Duration::from_millis(7));
        }
        program.signal(signal);
        program.status();
    }
    for file in files() {
        let octets = fs::read(&file).expect("a file");
        assert!(octets.starts_with(b"PAR1") && octets.ends_with(b"PAR1"), "{}", file.display());
    }
}
