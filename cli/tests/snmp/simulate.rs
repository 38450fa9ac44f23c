//! `mibc simulate` and `mibc record`, with each other and with net-snmp.

use crate::place::Place;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `mibc simulate`, which is ended when this is dropped.
struct Simulator {
    child: Child,
    address: String,
    /// What it says before it listens.
    said: String,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn simulate(arguments: &[&str]) -> Simulator {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mibc"))
        .arg("simulate")
        .args(arguments)
        .args(["--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let said = lines.next().expect("a line").expect("text");
    let listening = lines.next().expect("a line").expect("text");
    let address = listening.rsplit("udp:").next().expect("an address").to_owned();
    let address = address.trim_start_matches("listening on ").to_owned();
    Simulator { child, address, said }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("lab")).expect("a folder");
    for name in ["one", "lab/two"] {
        let text = format!(
            "1.3.6.1.2.1.1.5.0|4|{name}\n1.3.6.1.2.1.1.7.0|2|72\n1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615\n"
        );
        fs::write(folder.path().join(format!("{name}.snmprec")), text).expect("it is written");
    }
    folder
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn what_is_recorded_is_what_is_simulated() {
    let (place, folder) = (Place::new(), folder());
    let simulator = simulate(&[path(folder.path())]);
    assert!(simulator.said.starts_with("2 devices, 6 variables"), "{}", simulator.said);
    for name in ["one", "lab/two"] {
        let out = folder.path().join("again.snmprec");
        place.answer(&["record", "-v2c", "-c", name, &simulator.address, "-o", path(&out)]);
        let recorded = fs::read_to_string(&out).expect("a recording");
        let original =
            fs::read_to_string(folder.path().join(format!("{name}.snmprec"))).expect("a recording");
        assert_eq!(recorded, original);
        fs::remove_file(&out).expect("it is there");
    }
    // Other forms, and a part of it.
    let lines = place.answer(&["record", "-v2c", "-c", "one", &simulator.address, "SNMPv2-MIB::system"]);
    assert_eq!(lines, "1.3.6.1.2.1.1.5.0|4|one\n1.3.6.1.2.1.1.7.0|2|72\n");
    let out = folder.path().join("again.snmpwalk");
    place.answer(&["record", "-v2c", "-c", "one", &simulator.address, "-o", path(&out)]);
    let text = fs::read_to_string(&out).expect("a recording");
    assert!(text.starts_with(".1.3.6.1.2.1.1.5.0 = STRING: \"one\"\n"), "{text}");
}

/// What `mibc walk --format json` prints is a recording.
#[test]
fn a_walk_as_json_is_a_recording() {
    let (place, folder) = (Place::new(), folder());
    let simulator = simulate(&[path(folder.path())]);
    let json =
        place.answer(&["walk", "-v2c", "-c", "one", "--format", "json", &simulator.address, "1.3.6.1"]);
    let file = folder.path().join("json.jsonl");
    fs::write(&file, &json).expect("it is written");
    let again = simulate(&[path(&file)]);
    let walk = |address: &str| place.answer(&["walk", "-v2c", "-c", "one", "-On", address, "1.3.6.1"]);
    assert_eq!(walk(&again.address), walk(&simulator.address));
}

#[test]
fn a_device_of_a_module_has_its_tables() {
    let place = Place::new();
    let simulator = simulate(&["--from-mib", "IF-MIB", "--rows", "48", "--seed", "7"]);
    assert!(simulator.said.starts_with("1 device, "), "{}", simulator.said);
    let walked = place.answer(&["walk", "-v2c", "-c", "any", &simulator.address, "IF-MIB::ifOperStatus"]);
    assert_eq!(walked.lines().count(), 48);
    assert!(walked.contains("ifOperStatus.48 = INTEGER: up(1)"), "{walked}");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("if.snmprec");
    let made = ["simulate", "--from-mib", "IF-MIB", "--rows", "48", "--seed", "7", "-o", path(&out)];
    place.answer(&made);
    let recorded = folder.path().join("recorded.snmprec");
    place.answer(&["record", "-v2c", "-c", "any", &simulator.address, "-o", path(&recorded)]);
    let read = |file: &Path| fs::read_to_string(file).expect("a recording");
    assert_eq!(read(&out), read(&recorded));
}

/// Options of a file: users, and devices that behave.
#[test]
fn options_come_from_a_file() {
    let (place, folder) = (Place::new(), folder());
    let options = folder.path().join("simulate.toml");
    let text = "[[users]]\nname = \"alice\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\n\
                [[devices]]\nname = \"lab/*\"\nerrors = 1.0\nerror = \"resourceUnavailable\"\n\
                [[devices]]\nname = \"one\"\nwritable = \"memory\"\n";
    fs::write(&options, text).expect("it is written");
    let simulator = simulate(&[path(folder.path()), "--options", path(&options)]);
    let user = ["-v3", "-u", "alice", "-l", "authNoPriv", "-a", "SHA-256", "-A", "maplesyrup", "-n", "one"];
    let ask = |command: &str, rest: &[&str]| {
        let mut words = vec![command];
        words.extend(user);
        words.push(&simulator.address);
        words.extend(rest);
        place.answer(&words)
    };
    assert!(ask("get", &["sysName.0"]).contains("one"));
    ask("set", &["sysName.0", "s", "other"]);
    assert!(ask("get", &["sysName.0"]).contains("other"));
    let failed = place.run(&["get", "-v2c", "-c", "lab/two", &simulator.address, "sysName.0"]);
    let failed = format!("{failed:?}");
    assert!(failed.contains("resourceUnavailable"), "{failed}");
}

/// The commands of the page do what it says. Where it asks a device of the network, ours is asked.
#[test]
fn the_page_is_true() {
    let (place, folder) = (Place::new(), folder());
    let page = fs::read_to_string(crate::place::workspace("docs/simulator.md")).expect("the page");
    fs::create_dir(place.path().join("devices")).expect("a folder");
    let toml = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("options");
    fs::write(place.path().join("simulate.toml"), toml).expect("it is written");
    let device = simulate(&[path(folder.path())]);
    let mut running: Option<Simulator> = None;
    let mut count = 0;
    for command in page.lines().filter_map(|line| line.strip_prefix("    mibc ")) {
        let command = command.replace("-c public 192.0.2.1", &format!("-c one {}", device.address));
        let mut words: Vec<&str> = command.split(' ').collect();
        count += 1;
        if words.first() == Some(&"simulate") && !words.contains(&"-o") {
            // Paths are those of the place.
            let folder = place.path().to_owned();
            let own: Vec<String> = words
                .iter()
                .skip(1)
                .map(|word| match *word {
                    "devices" | "simulate.toml" => folder.join(word).to_str().expect("a path").to_owned(),
                    word => word.to_owned(),
                })
                .collect();
            running = Some(simulate(&own.iter().map(String::as_str).collect::<Vec<_>>()));
            continue;
        }
        let address = running.as_ref().map(|running| running.address.clone()).unwrap_or_default();
        words.iter_mut().filter(|word| **word == "127.0.0.1:1161").for_each(|word| *word = &address);
        let said = place.run(&words);
        assert_eq!(said.status, Some(0), "{command}: {said:?}");
        if words.first() == Some(&"walk") {
            assert!(said.out.contains("sysName.0 = STRING: one"), "{said:?}");
        }
    }
    assert!(count >= 7, "{count} commands");
    assert!(place.path().join("devices/made.snmprec").exists());
}

#[test]
fn what_cannot_be_simulated_is_said() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, expected) in [
        (vec!["simulate", path(folder.path())], "there are no recordings in"),
        (vec!["simulate", "--from-mib", "NO-SUCH-MIB"], "there is no module `NO-SUCH-MIB`"),
        (vec!["simulate", path(folder.path()), "--loss", "3"], "expected a share such as 1%"),
        (vec!["record", "-v2c", "-c", "c", "127.0.0.1:1", "-o", "x.png"], "says no form of a recording"),
    ] {
        let said = format!("{:?}", place.run(&arguments));
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}
