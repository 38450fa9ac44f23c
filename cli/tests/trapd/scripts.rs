//! Configurations and scripts of net-snmp's snmptrapd.

use crate::place::{LISTENER, Place, Service, link_varbinds, message, until};
use mibc_runtime::message::PduKind;
use mibc_runtime::value::{OctetString, VarBind};
use mibc_test_support::netsnmp::{Daemon, SNMPTRAPD, command, installed};
use mibc_test_support::program::text;
use mibc_test_support::v3::oid;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// As such scripts are written: it reads to the end, and knows nothing of other notifications.
const SCRIPT: &str = "#!/bin/sh
read host
read address
while read oid value; do
    said=\"$said$oid $value
\"
done
printf '%s\\n%sfrom %s\\n' \"$1\" \"$said\" \"${address%%:*}\" >> \"$0.$1\"
exit 1
";

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../mibs/text")
}

fn script(place: &Place) -> String {
    place.write("script", SCRIPT);
    fs::set_permissions(place.path("script"), fs::Permissions::from_mode(0o755)).expect("it may be run");
    place.path("script").display().to_string()
}

fn configuration(script: &str) -> String {
    format!(
        "authCommunity log,execute,net traps 127.0.0.0/8\nauthCommunity log weak\n\
         createUser -e 0x8000000001020304 operator SHA-256 maplesyrup AES \"pancake syrup\"\nauthUser log,execute,net operator priv\n\
         createUser -e 0x8000000001020304 other SHA maplesyrup\nauthUser log,execute,net other\n\
         traphandle IF-MIB::linkDown {script} down\ntraphandle default {script} default\nformat2 %B\n"
    )
}

