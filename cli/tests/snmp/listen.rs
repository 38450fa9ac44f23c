//! `mibc listen`, with notifications from our own agent.

use crate::place::{Place, v3_user};
use mibc::agent::{Agent, Community, Sink};
use mibc::mibs::if_mib::{IfAdminStatus, IfOperStatus, LinkDown};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

/// A listener that is killed when it is dropped.
pub(crate) struct Listening {
    child: Child,
    pub(crate) address: String,
}

impl Listening {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Listening {
        Listening::at("udp:127.0.0.1:0", place, arguments)
    }

    fn at(address: &str, place: &Place, arguments: &[&str]) -> Listening {
        let mut command = place.command(&[&["listen", address], arguments].concat());
        command.env("MIBC_AUTH_PASSPHRASE", "maplesyrup").env("MIBC_PRIV_PASSPHRASE", "pancakes");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mibc starts");
        let mut line = String::new();
        let stderr = child.stderr.take().expect("piped");
        BufReader::new(stderr).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on ").expect("where it listens");
        let address = address.strip_prefix("udp:").unwrap_or(address).to_owned();
        Listening { child, address }
    }

    /// What it prints until it ends by itself.
    pub(crate) fn rest(mut self) -> String {
        let mut text = String::new();
        self.child.stdout.take().expect("piped").read_to_string(&mut text).expect("UTF-8");
        assert!(self.child.wait().expect("it ends").success());
        text
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends linkDown of interface 7.
fn send(sink: impl Fn(std::net::SocketAddr) -> Sink, to: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let builder = Agent::builder().community(Community::read_only("public"));
        let agent =
            builder.sink(sink(to.parse().expect("an address"))).bind("127.0.0.1:0").await.expect("an agent");
        let _running = agent.spawn();
        agent.notify(LinkDown::at(7, IfAdminStatus::UP, IfOperStatus::DOWN)).await.expect("sent");
    });
}

#[test]
fn traps_and_informs_by_name() {
    let place = Place::new();
    let listening = Listening::start(&place, &["-c", "traps", "--count", "3"]);
    let at = listening.address.clone();
    send(|to| Sink::v2c(to, "others"), &at);
    send(|to| Sink::v2c(to, "traps"), &at);
    send(|to| Sink::inform(to, "traps"), &at);
    send(|to| Sink::v1(to, "traps"), &at);
    let text = listening.rest();
    let heads: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(heads.len(), 3, "{text}");
    for (head, kind) in heads.iter().zip(["v2c trap", "v2c inform", "v1 trap"]) {
        assert!(head.contains(&format!(" {kind}: IF-MIB::linkDown, up ")), "{head}");
    }
    let varbind = "    IF-MIB::ifOperStatus.7 = INTEGER: down(2)\n";
    assert_eq!(text.matches(varbind).count(), 3, "{text}");
    assert!(
        !text.contains("traps\n") && !text.contains("snmpTrapCommunity"),
        "no community is shown: {text}"
    );
}

#[test]
fn as_json_and_csv() {
    let place = Place::new();
    let listening = Listening::start(&place, &["--any-community", "--count", "1", "--format", "json"]);
    send(|to| Sink::v2c(to, "whatever"), &listening.address);
    let line: serde_json::Value = serde_json::from_str(&listening.rest()).expect("JSON");
    assert_eq!(line["notification"], "IF-MIB::linkDown");
    assert_eq!((&line["kind"], &line["version"]), (&"trap".into(), &"v2c".into()));
    assert_eq!(line["varbinds"][1]["name"], "IF-MIB::ifAdminStatus.7");
    assert_eq!(line["varbinds"][1]["value"], 1);
    let listening = Listening::start(&place, &["--any-community", "--count", "1", "--format", "csv"]);
    send(|to| Sink::v2c(to, "whatever"), &listening.address);
    let csv = listening.rest();
    assert!(csv.starts_with("time,source,version,kind,notification,name,text\n"), "{csv}");
    assert!(csv.contains(",v2c,trap,IF-MIB::linkDown,IF-MIB::ifOperStatus.7,down\n"), "{csv}");
}

/// What breaks rules is shown, with what is odd about it. An SNMPv1 Trap-PDU in a message of SNMPv2c.
#[test]
fn odd_notifications() {
    let place = Place::new();
    let odd = "PDU of another version";
    let message: &[u8] = &[
        0x30, 0x28, 0x02, 1, 1, 0x04, 5, b't', b'r', b'a', b'p', b's', 0xa4, 0x1b, 0x06, 0x08, 0x2b, 6, 1, 4,
        1, 0x81, 0xfd, 0x59, 0x40, 4, 192, 0, 2, 1, 0x02, 1, 6, 0x02, 1, 5, 0x43, 1, 100, 0x30, 0,
    ];
    let message = [&[0x30, message.len() as u8 - 2][..], &message[2..]].concat();
    for format in ["text", "json"] {
        let listening = Listening::start(&place, &["-c", "traps", "--count", "1", "--format", format]);
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
        socket.send_to(&message, &listening.address).expect("loopback");
        let shown = listening.rest();
        match format {
            "text" => assert!(
                shown.contains(&format!(
                    " v2c trap: SNMPv2-SMI::enterprises.32473.0.5, up 0:0:00:01.00 (odd: {odd})\n"
                )),
                "{shown}"
            ),
            _ => {
                let line: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
                assert_eq!(line["odd"], serde_json::json!([odd]));
            }
        }
    }
}

