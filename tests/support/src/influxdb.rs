//! Debian's InfluxDB as a peer.

use crate::http::{encoded, get, request};
use crate::program::{PATIENCE, Program};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program.
pub const INFLUXD: &str = "influxd";

/// A server with an empty database `snmp`; ended when dropped.
#[derive(Debug)]
pub struct InfluxDb {
    /// Where it listens.
    pub address: String,
    _program: Program,
    _folder: TempDir,
}

impl InfluxDb {
    /// Starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let configuration = format!(
            "reporting-disabled = true\nbind-address = \"127.0.0.1:0\"\n[meta]\ndir = \"{}\"\n\
             [data]\ndir = \"{}\"\nwal-dir = \"{}\"\n[http]\nbind-address = \"127.0.0.1:0\"\n",
            path("meta"),
            path("data"),
            path("wal")
        );
        let file = folder.path().join("influxdb.conf");
        fs::write(&file, configuration).expect("a file");
        let mut command = Command::new(INFLUXD);
        command.arg("-config").arg(file).stdout(std::process::Stdio::null());
        let program = Program::start(&mut command);
        let line = program.logs("Listening on HTTP");
        let address = line.split("addr=").nth(1).and_then(|rest| rest.split(' ').next());
        let address = address.expect("an address").to_owned();
        let made = request(&address, "POST", &format!("/query?q={}", encoded("CREATE DATABASE snmp")), "");
        assert_eq!(made.status, 200, "{made:?}");
        Self { address, _program: program, _folder: folder }
    }

    /// The rows that a query of InfluxQL gives, each an object of columns.
    pub fn query(&self, query: &str) -> Vec<Value> {
        let answer = get(&self.address, &format!("/query?db=snmp&q={}", encoded(query)));
        let json: Value =
            serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let result = &json["results"][0];
        assert!(result["error"].is_null() && json["error"].is_null(), "{query}: {json}");
        let rows = list(&result["series"]).into_iter().flat_map(|series| {
            let (columns, rows) = (list(&series["columns"]), list(&series["values"]));
            rows.into_iter().map(move |row| {
                let cells = columns.iter().zip(list(&row));
                cells.map(|(column, cell)| (column.as_str().unwrap_or_default().to_owned(), cell)).collect()
            })
        });
        rows.map(Value::Object).collect()
    }

    /// The rows as soon as they are like this; panics if they never are.
    pub fn query_until(&self, query: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let found = self.query(query);
            if good(&found) {
                return found;
            }
            assert!(started.elapsed() < PATIENCE, "`{query}` gives {found:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
