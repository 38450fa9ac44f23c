//! net-snmp as a peer: its agent as a child process, its commands against ours.

use std::fs;
use std::io::Read;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Whether a peer's program is installed. Absent: a visible notice, or a failure where peers are required.
pub(crate) fn installed(program: &str) -> bool {
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
        eprintln!("notice: skipped, `{program}` is not installed (Debian: snmp, snmpd, tshark)");
    }
    there
}

/// What a net-snmp command printed.
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a net-snmp command that reads no configuration of the machine and only the MIB folders given.
pub(crate) fn run(program: &str, mib_folders: &[&Path], arguments: &[&str]) -> Output {
    let folders: Vec<String> = mib_folders.iter().map(|folder| folder.display().to_string()).collect();
    let state = tempfile::tempdir().expect("a folder for the command's state");
    let output = Command::new(program)
        .env("SNMPCONFPATH", state.path())
        .env("SNMP_PERSISTENT_DIR", state.path())
        .env("MIBDIRS", folders.join(":"))
        .env("MIBS", if folders.is_empty() { "" } else { "ALL" })
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the command starts");
    Output {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// net-snmp's agent on a loopback port; ended when dropped.
pub(crate) struct Snmpd {
    child: Child,
    address: SocketAddr,
    _state: tempfile::TempDir,
}

impl Snmpd {
    /// Program of the agent.
    pub(crate) const PROGRAM: &'static str = "/usr/sbin/snmpd";

    /// Starts the agent with these lines of configuration and waits until it answers.
    pub(crate) fn start(configuration: &str) -> Snmpd {
        for _ in 0..5 {
            let state = tempfile::tempdir().expect("a folder for the agent's state");
            let file = state.path().join("snmpd.conf");
            fs::write(&file, configuration).expect("the configuration is written");
            // The kernel picks the port; the agent cannot be handed a socket, so another process may take it first.
            let address = UdpSocket::bind("127.0.0.1:0").and_then(|s| s.local_addr()).expect("a free port");
            let mut child = Command::new(Self::PROGRAM)
                .env("SNMPCONFPATH", state.path())
                .env("SNMP_PERSISTENT_DIR", state.path())
                .env("MIBS", "")
                .args(["-f", "-Le", "-C", "-c"])
                .arg(&file)
                .arg("-p")
                .arg(state.path().join("pid"))
                .arg(format!("udp:{address}"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the agent starts");
            if wait_until_it_answers(&mut child, address) {
                return Snmpd { child, address, _state: state };
            }
            let _ = child.kill();
            let mut log = String::new();
            if let Some(mut stderr) = child.stderr.take() {
                let _ = stderr.read_to_string(&mut log);
            }
            let _ = child.wait();
            eprintln!("snmpd did not answer on {address}:\n{log}");
        }
        panic!("snmpd did not start in five tries");
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Snmpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_until_it_answers(child: &mut Child, address: SocketAddr) -> bool {
    // GET sysUpTime.0, version 2c, community "public".
    const PROBE: &[u8] = &[
        0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 0x19, 0x02, 0x01,
        0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02,
        0x01, 0x01, 0x03, 0x00, 0x05, 0x00,
    ];
    let Ok(socket) = UdpSocket::bind("127.0.0.1:0") else { return false };
    let _ = socket.set_read_timeout(Some(Duration::from_millis(200)));
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut answer = [0; 1500];
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        if socket.send_to(PROBE, address).is_ok() && socket.recv_from(&mut answer).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}
