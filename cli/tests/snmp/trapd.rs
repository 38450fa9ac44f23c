//! `mibc` as snmptrapd, beside net-snmp's: the same notifications, the same text.

use crate::netsnmp::{MODULES, installed, run};
use crate::place::{Place, v3_user, workspace};
use mibc_test_support::netsnmp::{SNMPTRAPD, TRIES, command, free_udp_address, listens};
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Whose notifications are taken.
pub(crate) const CONFIGURATION: &str = "authCommunity log traps\ncreateUser -e 0x8000000001020304 operator SHA maplesyrup AES pancakes\n\
     createUser -e 0x8000000001020304 signer SHA maplesyrup\ncreateUser -e 0x8000000001020304 guest\n\
     createUser operator SHA maplesyrup AES pancakes\ncreateUser signer SHA maplesyrup\ncreateUser guest\n\
     authUser log operator\nauthUser log signer\nauthUser log guest noauth\n";

/// A receiver that writes to a file; ended when dropped.
pub(crate) struct Trapd {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Trapd {
    /// net-snmp's.
    pub(crate) fn theirs(place: &Place, options: &[&str]) -> Trapd {
        Trapd::start(place, "theirs", || net_snmp(place.path()), options)
    }

    /// net-snmp's, beside another one.
    pub(crate) fn start_theirs(place: &Place, name: &str, options: &[&str]) -> Trapd {
        let folder = place.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        Trapd::start(place, name, || net_snmp(&folder), options)
    }

    /// Ours.
    pub(crate) fn ours(place: &Place, options: &[&str]) -> Trapd {
        Trapd::start(place, "ours", || place.linked("snmptrapd"), options)
    }

    fn start(place: &Place, name: &str, program: impl Fn() -> Command, options: &[&str]) -> Trapd {
        let configuration = place.secret(&format!("{name}.conf"), CONFIGURATION);
        for _ in 0..TRIES {
            let address = free_udp_address();
            let mut program = program();
            program.args(["-f", "-C", "-c", &configuration, "-Lf", &format!("{name}.log")]);
            if name != "ours" {
                program.args(["-p", &format!("{name}.pid")]);
            }
            program.args(options).arg(format!("udp:{address}")).current_dir(place.path());
            program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let child = program.spawn().expect("the receiver starts");
            let mut receiver = Trapd { child, address };
            if listens(&mut receiver.child, address) {
                return receiver;
            }
        }
        let log = fs::read_to_string(place.path().join(format!("{name}.log"))).unwrap_or_default();
        panic!("{name} does not listen after {TRIES} tries:\n{log}");
    }

