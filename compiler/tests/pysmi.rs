//! `--emit pysmi-json` beside pysmi itself: every key of every symbol alike, on modules of many kinds.
//!
//! Needs pysmi's `mibdump` (on `PATH`, or named by `MIBC_MIBDUMP`) and the corpus of the shared folder; skipped
//! without them, unless `MIBC_REQUIRE_PEERS` is set.

use mibc_compiler::compile::compile;
use mibc_compiler::emit::pysmi_json::{Options, pysmi_value};
use mibc_compiler::world::FsWorld;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Modules of SMIv2 and SMIv1, with every class of pysmi, bare types and IMPLIED in INDEX, BITS, DEFVAL of all kinds.
const MODULES: [&str; 27] = [
    "IF-MIB",
    "SNMPv2-MIB",
    "IP-MIB",
    "ENTITY-MIB",
    "HOST-RESOURCES-MIB",
    "BRIDGE-MIB",
    "RMON-MIB",
    "RMON2-MIB",
    "SNMP-USER-BASED-SM-MIB",
    "SNMP-VIEW-BASED-ACM-MIB",
    "SNMP-TARGET-MIB",
    "SNMP-NOTIFICATION-MIB",
    "SNMP-FRAMEWORK-MIB",
    "INET-ADDRESS-MIB",
    "IANAifType-MIB",
    "UPS-MIB",
    "DISMAN-EVENT-MIB",
    "DISMAN-SCHEDULE-MIB",
    "DISMAN-SCRIPT-MIB",
    "TRANSPORT-ADDRESS-MIB",
    "POWER-ETHERNET-MIB",
    "DIFFSERV-MIB",
    "RFC1271-MIB",
    "RFC1381-MIB",
    "RFC1382-MIB",
    "RFC1269-MIB",
    "CLNS-MIB",
];

fn shared() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("MIBC_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from)
}

/// Runs pysmi; `None` where it is not installed.
fn mibdump(sources: &[PathBuf], to: &Path) -> Option<()> {
    let program = std::env::var_os("MIBC_MIBDUMP").unwrap_or_else(|| "mibdump".into());
    let mut command = Command::new(program);
    for source in sources {
        command.arg("--mib-source").arg(source);
    }
    command.args([
        "--destination-format",
        "json",
        "--generate-mib-texts",
        "--no-python-compile",
        "--rebuild",
    ]);
    command.arg("--destination-directory").arg(to).args(MODULES);
    let output = command.output().ok()?;
    assert!(output.status.success(), "mibdump: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// The differences of two values, by path. `path` names where they stand.
fn differences(path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let absent = Value::Null;
                let (x, y) = (a.get(key).unwrap_or(&absent), b.get(key).unwrap_or(&absent));
                differences(&format!("{path}/{key}"), x, y, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (x, y)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}/{number}"), x, y, found);
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{path}: pysmi {a}, mibc {b}")),
    }
}

#[test]
fn the_same_documents_as_pysmi() {
    let corpus = shared().join("corpus/standard");
    let sources = ["ietf", "iana", "irtf"].map(|folder| corpus.join(folder));
    let output = tempfile::tempdir().expect("a folder");
    let required = std::env::var_os("MIBC_REQUIRE_PEERS").is_some();
    if !sources[0].is_dir() {
        assert!(!required, "no corpus at {}", corpus.display());
        eprintln!("skipped: no corpus at {}", corpus.display());
        return;
    }
    if mibdump(&sources, output.path()).is_none() {
        assert!(!required, "pysmi's mibdump is not installed: `pip install pysmi`, or set MIBC_MIBDUMP");
        eprintln!("skipped: pysmi's mibdump is not installed");
        return;
    }
    let world = sources.iter().fold(FsWorld::new(), |world, path| world.include(path));
    let mut found = Vec::new();
    for name in MODULES {
        let theirs = std::fs::read(output.path().join(format!("{name}.json"))).expect("pysmi wrote it");
        let mut theirs: Value = serde_json::from_slice(&theirs).expect("pysmi writes JSON");
        let compilation = compile(&world, &[name]);
        let mut ours = pysmi_value(&compilation.model, compilation.requested[0], &Options::default());
        // pysmi's comments name files, hosts and dates.
        theirs["meta"]["comments"] = Value::Null;
        ours["meta"]["comments"] = Value::Null;
        differences(name, &theirs, &ours, &mut found);
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}
