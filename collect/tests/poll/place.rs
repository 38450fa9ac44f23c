//! What the tests have in common: simulated devices, a poller, and what it has written.

use mibc_collect::poll::{Fleet, Handle, Poller, Settings, Status};
use mibc_runtime::value::{Counter64, TimeTicks, Value, VarBind};
use mibc_simulator::{Recording, Simulated, Simulator};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub(crate) use mibc_test_support::program::PATIENCE;

/// A module with four samples: a scalar, and a column of three rows.
pub(crate) const MODULES: &str = "
modules:
  small:
    walk: [1.3.6.1.2.1.31.1.1.1.6]
    get: [1.3.6.1.2.1.1.3.0]
    timeout: 1s
    retries: 2
    metrics:
      - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: h}
      - {name: ifHCInOctets, oid: 1.3.6.1.2.1.31.1.1.1.6, type: counter, help: h, indexes: [{labelname: ifIndex, type: gauge}]}
  names:
    get: [1.3.6.1.2.1.1.5.0]
    metrics:
      - {name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: h}
";

/// What [`MODULES`]' module `small` gives of a simulated device.
pub(crate) const SAMPLES: u64 = 4;

fn variable(name: &str, value: Value) -> VarBind {
    VarBind::new(name.parse().expect("an OID"), value)
}

/// Devices at all addresses of loopback, all alike: `127.1.2.3` and its port.
pub(crate) async fn devices() -> Simulator {
    let mut variables = vec![
        variable("1.3.6.1.2.1.1.2.0", Value::ObjectIdentifier("1.3.6.1.4.1.8072.3".parse().expect("an OID"))),
        variable("1.3.6.1.2.1.1.3.0", Value::TimeTicks(TimeTicks(5))),
        variable("1.3.6.1.2.1.1.5.0", Value::from("simulated")),
    ];
    for row in 1..=3 {
        variables.push(variable(
            &format!("1.3.6.1.2.1.31.1.1.1.6.{row}"),
            Value::Counter64(Counter64(row * 1_000)),
        ));
    }
    Simulated::of(Recording::of(variables)).listen("0.0.0.0:0").spawn().await.expect("devices")
}

/// The address of a device by its number.
pub(crate) fn address(simulator: &Simulator, number: u32) -> String {
    let [_, high, middle, low] = number.to_be_bytes();
    // The second octet is never 0: 127.0.0.1 has other guests.
    format!("127.{}.{middle}.{low}:{}", high + 1, simulator.addr().port())
}

/// A table of the configuration for a device.
pub(crate) fn device(name: &str, address: &str) -> String {
    format!("[[device]]\nname = \"{name}\"\naddress = \"{address}\"\n")
}

/// A poller of a configuration.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) handle: Handle,
    pub(crate) running: JoinHandle<()>,
}

/// A line that a poller has written.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) device: String,
    pub(crate) tick: u64,
    pub(crate) up: bool,
    pub(crate) samples: u64,
    pub(crate) json: serde_json::Value,
}

/// The head of a configuration: a profile with this interval, and lines in a file.
pub(crate) fn head(interval: &str) -> String {
    format!(
        "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"public\"\n[profile.p]\nmodules = [\"small\"]\n\
         interval = \"{interval}\"\n[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n"
    )
}

/// Starts a poller of a configuration in a folder of its own; `prepare` puts further files there.
pub(crate) async fn poller(
    configuration: &str,
    change: impl FnOnce(&mut Settings),
    prepare: impl FnOnce(&Path),
) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("snmp.yml"), MODULES).expect("a file");
    prepare(folder.path());
    let fleet = fleet(folder.path(), configuration);
    let mut settings = Settings::default();
    change(&mut settings);
    let poller = Poller::start(settings, fleet).await.expect("a poller");
    let handle = poller.handle();
    Place { folder, handle, running: tokio::spawn(poller.run()) }
}

/// A configuration of a folder.
pub(crate) fn fleet(folder: &Path, configuration: &str) -> Fleet {
    let file = folder.join("fleet.toml");
    fs::write(&file, configuration).expect("a file");
    Fleet::load(&file).expect("a configuration")
}

impl Place {
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it has written.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let text = fs::read_to_string(self.file("out.jsonl")).unwrap_or_default();
        // The last line may be half-written while it is read.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(Line::of).collect()
    }

    /// Its status, as soon as it is like this.
    pub(crate) async fn until(&self, good: impl Fn(&Status) -> bool) -> Status {
        let begun = Instant::now();
        loop {
            let status = self.handle.status().await.expect("it runs");
            if good(&status) {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "{status:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its lines, as soon as they are like this.
    pub(crate) async fn lines_until(&self, good: impl Fn(&[Line]) -> bool) -> Vec<Line> {
        let begun = Instant::now();
        loop {
            let lines = self.lines();
            if good(&lines) {
                return lines;
            }
            assert!(begun.elapsed() < PATIENCE, "{} lines: {:#?}", lines.len(), lines.last());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Stops it, and gives all that it has written.
    pub(crate) async fn stop(self) -> Vec<Line> {
        self.handle.stop();
        let Place { folder, running, handle } = self;
        running.await.expect("no panic");
        let place = Place { folder, handle, running: tokio::spawn(async {}) };
        place.lines()
    }
}

impl Line {
    pub(crate) fn of(text: &str) -> Self {
        let json: serde_json::Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Self {
            device: json["device"].as_str().expect("a name").to_owned(),
            tick: json["tick"].as_u64().expect("a number"),
            up: json["up"].as_bool().expect("whether it is up"),
            samples: json["samples"].as_array().map_or(0, Vec::len) as u64,
            json,
        }
    }
}

/// The ticks of each device, in the order in which they were written.
pub(crate) fn ticks(lines: &[Line]) -> BTreeMap<&str, Vec<u64>> {
    let mut ticks: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for line in lines {
        ticks.entry(&line.device).or_default().push(line.tick);
    }
    ticks
}

/// No tick is there twice, and no device has missed two in a row.
pub(crate) fn check_ticks(lines: &[Line]) {
    for (device, ticks) in ticks(lines) {
        for pair in ticks.windows(2) {
            assert!(pair[1] > pair[0], "{device}: a tick is there twice: {ticks:?}");
            assert!(pair[1] - pair[0] <= 2, "{device}: two ticks in a row are missing: {ticks:?}");
        }
    }
}
