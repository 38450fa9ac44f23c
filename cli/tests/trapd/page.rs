//! Every command and every configuration of docs/trapd.md, and the metrics that it has.

use crate::place::{FILE, LISTENER, Place, Service};
use mibc_test_support::{http, prometheus};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/trapd.md")
}

fn blocks(kind: &str) -> Vec<String> {
    let page = fs::read_to_string(page()).expect("the page");
    let begin = format!("```{kind}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned()).collect()
}

#[test]
fn configurations_and_commands() {
    let place = Place::new();
    place.write("community", "secret\n");
    place.write("passphrase", "maplesyrup\n");
    place.write("web.yml", &blocks("yaml").concat());
    for block in blocks("toml") {
        let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a name").to_owned();
        place.write(&name, &block);
        let output = place.run(&["trapd", "--config", &name, "--check"]);
        let said = String::from_utf8_lossy(&output.stderr);
        if name == "kafka.toml" && !cfg!(feature = "kafka") {
            assert!(said.contains("kafka.toml:10:8: this program was built without Kafka"), "{said}");
            continue;
        }
        assert!(output.status.success(), "{name}: {said}");
    }
    place.write("snmptrapd.conf", &blocks("text")[0]);
    let commands: Vec<String> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()))
        .collect();
    assert!(commands.len() >= 3, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        if words.contains(&"--check") || words.contains(&"import") {
            assert!(place.run(&words).status.success(), "{command}");
            continue;
        }
        // Another process may have the ports of the page.
        let listen = words.iter().position(|word| *word == "--listen").unwrap_or(words.len());
        let words = [&words[..listen], &["--listen", "udp:127.0.0.1:0"]].concat();
        let text = fs::read_to_string(place.path("trapd.toml")).expect("it is written");
        place.write("trapd.toml", &text.replace("127.0.0.1:9163", "127.0.0.1:0"));
        let mut service = Service::start(&mut place.mibc(&words));
        service.signal("-TERM");
        assert_eq!(service.status(), Some(0), "{command}");
    }
}

/// What the configuration of snmptrapd on the page has is in the table that translates it.
#[test]
fn all_of_snmptrapd_is_translated() {
    let page = fs::read_to_string(page()).expect("the page");
    let table: String = page.lines().filter(|line| line.starts_with("| `")).collect();
    let theirs = blocks("text").into_iter().next().expect("a configuration");
    for line in theirs.lines() {
        let word = line.split(' ').next().expect("a word");
        assert!(table.contains(&format!("`{word}")), "{word} is not in the table");
    }
    assert!(theirs.lines().count() >= 7, "{theirs}");
}

/// The page lists what there is, and its queries name what there is.
#[test]
fn metrics() {
    let place = Place::with(&format!("http = \"127.0.0.1:0\"\n{LISTENER}{FILE}"));
    let service = place.start();
    let metrics = http::get(&service.logs_after("metrics are served, address: "), "/metrics").body;
    let names = metrics.lines().filter(|line| line.starts_with("mibc_trapd_"));
    let served: BTreeSet<&str> = names.filter_map(|line| line.split(['{', ' ']).next()).collect();
    let page_text = fs::read_to_string(page()).expect("the page");
    for name in &served {
        let known = ["mibc_trapd_build_info", "mibc_trapd_config_last_reload_success_timestamp_seconds"];
        assert!(
            known.contains(name) || page_text.contains(&format!("`{name}`")),
            "{name} is not on the page"
        );
    }
    let queries = prometheus::queries(&page());
    assert!(queries.len() >= 5, "{queries:?}");
    for series in queries.iter().flat_map(|query| prometheus::series_of(query)) {
        assert!(served.contains(series.as_str()), "{series} is not served");
    }
}
