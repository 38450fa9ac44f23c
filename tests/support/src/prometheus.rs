//! Debian's Prometheus as a peer.

use crate::http::{encoded, get};
use crate::program::{PATIENCE, Program};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program.
pub const PROMETHEUS: &str = "prometheus";

/// A server with a configuration and an empty store; ended when dropped.
#[derive(Debug)]
pub struct Prometheus {
    /// Where it listens.
    pub address: String,
    _program: Program,
    _folder: TempDir,
}

/// A series, and its last value.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The labels, the name among them as `__name__`.
    pub labels: BTreeMap<String, String>,
    /// The value.
    pub value: f64,
}

impl Prometheus {
    /// Starts it with the text of a `prometheus.yml` and further options, such as `--web.enable-remote-write-receiver`.
    pub fn start(configuration: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("prometheus.yml");
        fs::write(&file, configuration).expect("a file");
        let mut command = Command::new(PROMETHEUS);
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg("--web.listen-address=127.0.0.1:0")
            .args(options)
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null());
        let program = Program::start(&mut command);
        let line = program.logs("msg=\"Listening on\"");
        let address = line.split("address=").nth(1).expect("an address").trim().to_owned();
        program.logs("Server is ready to receive web requests");
        Self { address, _program: program, _folder: folder }
    }

    /// What an expression gives now.
    pub fn query(&self, expression: &str) -> Vec<Value> {
        query(&self.address, expression)
    }

    /// What an expression gives as soon as it is this; panics if it never is.
    pub fn query_until(&self, expression: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        query_until(&self.address, expression, good)
    }
}

/// What an expression gives at a server with Prometheus' interface.
pub fn query(address: &str, expression: &str) -> Vec<Value> {
    let answer = get(address, &format!("/api/v1/query?query={}", encoded(expression)));
    let json: serde_json::Value =
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert_eq!(json["status"], "success", "{expression}: {json}");
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let result = &json["data"]["result"];
    if json["data"]["resultType"] == "scalar" {
        return vec![Value { labels: BTreeMap::new(), value: number(&result[1]) }];
    }
    let value = |entry: &serde_json::Value| Value {
        labels: serde_json::from_value(entry["metric"].clone()).expect("labels"),
        value: number(&entry["value"][1]),
    };
    list(result).iter().map(value).collect()
}

/// The same, as soon as it is this; panics if it never is.
pub fn query_until(address: &str, expression: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let found = query(address, expression);
        if good(&found) {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "`{expression}` gives {found:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).expect("a number")
}

/// The queries of a page: the lines of its blocks of `promql`.
pub fn queries(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).expect("the page");
    let blocks = text.split("```promql\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.flat_map(str::lines).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The names of series in a query: words with an underscore or in camel case that are not labels or functions.
pub fn series_of(query: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    // What is in braces, and what `by` and `without` have in brackets, are labels.
    let mut rest = String::new();
    let mut in_labels = false;
    for part in query.split_inclusive(['{', '}']) {
        if !in_labels {
            rest += part;
        }
        in_labels = part.ends_with('{');
    }
    for word in rest.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')) {
        let known = ["mibc_", "snmp_", "process_", "if"].iter().any(|start| word.starts_with(start));
        let is_label = ["ifDescr", "ifIndex", "ifName", "ifAlias"].contains(&word);
        if known && word.len() > 2 && !is_label && !names.iter().any(|name| name == word) {
            names.push(word.to_owned());
        }
    }
    names
}
