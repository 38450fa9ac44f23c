//! net-snmp as a peer: its commands, and its daemons as child processes.

use crate::program::PATIENCE;
use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Program of the agent.
pub const SNMPD: &str = "/usr/sbin/snmpd";

/// Program of the receiver of notifications.
pub const SNMPTRAPD: &str = "/usr/sbin/snmptrapd";

/// How often a daemon is started, each time on another port.
pub const TRIES: usize = 5;

/// Whether a peer's program is installed. Absent: a visible notice, or a failure where peers are required.
pub fn installed(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !there {
        assert!(
            std::env::var_os("MIBC_REQUIRE_PEERS").is_none(),
            "`{program}` is not installed and MIBC_REQUIRE_PEERS is set"
        );
        eprintln!(
            "notice: skipped, `{program}` is not installed (Debian: snmp, snmpd, snmptrapd, lldpd, tshark, prometheus, victoria-metrics, influxdb)"
        );
    }
    there
}

/// A program of net-snmp that reads no configuration of the machine, loads no MIBs, and keeps what it has to keep in
/// this folder.
pub fn command(program: &str, state: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("SNMPCONFPATH", state).env("SNMP_PERSISTENT_DIR", state).env("MIBDIRS", "").env("MIBS", "");
    command.stdin(Stdio::null());
    command
}

/// What a command printed.
#[derive(Debug)]
pub struct Output {
    /// Whether it says that all went well.
    pub success: bool,
    /// What it found.
    pub stdout: String,
    /// What it complains about.
    pub stderr: String,
}

/// Runs a command that loads only the modules of these folders.
pub fn run(program: &str, mib_folders: &[&Path], arguments: &[&str]) -> Output {
    let state = tempfile::tempdir().expect("a folder for the command's state");
    let mut command = command(program, state.path());
    if !mib_folders.is_empty() {
        let folders: Vec<String> = mib_folders.iter().map(|folder| folder.display().to_string()).collect();
        command.env("MIBDIRS", folders.join(":")).env("MIBS", "ALL");
    }
    let output = command.args(arguments).output().expect("the command starts");
    Output {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// One of the daemons; ended when dropped.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    log: PathBuf,
    _state: TempDir,
}

impl Daemon {
    /// Starts it with these lines of configuration, to listen on an address as net-snmp writes them.
    pub fn start(program: &str, options: &[&str], configuration: &str, address: &str) -> Self {
        let state = tempfile::tempdir().expect("a folder for the daemon's state");
        let file = state.path().join("daemon.conf");
        let log = state.path().join("log");
        fs::write(&file, configuration).expect("the configuration is written");
        let child = command(program, state.path())
            .args(["-f", "-C", "-c"])
            .arg(&file)
            .arg("-p")
            .arg(state.path().join("pid"))
            .arg("-Lf")
            .arg(&log)
            .args(options)
            .arg(address)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        Self { child, log, _state: state }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read(&self.log).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// Starts the receiver of notifications on a loopback port, and waits until it listens there.
    pub fn receiver(options: &[&str], configuration: &str) -> (Self, SocketAddr) {
        for _ in 0..TRIES {
            let address = free_udp_address();
            let mut daemon = Self::start(SNMPTRAPD, options, configuration, &format!("udp:{address}"));
            if listens(&mut daemon.child, address) {
                return (daemon, address);
            }
            eprintln!("snmptrapd does not listen on {address}:\n{}", daemon.log());
        }
        panic!("snmptrapd did not start in {TRIES} tries");
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a process has taken a port of loopback; false when the process ends before, as it does when another one
/// was quicker.
///
/// The table of the kernel is read: a probe that binds the port itself could be in the way of the process.
pub fn listens(child: &mut Child, address: SocketAddr) -> bool {
    let port = format!(":{:04X} ", address.port());
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline && matches!(child.try_wait(), Ok(None)) {
        let Ok(sockets) = fs::read_to_string("/proc/net/udp") else {
            // Not Linux: it gets a moment.
            thread::sleep(Duration::from_secs(1));
            return matches!(child.try_wait(), Ok(None));
        };
        // The local address is the second field of a line.
        if sockets.lines().any(|line| line.get(..24).is_some_and(|start| start.contains(&port))) {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A port of loopback that nobody uses. The daemons cannot be handed a socket, so another process may take it first.
pub fn free_udp_address() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("loopback")
}

/// The agent on a loopback port, which answers.
#[derive(Debug)]
pub struct Snmpd {
    address: SocketAddr,
    _daemon: Daemon,
}

impl Snmpd {
    /// Starts the agent with these lines of configuration and waits until it answers. They let the community `public`
    /// read sysUpTime.
    pub fn start(configuration: &str) -> Self {
        for _ in 0..TRIES {
            let address = free_udp_address();
            let mut daemon = Daemon::start(SNMPD, &[], configuration, &format!("udp:{address}"));
            if answers(&mut daemon, address) {
                return Self { address, _daemon: daemon };
            }
            eprintln!("snmpd did not answer on {address}:\n{}", daemon.log());
        }
        panic!("snmpd did not start in {TRIES} tries");
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Waits for an answer; false when the daemon ends before.
fn answers(daemon: &mut Daemon, address: SocketAddr) -> bool {
    // GET sysUpTime.0, version 2c, community "public".
    const PROBE: &[u8] = &[
        0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 0x19, 0x02, 0x01,
        0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02,
        0x01, 0x01, 0x03, 0x00, 0x05, 0x00,
    ];
    let Ok(socket) = UdpSocket::bind("127.0.0.1:0") else { return false };
    let _ = socket.set_read_timeout(Some(Duration::from_millis(200)));
    let deadline = Instant::now() + PATIENCE;
    let mut answer = [0; 1500];
    while Instant::now() < deadline && !daemon.has_ended() {
        if socket.send_to(PROBE, address).is_ok() && socket.recv_from(&mut answer).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}