/// Over TCP and a Unix socket, sent by net-snmp.
#[test]
fn over_connections() {
    if !crate::netsnmp::installed("snmpinform") {
        return;
    }
    let place = Place::new();
    let unix = format!("unix:{}", place.path().join("traps").display());
    for address in ["tcp:127.0.0.1:0", unix.as_str()] {
        let listening = Listening::at(address, &place, &["-c", "traps", "--count", "1"]);
        let inform = ["-v2c", "-ctraps", &listening.address, "4711", "IF-MIB::linkUp"];
        let sent = crate::netsnmp::run(&place, "snmpinform", &inform);
        assert!(sent.status == Some(0), "{address}: acknowledged: {}", sent.err);
        let text = listening.rest();
        assert!(text.contains(" v2c inform: IF-MIB::linkUp, up 0:0:00:47.11\n"), "{text}");
    }
}

/// An InetAddress is shown as the InetAddressType beside it says.
#[test]
fn addresses_of_a_kind() {
    if !crate::netsnmp::installed("snmptrap") {
        return;
    }
    let place = Place::new();
    let listening = Listening::start(&place, &["-c", "traps", "--count", "1"]);
    let modem = "1.3.6.1.2.1.10.127.1.3.3.1";
    let (kind, address) = (format!("{modem}.20.1"), format!("{modem}.21.1"));
    let trap = ["-v2c", "-ctraps", &listening.address, "1", "IF-MIB::linkUp", &kind, "i", "1", &address, "x"];
    let sent = crate::netsnmp::run(&place, "snmptrap", &[trap.as_slice(), &["0a141e28"]].concat());
    assert!(sent.status == Some(0), "{}", sent.err);
    let text = listening.rest();
    let shown = "DOCS-IF-MIB::docsIfCmtsCmStatusInetAddress.1 = STRING: 10.20.30.40\n";
    assert!(text.contains(shown), "{text}");
}

#[test]
fn a_version_is_refused() {
    let place = Place::new();
    let said = place.run(&["listen", "-c", "traps", "-v2c", "127.0.0.1:0"]);
    assert!(said.status == Some(1) && said.err.contains("listening takes no version"), "{}", said.err);
}

/// SNMPv3, sent by net-snmp: the user's passphrases come from the environment.
#[test]
fn users_from_the_environment() {
    if !crate::netsnmp::installed("snmptrap") {
        return;
    }
    let place = Place::new();
    let user = ["-u", "operator", "-a", "SHA-256", "-x", "AES", "--count", "1"];
    let listening = Listening::start(&place, &user);
    let user = v3_user("operator", "SHA-256", ["maplesyrup", "pancakes"]);
    let trap = ["4711", "IF-MIB::linkUp", "IF-MIB::ifIndex.7", "i", "7"];
    let asked = [&user[..], &["-e", "0x8000000001020304", &listening.address], trap.as_slice()].concat();
    let sent = crate::netsnmp::run(&place, "snmptrap", &asked);
    assert!(sent.status == Some(0), "{}", sent.err);
    let text = listening.rest();
    assert!(text.contains(" v3 trap of operator: IF-MIB::linkUp, up 0:0:00:47.11\n"), "{text}");
}

/// SIGTERM in a burst: what has been received is printed before the command ends.
#[cfg(unix)]
#[test]
fn the_end_of_a_burst() {
    let place = Place::new();
    let mut listening = Listening::start(&place, &["-c", "traps", "--format", "json"]);
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let trap = |number: usize| -> Vec<u8> {
        let head: &[u8] = &[0x30, 0x2e, 0x02, 1, 1, 0x04, 5, b't', b'r', b'a', b'p', b's', 0xa7, 0x22];
        let id = [0x02, 2, (number >> 8) as u8, (number & 255) as u8];
        let name = [0x06, 10, 0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0];
        [head, &id, &[0x02, 1, 0, 0x02, 1, 0, 0x30, 0x16, 0x30, 0x14], &name, &[0x06, 6, 0x2b, 6, 1, 6, 3, 1]]
            .concat()
    };
    // Nobody reads what is printed yet: it waits in the pipe, and behind it in the command.
    const MANY: usize = 2_000;
    for number in 0..MANY {
        socket.send_to(&trap(number), &listening.address).expect("loopback");
        if number % 50 == 0 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    let ended = std::process::Command::new("kill").arg(listening.child.id().to_string()).status();
    assert!(ended.expect("kill runs").success());
    let mut text = String::new();
    listening.child.stdout.take().expect("piped").read_to_string(&mut text).expect("UTF-8");
    let status = listening.child.wait().expect("it ends");
    assert_eq!((text.lines().count(), status.code()), (MANY, Some(0)));
}
