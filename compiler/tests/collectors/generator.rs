//! Our `snmp.yml` beside that of the exporter's own generator (Debian: `prometheus-snmp-exporter`), metric by metric.
//!
//! Needs `prometheus-snmp-generator` (on `PATH`, or named by `MIBC_SNMP_GENERATOR`) and the corpus of the shared
//! folder; skipped without them, unless `MIBC_REQUIRE_PEERS` is set.

use super::form::{items, json, string};
use super::{request, shared};
use mibc_compiler::compile::compile;
use mibc_compiler::emit::collectors::select;
use mibc_compiler::emit::snmp_exporter::{Options, snmp_exporter};
use mibc_compiler::world::FsWorld;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const MODULES: [&str; 13] = [
    "IF-MIB",
    "SNMPv2-MIB",
    "IP-MIB",
    "TCP-MIB",
    "ENTITY-MIB",
    "HOST-RESOURCES-MIB",
    "SNMP-USER-BASED-SM-MIB",
    "SNMP-VIEW-BASED-ACM-MIB",
    "BRIDGE-MIB",
    "SNMP-TARGET-MIB",
    "DISMAN-EVENT-MIB",
    "IP-FORWARD-MIB",
    "UDP-MIB",
];

const TABLES: [&str; 16] = [
    "ifTable",
    "ifXTable",
    "ipAddressTable",
    "ipNetToPhysicalTable",
    "ipNetToMediaTable",
    "tcpConnectionTable",
    "entPhysicalTable",
    "hrStorageTable",
    "hrSWRunTable",
    "usmUserTable",
    "vacmAccessTable",
    "dot1dTpFdbTable",
    "snmpTargetAddrTable",
    "mteTriggerTable",
    "inetCidrRouteTable",
    "udpEndpointTable",
];

const SCALARS: [&str; 3] = ["sysUpTime", "sysName", "hrSystemDate"];

/// The generator's module; `None` where it is not installed.
fn generated() -> Option<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let lookups = json!([{ "source_indexes": ["ifIndex"], "lookup": "ifName" }]);
    let walk: Vec<&str> = TABLES.iter().chain(&SCALARS).copied().collect();
    let wanted = json!({ "modules": { "mibc": { "walk": walk, "lookups": lookups } } });
    // JSON is YAML.
    std::fs::write(folder.path().join("generator.yml"), wanted.to_string()).expect("a file");
    let program =
        std::env::var_os("MIBC_SNMP_GENERATOR").unwrap_or_else(|| "prometheus-snmp-generator".into());
    let corpus = shared().join("corpus/standard");
    let folders = ["ietf", "iana"].map(|name| corpus.join(name).display().to_string());
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["generate", "-o", "snmp.yml"])
        .env("MIBDIRS", folders.join(":"))
        .env("MIBS", MODULES.join(":"))
        .output()
        .ok()?;
    assert!(output.status.success(), "the generator: {}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(folder.path().join("snmp.yml")).expect("the generator wrote it");
    let file = json(serde_norway::from_str(&text).expect("YAML"));
    // Before version 0.23 modules stand at the top.
    let module = file.get("modules").unwrap_or(&file).get("mibc");
    Some(module.expect("the module").clone())
}

fn by_oid(module: &Value) -> BTreeMap<&str, &Value> {
    items(&module["metrics"]).iter().map(|metric| (string(&metric["oid"]), metric)).collect()
}

/// Without sizes of addresses: the format documents them for strings only, and the exporter ignores them.
fn indexes(metric: &Value) -> Vec<Value> {
    let mut list = items(&metric["indexes"]).to_vec();
    for index in list.iter_mut().filter(|index| index["type"] == "PhysAddress48") {
        index.as_object_mut().expect("keys").remove("fixed_size");
    }
    list
}

#[test]
fn the_same_module_as_the_generator() {
    let required = std::env::var_os("MIBC_REQUIRE_PEERS").is_some();
    let corpus = shared().join("corpus/standard");
    if !corpus.is_dir() {
        assert!(!required, "no corpus at {}", corpus.display());
        eprintln!("skipped: no corpus at {}", corpus.display());
        return;
    }
    let Some(theirs) = generated() else {
        assert!(
            !required,
            "prometheus-snmp-generator is not installed: Debian has it in prometheus-snmp-exporter"
        );
        eprintln!("skipped: prometheus-snmp-generator is not installed");
        return;
    };
    let world = FsWorld::new().include(corpus.join("ietf")).include(corpus.join("iana"));
    let compilation = compile(&world, &MODULES);
    let model = &compilation.model;
    let request = request(&TABLES, &SCALARS, &["ifName"]);
    let selection = select(model, &compilation.requested, &request).expect("the request is clear");
    let config = snmp_exporter(model, &selection, &Options::default()).expect("a configuration");
    let ours = super::exporter::check("generator", &config.text)["modules"]["mibc"].clone();
    for key in ["walk", "get"] {
        // The generator sorts OIDs as texts.
        let sorted = |module: &Value| {
            items(&module[key]).iter().map(|oid| string(oid).to_owned()).collect::<BTreeSet<_>>()
        };
        assert_eq!(sorted(&ours), sorted(&theirs), "{key}");
    }
    let (ours, theirs) = (by_oid(&ours), by_oid(&theirs));
    for (oid, metric) in &ours {
        let other = theirs.get(oid).unwrap_or_else(|| panic!("{} is ours alone", metric["name"]));
        for key in ["name", "type", "lookups", "enum_values"] {
            assert_eq!(metric.get(key), other.get(key), "{}: {key}", metric["name"]);
        }
        assert_eq!(indexes(metric), indexes(other), "{}: indexes", metric["name"]);
    }
    // The generator has metrics for index objects that no agent returns.
    for (oid, metric) in theirs.iter().filter(|(oid, _)| !ours.contains_key(*oid)) {
        let definition =
            model.definitions().iter().find(|d| d.oid.as_ref().is_some_and(|own| own.to_string() == **oid));
        let access = definition.and_then(|d| d.object()).and_then(|object| object.access);
        assert!(access.is_some_and(|access| !access.is_readable()), "{} is missing", metric["name"]);
    }
    assert!(ours.len() > 100, "{} metrics", ours.len());
}
