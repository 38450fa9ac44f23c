//! What docs/observability.md says of all services together: Prometheus finds them, and the alerts name what they have.
#![cfg(all(unix, feature = "exporter", feature = "poll", feature = "trapd"))]

mod polled;

use mibc_test_support::http;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::{PATIENCE, Program, in_folder, said};
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, series_of};
use polled::{MODULES, device, folder};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const AGENT: &str =
    "listen = \"udp:127.0.0.1:0\"\nhttp = \"127.0.0.1:0\"\n[[community]]\nname = \"public\"\n";

const TRAPD: &str = "http = \"127.0.0.1:0\"\n[[listener]]\naddress = \"udp:127.0.0.1:0\"\ncommunities = [\"traps\"]\n\
                     [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\n";

const FLEET: &str = "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"public\"\n[profile.p]\nmodules = [\"if_mib\"]\n\
                     interval = \"1s\"\n[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n";

fn of_workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A service that runs, and where its metrics are.
struct Service {
    job: &'static str,
    program: Program,
    address: String,
}

/// All services, which have something to show.
fn services(folder: &Path, device: &str) -> Vec<Service> {
    let write = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).expect("a file");
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("a mode");
    };
    write("agent.toml", AGENT);
    write("trapd.toml", TRAPD);
    write("fleet.toml", &format!("{FLEET}[[device]]\nname = \"one\"\naddress = \"{device}\"\n"));
    write("exporter.yml", &format!("auths:\n  public_v2: {{version: 2}}\n{}", MODULES.trim_start()));
    let start = |job, words: &[&str], logged| {
        let program = Program::start(&mut in_folder(env!("CARGO_BIN_EXE_mibc"), folder, words));
        let address = program.logs_after(logged);
        Service { job, program, address }
    };
    let listen = ["--listen", "127.0.0.1:0"];
    let services = vec![
        start("mibc-agent", &["agent", "--config", "agent.toml"], "listening for HTTP, address: "),
        start(
            "mibc-exporter",
            &[&["exporter", "--config", "exporter.yml"], &listen[..]].concat(),
            "listening, address: ",
        ),
        start("mibc-poll", &[&["poll", "fleet.toml"], &listen[..]].concat(), "listening, address: "),
        start("mibc-trapd", &["trapd", "--config", "trapd.toml"], "metrics are served, address: "),
    ];
    let scraped = http::get(&services[1].address, &format!("/snmp?target={device}"));
    assert_eq!(scraped.status, 200, "{scraped:?}");
    services
}

/// The expressions of the rules, by the names of the alerts.
fn alerts(rules: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for rule in rules.split("- alert: ").skip(1) {
        let (name, rest) = rule.split_once('\n').expect("a name");
        let (_, rest) = rest.split_once("expr: ").expect("an expression");
        let end = rest.find("\n        for: ").or_else(|| rest.find("\n        labels: ")).expect("an end");
        found.insert(name.to_owned(), rest[..end].to_owned());
    }
    found
}