/// The same traps to theirs and to ours, which has the configuration of theirs.
fn send(place: &Place, address: &str) {
    let trap = |arguments: &[&str]| {
        let mut command = command("snmptrap", &place.path("snmp"));
        let output = command.args(arguments).output().expect("snmptrap runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    let down =
        ["1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7", "1.3.6.1.2.1.2.2.1.2.7", "s", "eth \"0\""];
    trap(&[&["-v2c", "-c", "traps", address, "4711"], &down[..]].concat());
    trap(&[&["-v2c", "-c", "weak", address, "4712"], &down[..]].concat());
    let v3 = [
        "-v3",
        "-e",
        "0x8000000001020304",
        "-a",
        "SHA-256",
        "-A",
        "maplesyrup",
        "-x",
        "AES",
        "-X",
        "pancake syrup",
    ];
    trap(&[&v3[..], &["-u", "operator", "-l", "authPriv", address, "4713"], &down[..]].concat());
    // Not as well protected as `authUser` wants it.
    trap(&[&v3[..], &["-u", "operator", "-l", "authNoPriv", address, "4714"], &down[..]].concat());
    trap(&[
        "-v1",
        "-c",
        "traps",
        address,
        "1.3.6.1.4.1.32473",
        "192.0.2.7",
        "6",
        "17",
        "4715",
        "1.3.6.1.2.1.1.4.0",
        "s",
        "me",
    ]);
    trap(&[
        "-v2c",
        "-c",
        "traps",
        address,
        "4716",
        "1.3.6.1.6.3.1.1.5.1",
        "1.3.6.1.4.1.32473.9",
        "x",
        "0001ff",
    ]);
}

/// What a script has written, when the last trap is there.
fn written(place: &Place) -> (String, String) {
    let read = |name: &str| fs::read_to_string(place.path(name)).unwrap_or_default();
    until("the last trap", || read("script.default").contains("00 01 FF").then_some(()));
    (read("script.down"), read("script.default"))
}

#[test]
fn of_snmptrapd() {
    if !installed(SNMPTRAPD) || !installed("snmptrap") {
        return;
    }
    let theirs = Place::new();
    let script_of_theirs = script(&theirs);
    let folder = modules();
    let folder = folder.to_str().expect("UTF-8");
    let options = ["-M", folder, "-m", "SNMPv2-MIB:IF-MIB:SNMP-COMMUNITY-MIB"];
    let (_daemon, address) = Daemon::receiver(&options, &configuration(&script_of_theirs));
    send(&theirs, &format!("udp:{address}"));
    let (down, default) = written(&theirs);

    let ours = Place::new();
    ours.write(
        "snmptrapd.conf",
        &format!("snmpTrapdAddr udp:127.0.0.1:0\n{}", configuration(&script(&ours))),
    );
    let import = ours.run(&["trapd", "import", "-o", "trapd.toml", "snmptrapd.conf"]);
    let said = text(&import.stderr);
    assert_eq!(import.status.code(), Some(0), "{said}");
    assert!(said.contains("snmptrapd.conf:10: format2: an event is an object of JSON"), "{said}");
    let toml = fs::read_to_string(ours.path("trapd.toml")).expect("a file");
    assert!(toml.contains(":4: createUser: -e is not needed"), "{toml}");
    let mode = fs::metadata(ours.path("trapd.toml")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it has passphrases");
    ours.write("trapd.toml", &toml.replace("/var/lib/mibc-trapd", "state"));
    let output = fs::File::create(ours.path("log")).expect("a file");
    let mut command = ours.mibc(&["trapd", "--config", "trapd.toml"]);
    let service = Service::start(command.stdout(output));
    send(&ours, &format!("udp:{}", service.address));
    let (own_down, own_default) = written(&ours);
    // The community stays here.
    let public: String = default
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("SNMP-COMMUNITY-MIB::snmpTrapCommunity.0 "))
        .map(|line| line.replace("DISMAN-EVENT-MIB::sysUpTimeInstance", "SNMPv2-MIB::sysUpTime.0"))
        .collect();
    let down = down.replace("DISMAN-EVENT-MIB::sysUpTimeInstance", "SNMPv2-MIB::sysUpTime.0");
    assert_eq!((own_down, own_default), (down, public));
    let events = ours.events_when("log", 5);
    let communities = events.iter().filter(|event| event["version"] == "v2c").count();
    assert_eq!((events.len(), communities), (5, 3), "what may only be logged is logged: {events:#?}");
}

/// What a device says is no line of its own, which a script would take for another varbind.
#[test]
fn a_value_is_on_one_line() {
    let place = Place::with(&format!(
        "{LISTENER}[[output]]\nname = \"script\"\ntype = \"traphandle\"\ncommand = [\"sh\", \"-c\", \"cat >> said; echo end >> said\"]\n"
    ));
    let service = place.start();
    let mut varbinds = link_varbinds(true, 1, 2);
    for (name, value) in [
        ("1.3.6.1.2.1.2.2.1.2.1", &b"x\r\nSNMPv2-MIB::snmpTrapOID.0 SNMPv2-MIB::coldStart"[..]),
        ("1.3.6.1.4.1.8072.9.1", b"y\nSNMPv2-MIB::sysName.0 z"),
        ("1.3.6.1.4.1.8072.9.2", &[0; 40]),
    ] {
        varbinds.push(VarBind::new(oid(name), OctetString::from(value)));
    }
    service.send(&message("traps", PduKind::Trap, 1, varbinds));
    let said = until("what the script has read", || {
        fs::read_to_string(place.path("said")).ok().filter(|said| said.ends_with("end\n"))
    });
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 10, "{said}");
    assert_eq!(
        lines[6], "IF-MIB::ifDescr.1 x\\r\\nSNMPv2-MIB::snmpTrapOID.0 SNMPv2-MIB::coldStart",
        "{said}"
    );
    assert!(
        lines[7].ends_with("\"y\\nSNMPv2-MIB::sysName.0 z\"") && lines[8].matches("00 ").count() == 40,
        "{said}"
    );
}

#[test]
fn import_without_an_end() {
    let place = Place::new();
    place.write("snmptrapd.conf", "authCommunity log traps\ntraphandle nothingKnown /bin/true\n");
    let output = place.run(&["trapd", "import", "snmptrapd.conf"]);
    let (toml, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: the result:") && said.contains("nothingKnown"), "{said}");
    assert!(toml.contains("notification = \"nothingKnown\""), "{toml}");
    assert_eq!(place.run(&["trapd", "import", "missing.conf"]).status.code(), Some(2));
    assert_eq!(place.run(&["trapd", "import"]).status.code(), Some(2));
}
