//! Debian's VictoriaMetrics as a peer.

use crate::http::get;
use crate::program::{PATIENCE, Program};
use crate::prometheus::{Value, query, query_until};
use std::fs;
use std::process::Command;
use std::time::Instant;
use tempfile::TempDir;

/// The program.
pub const VICTORIA_METRICS: &str = "victoria-metrics";

/// A server with an empty store; ended when dropped.
#[derive(Debug)]
pub struct VictoriaMetrics {
    /// Where it listens.
    pub address: String,
    _program: Program,
    _folder: TempDir,
}

impl VictoriaMetrics {
    /// Starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(VICTORIA_METRICS);
        command
            .args(["-httpListenAddr=127.0.0.1:0", "-search.latencyOffset=0s", "-search.disableCache"])
            .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
            .stdout(std::process::Stdio::null());
        let program = Program::start(&mut command);
        // The log has the port that was asked for, which is 0.
        program.logs("started VictoriaMetrics");
        let begun = Instant::now();
        let port = loop {
            if let Some(port) = listening(program.id()) {
                break port;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        Self { address: format!("127.0.0.1:{port}"), _program: program, _folder: folder }
    }

    /// What an expression gives now.
    pub fn query(&self, expression: &str) -> Vec<Value> {
        // What came last can be asked for at once.
        get(&self.address, "/internal/force_flush");
        query(&self.address, expression)
    }

    /// What an expression gives as soon as it is this; panics if it never is.
    pub fn query_until(&self, expression: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        get(&self.address, "/internal/force_flush");
        query_until(&self.address, expression, good)
    }
}

/// The port of TCP over IPv4 on which a process listens.
fn listening(process: u32) -> Option<u16> {
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .ok()?
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let table = fs::read_to_string(format!("/proc/{process}/net/tcp")).ok()?;
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // State 0A is LISTEN.
        let ours =
            fields.get(3) == Some(&"0A") && sockets.iter().any(|socket| fields.get(9) == Some(&&**socket));
        let (_, port) = fields.get(1).filter(|_| ours)?.split_once(':')?;
        u16::from_str_radix(port, 16).ok()
    })
}
