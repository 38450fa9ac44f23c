//! Recordings are served as they are: what is read over SNMP is what the file has, and net-snmp's snmpwalk prints the file.

use std::fs;
use std::path::{Path, PathBuf};

use mibc_runtime::value::{Value, VarBind};
use mibc_simulator::{ENDINGS, Format, Recording, Simulated, Source, line};
use mibc_test_support::netsnmp::{self, Snmpd, installed};

use crate::asking::{public, session, walk};

/// The variables of a recording that a walk shows.
fn shown(recording: &Recording) -> Vec<VarBind> {
    let fixed = recording.variables().map(|variable| VarBind {
        name: variable.name,
        value: variable.value.expect("nothing varies in it"),
    });
    fixed.filter(|variable| !variable.value.as_ref().is_exception()).collect()
}

fn own() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() >= 3, "{files:?}");
    files
}

/// Recordings that others have made: `MIBC_RECORDINGS` is a folder of them.
fn others(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            others(&path, found);
        } else if Format::of(&path).is_some() && path.extension().is_some_and(|ending| ending != "txt") {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn what_is_served_is_what_the_file_has() {
    for file in own() {
        let read = Source::File(file.clone()).read(None).expect("a recording");
        assert_eq!(read.problems, [], "{}", file.display());
        let device = Simulated::load(&file).expect("a recording").spawn().await.expect("loopback");
        let found = walk(&public(&device).await).await.expect("it answers");
        assert_eq!(found, shown(&read.recording), "{}", file.display());
        assert!(!found.is_empty());
    }
}

/// With `MIBC_RECORDINGS`: those of a folder, apart from entries that vary.
#[tokio::test]
async fn recordings_of_others_are_served() {
    let Some(folder) = std::env::var_os("MIBC_RECORDINGS") else {
        eprintln!("notice: skipped, MIBC_RECORDINGS is not set to a folder of recordings");
        return;
    };
    let mut files = Vec::new();
    others(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "there are no recordings");
    for file in files {
        let read = Source::File(file.clone()).read(None).expect("a recording");
        for problem in &read.problems {
            eprintln!("{problem}");
        }
        if read.recording.variables().any(|variable| variable.value.is_none())
            || read.recording.variables().next().is_none()
        {
            continue;
        }
        let device = Simulated::of(read.recording.clone()).spawn().await.expect("loopback");
        let found = walk(&public(&device).await).await.expect("it answers");
        assert_eq!(found, shown(&read.recording), "{}", file.display());
        eprintln!("{}: {} variables", file.display(), found.len());
    }
}

/// The text of the file is what snmpwalk prints of the device that is made of it.
#[tokio::test(flavor = "multi_thread")]
async fn snmpwalk_prints_the_file() {
    if !installed("snmpwalk") {
        return;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/printer.snmpwalk");
    let device = Simulated::load(&file).expect("a recording").spawn().await.expect("loopback");
    let address = device.addr().to_string();
    let printed = tokio::task::spawn_blocking(move || {
        netsnmp::run("snmpwalk", &[], &["-v2c", "-cpublic", "-On", &address, ".1"])
    });
    let printed = printed.await.expect("it runs");
    let text = fs::read_to_string(&file).expect("the file");
    let no_more = |line: &&str| !line.contains("No more variables");
    let lines: Vec<&str> = printed.stdout.lines().filter(no_more).collect();
    assert_eq!(lines, text.lines().collect::<Vec<_>>(), "{}", printed.stderr);
}

/// What snmpwalk has recorded of snmpd is what it prints of the simulated snmpd.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_of_snmpd_is_replayed() {
    if !installed("snmpwalk") || !installed(netsnmp::SNMPD) {
        return;
    }
    let snmpd = Snmpd::start("rocommunity public\nsysdescr two\nsyslocation \"a \\\"room\\\"\"\n");
    let walk = |address: String| {
        netsnmp::run("snmpwalk", &[], &["-v2c", "-cpublic", "-On", "-t5", &address, ".1.3.6.1"]).stdout
    };
    let recorded = walk(snmpd.address().to_string());
    drop(snmpd);
    assert!(recorded.lines().count() > 200, "{recorded}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("snmpd.snmpwalk");
    fs::write(&file, &recorded).expect("it is written");
    let simulated = Simulated::load(&file).expect("a recording");
    assert_eq!(simulated.problems(), []);
    let device = simulated.spawn().await.expect("loopback");
    let address = device.addr().to_string();
    let replayed = tokio::task::spawn_blocking(move || walk(address)).await.expect("it runs");
    let difference: Vec<_> =
        recorded.lines().zip(replayed.lines()).filter(|(one, other)| one != other).take(3).collect();
    assert_eq!(difference, []);
    assert_eq!(recorded.lines().count(), replayed.lines().count());
}

/// Each of a thousand devices gives its own recording, all asked at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_devices_are_walked_at_once() {
    const DEVICES: usize = 1_000;
    let folder = tempfile::tempdir().expect("a folder");
    let recording = |number: usize| {
        let mut text = format!("1.3.6.1.2.1.1.5.0|4|device {number}\n1.3.6.1.2.1.2.1.0|2|8\n");
        for port in 1..=8 {
            text += &format!("1.3.6.1.2.1.2.2.1.2.{port}|4|port {port}\n");
            text += &format!("1.3.6.1.2.1.2.2.1.10.{port}|65|{}\n", number * 100 + port);
        }
        text
    };
    for number in 0..DEVICES {
        let rack = folder.path().join(format!("rack{}", number % 10));
        fs::create_dir_all(&rack).expect("a folder");
        fs::write(rack.join(format!("d{number}.snmprec")), recording(number)).expect("it is written");
    }
    let simulated = Simulated::load(folder.path()).expect("recordings");
    assert_eq!(simulated.devices().count(), DEVICES);
    // All have the same names, which are kept once.
    assert!(simulated.size() < DEVICES * 300, "{} octets", simulated.size());
    let device = simulated.spawn().await.expect("loopback");
    let walks: Vec<_> = (0..DEVICES)
        .map(|number| {
            let address = device.addr();
            tokio::spawn(async move {
                let session = session(address, &format!("rack{}/d{number}", number % 10)).await;
                walk(&session).await.map_err(|error| error.to_string())
            })
        })
        .collect();
    for (number, walk) in walks.into_iter().enumerate() {
        let found = walk.await.expect("a task").unwrap_or_else(|error| panic!("device {number}: {error}"));
        let read = mibc_simulator::read(recording(number).as_bytes(), Format::Snmprec, None, None);
        assert_eq!(found, shown(&read.recording), "device {number}");
    }
}

/// What is written of a walk is what was walked, in all forms.
#[tokio::test]
async fn a_walk_is_written_and_read_again() {
    for file in own() {
        let recording = Source::File(file).read(None).expect("a recording").recording;
        for (ending, format) in ENDINGS {
            let variables = shown(&recording);
            let text: String = variables
                .iter()
                .map(|variable| line(format, variable.name.as_ref(), variable.value.as_ref()))
                .collect();
            let again = mibc_simulator::read(text.as_bytes(), format, None, None);
            assert_eq!(again.problems, [], "{ending}");
            assert_eq!(shown(&again.recording), variables, "{ending}");
        }
    }
}

#[test]
fn what_cannot_be_loaded_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("empty.snmprec"), "1.3.6|4\n").expect("it is written");
    fs::write(path("picture.png"), "").expect("it is written");
    fs::create_dir(path("none")).expect("a folder");
    for (name, expected) in [
        ("empty.snmprec", "has no variables; line 1: expected OID|tag|value"),
        ("picture.png", "its name should end with .snmprec"),
        ("missing.snmprec", "cannot be read"),
        ("none", "there are no recordings in"),
    ] {
        let error = Simulated::load(path(name)).expect_err(name).to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

/// SNMPv1 has no Counter64: a walk goes past them.
#[tokio::test]
async fn a_walk_of_version_1_goes_past_counter64() {
    use mibc_runtime::manager::{Manager, Target};
    let file = own().into_iter().find(|file| file.ends_with("switch.snmprec")).expect("the switch");
    let device = Simulated::load(&file).expect("a recording").spawn().await.expect("loopback");
    let session = Manager::bind().await.expect("a socket").target(Target::v1(device.addr(), "public"));
    let mut walk = session.walk(crate::asking::oid("1.3.6.1"));
    let mut found = Vec::new();
    while let Some(varbind) = walk.try_next().await.expect("it answers") {
        found.push(varbind);
    }
    let mut expected = shown(&Source::File(file).read(None).expect("a recording").recording);
    expected.retain(|variable| !matches!(variable.value, Value::Counter64(_)));
    assert_eq!(found, expected);
}
