//! What docs/observability.md says of all services together: Prometheus finds them, and alerts and dashboard name what they have.

use crate::dashboard;
use crate::of_workspace;
use crate::place::write_configurations;
use crate::polled::{device, folder};
use mibc_test_support::http;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::{PATIENCE, Program, in_folder, said};
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, series_of};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A service that runs, and where its metrics are.
struct Service {
    job: &'static str,
    program: Program,
    address: String,
}

/// All services, which have something to show.
fn services(folder: &Path, device: &str) -> Vec<Service> {
    write_configurations(folder, device);
    let start = |job, words: &[&str], logged| {
        let program = Program::start(&mut in_folder(env!("CARGO_BIN_EXE_mibc"), folder, words));
        let address = program.logs_after(logged);
        Service { job, program, address }
    };
    // A name is looked up.
    let listen = ["--listen", "localhost:0"];
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
    // Prometheus' own, one of the exporter's devices, and those of workers of a fleet, which its own tests look at.
    let fleet = ["mibc_fleet_partitions", "mibc_fleet_partitions_lost", "mibc_fleet_storing"];
    let elsewhere = [&["up", "snmp_scrape_complete"][..], &fleet].concat();
    let queries = dashboard::queries();
    loop {
        let known: BTreeSet<String> = services.iter().flat_map(served).collect();
        let named: BTreeSet<String> =
            alerts.values().chain(&queries).flat_map(|query| series_of(query)).collect();
        assert!(named.len() >= 15, "{named:#?}");
        let missing: Vec<&String> = named
            .iter()
            .filter(|name| !known.contains(*name) && !elsewhere.contains(&name.as_str()))
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
    // Prometheus understands each query of the dashboard.
    for query in &queries {
        server.query(query);
    }
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
