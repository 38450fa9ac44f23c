//! The modules of net-snmp that are built in: what they define is what net-snmp's own files define.

use crate::netsnmp::installed;
use crate::place::{Place, Said, said, workspace};
use mibc_test_support::netsnmp::command;
use std::fs;
use std::path::{Path, PathBuf};

const MODULES: [&str; 8] = [
    "UCD-SNMP-MIB",
    "NET-SNMP-MIB",
    "NET-SNMP-TC",
    "NET-SNMP-AGENT-MIB",
    "NET-SNMP-EXTEND-MIB",
    "UCD-DISKIO-MIB",
    "UCD-DEMO-MIB",
    "LM-SENSORS-MIB",
];

/// Where Debian's libsnmp-base puts net-snmp's files.
const THEIRS: &str = "/usr/share/snmp/mibs";

/// What `snmptranslate` says over the modules of a folder.
fn translate(place: &Place, folder: &Path, arguments: &[&str]) -> Said {
    let mut command = command("snmptranslate", place.path());
    said(&command.env("MIBDIRS", folder).args(arguments).output().expect("the tool starts"))
}

/// All our modules in a folder, and the same with net-snmp's own files in place of those that are theirs.
fn folders(place: &Place) -> [PathBuf; 2] {
    let [ours, theirs] = ["ours", "theirs"].map(|name| place.path().join(name));
    for folder in [&ours, &theirs] {
        fs::create_dir_all(folder).expect("a folder");
        for file in fs::read_dir(workspace("mibs/text")).expect("the modules") {
            let file = file.expect("a file").path();
            fs::copy(&file, folder.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    for module in MODULES {
        fs::copy(format!("{THEIRS}/{module}.txt"), theirs.join(format!("{module}.mib"))).expect("a copy");
    }
    [ours, theirs]
}

/// A definition without its sentences, which are ours.
fn facts(text: &str) -> String {
    let mut out = String::new();
    let mut sentence = false;
    for line in text.lines() {
        let begins = line.starts_with("  DESCRIPTION");
        if !sentence && !begins {
            out += line;
            out.push('\n');
        }
        let quotes = line.matches('"').count();
        sentence = if begins { quotes < 2 } else { sentence && quotes == 0 };
    }
    out
}

#[test]
fn the_same_definitions() {
    if !installed("snmptranslate") {
        return;
    }
    if !Path::new(THEIRS).join("UCD-SNMP-MIB.txt").exists() {
        eprintln!("notice: skipped, there is no {THEIRS}/UCD-SNMP-MIB.txt (Debian: libsnmp-base)");
        return;
    }
    let place = Place::new();
    let [ours, theirs] = folders(&place);
    for module in MODULES {
        for report in ["-Tp", "-Tt", "-Tl"] {
            let asked = ["-m", module, report];
            let (found, expected) =
                (translate(&place, &ours, &asked).out, translate(&place, &theirs, &asked).out);
            assert!(found == expected && found.lines().count() > 20, "{asked:?}");
        }
    }
    let all = MODULES.join(":");
    let names = translate(&place, &theirs, &["-m", &all, "-To"]).out;
    let names: Vec<&str> = names.lines().filter(|name| name.starts_with(".1.3.6.1.4.1.")).collect();
    assert!(names.len() > 250, "{}", names.len());
    for some in names.chunks(60) {
        let asked = [&["-m", all.as_str(), "-Td"], some].concat();
        let (found, expected) =
            (translate(&place, &ours, &asked).out, translate(&place, &theirs, &asked).out);
        let (found, expected) = (facts(&found), facts(&expected));
        for (found, expected) in found.lines().zip(expected.lines()) {
            assert_eq!(found, expected);
        }
        assert_eq!(found.lines().count(), expected.lines().count());
    }
}

/// What people ask of net-snmp's agent has names without any file.
#[test]
fn names_that_are_built_in() {
    let place = Place::new();
    for (name, oid) in [
        ("UCD-SNMP-MIB::laLoad.1", ".1.3.6.1.4.1.2021.10.1.3.1"),
        ("memTotalReal.0", ".1.3.6.1.4.1.2021.4.5.0"),
        ("dskPercent.2", ".1.3.6.1.4.1.2021.9.1.9.2"),
        ("nsExtendOutput1Line.\"up\"", ".1.3.6.1.4.1.8072.1.3.2.3.1.1.2.117.112"),
        ("diskIONReadX.3", ".1.3.6.1.4.1.2021.13.15.1.1.12.3"),
        ("lmTempSensorsValue.1", ".1.3.6.1.4.1.2021.13.16.2.1.3.1"),
        ("netSnmpAgentOIDs.10", ".1.3.6.1.4.1.8072.3.2.10"),
    ] {
        assert_eq!(place.answer(&["translate", "-On", name]), format!("{oid}\n"));
    }
    assert_eq!(place.answer(&["translate", "1.3.6.1.4.1.8072.3.2.10"]), "NET-SNMP-TC::linux\n");
}