#[test]
fn alerts_name_what_there_is() {
    let rules_file = of_workspace("packaging/prometheus/mibc.rules.yml");
    let rules = fs::read_to_string(&rules_file).expect("the rules");
    let page = fs::read_to_string(of_workspace("docs/observability.md")).expect("the page");
    let alerts = alerts(&rules);
    assert!(alerts.len() >= 20, "{alerts:#?}");
    for name in alerts.keys() {
        assert!(page.contains(&format!("`{name}`")), "{name} is not on the page");
    }
    let (_runtime, simulator) = device();
    let folder = folder("");
    let mut services = services(folder.path(), &simulator.addr().to_string());

    // What is served, and samples of the devices.
    let begun = Instant::now();
    let served = |service: &Service| -> BTreeSet<String> {
        let text = http::get(&service.address, "/metrics").body;
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        samples.filter_map(|line| Some(line.split(['{', ' ']).next()?.to_owned())).collect()
    };
    let of_devices = ["snmp_scrape_complete", "up"];
    loop {
        let known: BTreeSet<String> = services.iter().flat_map(served).collect();
        let named: BTreeSet<String> = alerts.values().flat_map(|expression| series_of(expression)).collect();
        assert!(named.len() >= 15, "{named:#?}");
        let missing: Vec<&String> = named
            .iter()
            .filter(|name| !known.contains(*name) && !of_devices.contains(&name.as_str()))
            .collect();
        if missing.is_empty() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "no service has {missing:?}");
        std::thread::sleep(Duration::from_millis(100));
    }

    if !installed(PROMETHEUS) {
        return;
    }
    said(Command::new("promtool").arg("check").arg("rules").arg(&rules_file));
    let block =
        page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a configuration");
    let mut configuration = block.replace("mibc.rules.yml", &rules_file.display().to_string());
    for Service { job, address, .. } in &services {
        let (begin, rest) = configuration.split_once(&format!("job_name: {job}\n")).expect("each has a job");
        let (before, rest) = rest.split_once('"').expect("a target");
        let (_, after) = rest.split_once('"').expect("a target");
        configuration = format!("{begin}job_name: {job}\n{before}\"{address}\"{after}");
    }
    let intervals = "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n";
    let server = Prometheus::start(&(intervals.to_owned() + &configuration), &[]);
    server.query_until("count(up == 1)", |found| found.first().is_some_and(|count| count.value == 4.0));
    // Prometheus takes each rule, and none of them complains of services that are well.
    let begun = Instant::now();
    loop {
        let answer = http::get(&server.address, "/api/v1/rules").body;
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
        let groups = answer["data"]["groups"].as_array().cloned().unwrap_or_default();
        let rules: Vec<_> = groups.iter().filter_map(|group| group["rules"].as_array()).flatten().collect();
        assert_eq!(rules.len(), alerts.len());
        if rules.iter().all(|rule| rule["health"] == "ok") {
            for rule in rules {
                assert_eq!(rule["state"], "inactive", "{rule}");
            }
            break;
        }
        assert!(rules.iter().all(|rule| rule["health"] != "err"), "{answer:#}");
        assert!(begun.elapsed() < PATIENCE, "{answer:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
    // One that is gone is missed, and a configuration that is refused is told.
    services[3].program.signal("-TERM");
    assert_eq!(services[3].program.status(), Some(0));
    fs::write(folder.path().join("agent.toml"), "listen = 5\n").expect("a file");
    services[0].program.signal("-HUP");
    for (alert, job) in [("MibcDown", "mibc-trapd"), ("MibcConfigurationRefused", "mibc-agent")] {
        server.query_until(&format!("ALERTS{{alertname=\"{alert}\"}}"), |found| {
            found.len() == 1 && found[0].labels["job"] == job
        });
    }
}

/// Each service has a unit file that systemd takes.
#[test]
fn units() {
    let there = Command::new("systemd-analyze").arg("--version").output().is_ok();
    for service in ["agent", "exporter", "poll", "trapd"] {
        let file = of_workspace(&format!("packaging/mibc-{service}.service"));
        let unit = fs::read_to_string(&file).expect("a unit file");
        for line in [
            "Type=notify\n",
            "ExecReload=/bin/kill -HUP $MAINPID\n",
            "RestartPreventExitStatus=1\n",
            "NoNewPrivileges=yes\n",
        ] {
            assert!(unit.contains(line), "{service} has no {line}");
        }
        let start =
            unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/mibc ")).expect("a command");
        let folder = tempfile::tempdir().expect("a folder");
        let help = format!("{} --help", start.split(' ').next().unwrap_or_default());
        said(&mut in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), &help.split(' ').collect::<Vec<_>>()));
        if there {
            // The program is the one that is tested.
            let copy = folder.path().join(format!("mibc-{service}.service"));
            fs::write(&copy, unit.replace("/usr/bin/mibc", env!("CARGO_BIN_EXE_mibc"))).expect("a file");
            let output = Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&copy).output();
            let output = output.expect("systemd-analyze runs");
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!errors.contains(&format!("mibc-{service}")), "{service}: {errors}");
        }
    }
}