    /// What it has printed, once there are so many notifications of these texts in it.
    pub(crate) fn printed(&self, place: &Place, name: &str, marks: &[&str]) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let mut text = String::new();
            if let Ok(mut file) = fs::File::open(place.path().join(format!("{name}.log"))) {
                file.read_to_string(&mut text).expect("UTF-8");
            }
            if marks.iter().all(|mark| text.contains(mark)) {
                return text;
            }
            assert!(Instant::now() < deadline, "{marks:?} are not all in {text}");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Trapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Their receiver, with the modules that the tests name.
fn net_snmp(state: &Path) -> Command {
    let mut program = command(SNMPTRAPD, state);
    program.env("MIBDIRS", workspace("mibs/text")).env("MIBS", MODULES);
    program
}

/// Without what differs by itself: ports and times of day, and what the daemon says of itself.
pub(crate) fn steady(text: &str) -> String {
    let mut out = String::new();
    let own = |line: &&str| line.starts_with("NET-SNMP version") || line.starts_with("Created directory");
    for line in text.lines().filter(|line| !own(line)) {
        let mut words: Vec<String> = Vec::new();
        for word in line.split(' ') {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            let time = digits > 2 && word.bytes().all(|c| c.is_ascii_digit() || b"-:".contains(&c));
            let address = word.contains("127.0.0.1]:");
            words.push(match (time, address) {
                (true, _) => "TIME".to_owned(),
                (_, true) => "ADDRESS".to_owned(),
                _ => word.to_owned(),
            });
        }
        out += &words.join(" ");
        out.push('\n');
    }
    out
}

/// Sends one of each kind with net-snmp's tools.
fn send(place: &Place, to: SocketAddr) {
    let to = to.to_string();
    let v3 = v3_user("operator", "SHA", ["maplesyrup", "pancakes"]);
    let engine = [v3.as_slice(), &["-e", "0x8000000001020304", "-n", "there"]].concat();
    let v2 = ["4711", "IF-MIB::linkUp", "IF-MIB::ifIndex.7", "i", "7", "IF-MIB::ifDescr.7", "s", "a b"];
    let v1 = |trap: &'static [&'static str]| [trap, &["4711", "IF-MIB::ifIndex.7", "i", "7"]].concat();
    for (tool, credentials, what) in [
        ("snmptrap", vec!["-v2c", "-ctraps"], v2.to_vec()),
        ("snmptrap", vec!["-v2c", "-ctraps"], vec!["99999999", "1.3.6.1.4.1.32473.0.1"]),
        ("snmptrap", vec!["-v1", "-ctraps"], v1(&["IF-MIB::ifEntry", "192.0.2.1", "3", "0"])),
        ("snmptrap", vec!["-v1", "-ctraps"], v1(&["1.3.6.1.4.1.32473.1", "192.0.2.1", "6", "17"])),
        ("snmptrap", engine, v2.to_vec()),
        ("snmpinform", vec!["-v2c", "-ctraps"], v2.to_vec()),
        ("snmpinform", v3.to_vec(), v2.to_vec()),
        (
            "snmptrap",
            vec!["-v2c", "-ctraps"],
            vec!["1", "IF-MIB::linkDown", "IF-MIB::ifDescr.7", "s", "the last one"],
        ),
    ] {
        let sent = run(place, tool, &[credentials, vec![to.as_str()], what].concat());
        assert_eq!(sent.status, Some(0), "{tool}: {}", sent.err);
    }
}

#[test]
fn the_same_text() {
    if !installed(SNMPTRAPD) || !installed("snmptrap") {
        return;
    }
    let format = "%B %P|%N|%w %W %q %#q|%#T|%V; %v|%#v|%.4y %04q|%a %u\\n";
    for options in [vec![], vec!["-n"], vec!["-On"], vec!["-OQ"], vec!["-F", format]] {
        let place = Place::new();
        let (theirs, ours) = (Trapd::theirs(&place, &options), Trapd::ours(&place, &options));
        for receiver in [&theirs, &ours] {
            send(&place, receiver.address);
        }
        let last = ["the last one"];
        let expected = theirs.printed(&place, "theirs", &last);
        let found = ours.printed(&place, "ours", &last);
        assert_eq!(steady(&found), steady(&expected), "{options:?}");
        assert!(expected.lines().count() >= 9, "{expected}");
    }
}

/// The formats of a configuration, and a receiver that is ended.
#[test]
fn a_configuration() {
    if !installed("snmptrap") {
        return;
    }
    let place = Place::new();
    let file = place.secret("own.conf", "format1 one %W\\n\nformat2 two %V,%v\\n\noutputOption Qs\n");
    let ours = Trapd::ours(&place, &["-c", &file]);
    let to = ours.address.to_string();
    let v1 = ["-v1", "-ctraps", &to, "IF-MIB::ifEntry", "192.0.2.1", "2", "0", "1"];
    let v2 = ["-v2c", "-ctraps", &to, "1", "IF-MIB::linkUp"];
    for trap in [v1.as_slice(), &v2] {
        assert_eq!(run(&place, "snmptrap", trap).status, Some(0));
    }
    let printed = ours.printed(&place, "ours", &["one ", "two "]);
    assert_eq!(printed, "one Link Down\ntwo sysUpTime.0 = 0:0:00:00.01,snmpTrapOID.0 = linkUp\n");
}
