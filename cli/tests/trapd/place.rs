//! A folder with a configuration, and the service that runs there.

use mibc_runtime::ber::Writer;
use mibc_runtime::message::{Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::value::VarBind;
use mibc_test_support::program::{PATIENCE, Program, in_folder};
use mibc_test_support::v3::{link_down, oid};
use serde_json::Value;
use std::fs;
use std::net::UdpSocket;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Listens to the community `traps`, on a port of the system's choice.
pub(crate) const LISTENER: &str = "[[listener]]\naddress = \"udp:127.0.0.1:0\"\ncommunities = [\"traps\"]\n";

/// Lines in the file `traps.json`.
pub(crate) const FILE: &str = "[[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\n";

pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// With this configuration in `trapd.toml`.
    pub(crate) fn with(configuration: &str) -> Self {
        let place = Self::new();
        place.write("trapd.toml", configuration);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("it is written");
    }

    /// The lines of a file that is being written, as far as they are whole.
    pub(crate) fn events(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The same, when there are so many.
    pub(crate) fn events_when(&self, name: &str, count: usize) -> Vec<Value> {
        until(&format!("{count} events in {name}"), || {
            Some(self.events(name)).filter(|events| events.len() >= count)
        })
    }

    pub(crate) fn mibc(&self, arguments: &[&str]) -> Command {
        let mut command = in_folder(env!("CARGO_BIN_EXE_mibc"), self.0.path(), arguments);
        command.env("XDG_CACHE_HOME", cache());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.mibc(arguments).output().expect("mibc runs")
    }

    /// The service of this configuration has the same port whenever it is started from now on.
    pub(crate) fn keep_port(&self, service: &Service) {
        let configuration = fs::read_to_string(self.path("trapd.toml")).expect("a file");
        let address = format!("udp:{}", service.address);
        self.write("trapd.toml", &configuration.replace("udp:127.0.0.1:0", &address));
    }

    pub(crate) fn start(&self) -> Service {
        Service::start(&mut self.mibc(&["trapd", "--config", "trapd.toml"]))
    }
}

/// One index of modules for all tests.
fn cache() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// What is there in the end.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: it does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A service that runs, ended when dropped.
pub(crate) struct Service {
    program: Program,
    pub(crate) address: String,
}

impl Service {
    pub(crate) fn start(command: &mut Command) -> Self {
        let program = Program::start(command);
        let address = program.logs_after("listening, address: udp:");
        Self { program, address }
    }

    /// Sends a datagram from a socket of its own.
    pub(crate) fn send(&self, message: &[u8]) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        socket.send_to(message, &self.address).expect("loopback");
        socket
    }
}

impl Deref for Service {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}

impl DerefMut for Service {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.program
    }
}

/// A notification of SNMPv2c.
pub(crate) fn message(community: &str, kind: PduKind, request_id: i32, varbinds: Vec<VarBind>) -> Vec<u8> {
    let body = OwnedBody::Pdu(Pdu { header: PduHeader::new(kind, request_id), varbinds });
    let mut writer = Writer::new();
    Message { version: Version::V2c, community: community.into(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

/// linkDown of an interface.
pub(crate) fn link(kind: PduKind, down: bool, number: i32) -> Vec<u8> {
    message("traps", kind, number, link_varbinds(down, number, number + 1))
}

/// What it says, after so many hundredths of a second.
pub(crate) fn link_varbinds(down: bool, number: i32, up_time: i32) -> Vec<VarBind> {
    let mut varbinds = link_down();
    varbinds.truncate(2);
    varbinds[0] = VarBind::new(varbinds[0].name.clone(), mibc_runtime::value::TimeTicks(up_time as u32));
    if !down {
        varbinds[1] = VarBind::new(varbinds[1].name.clone(), oid("1.3.6.1.6.3.1.1.5.4"));
    }
    varbinds.push(VarBind::new(oid(&format!("1.3.6.1.2.1.2.2.1.1.{number}")), number));
    varbinds.push(VarBind::new(oid(&format!("1.3.6.1.2.1.2.2.1.8.{number}")), if down { 2 } else { 1 }));
    varbinds
}

pub(crate) fn trap(number: i32) -> Vec<u8> {
    link(PduKind::Trap, true, number)
}

pub(crate) fn inform(number: i32) -> Vec<u8> {
    link(PduKind::Inform, true, number)
}

/// The interface of an event.
pub(crate) fn number(event: &Value) -> i64 {
    event["varbinds"][0]["value"].as_i64().expect("ifIndex")
}
