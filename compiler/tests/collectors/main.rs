//! The configurations of collectors, read back and held against the documented format of each consumer: of standard
//! modules that the crate carries, and of the modules of the corpus where it is there.

mod exporter;
mod form;
mod generator;
mod otel;
mod telegraf;

use mibc_compiler::compile::{Compilation, compile};
use mibc_compiler::emit::collectors::{Config, ConfigError, Request, select};
use mibc_compiler::emit::{otel as to_otel, snmp_exporter as to_exporter, telegraf as to_telegraf};
use mibc_compiler::model::Kind;
use mibc_compiler::world::FsWorld;
use std::path::{Path, PathBuf};

fn request(tables: &[&str], walks: &[&str], lookups: &[&str]) -> Request {
    let own = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
    Request { tables: own(tables), walks: own(walks), lookups: own(lookups) }
}

/// Checks what each emitter makes of a request; gives how many made something.
fn check(name: &str, compilation: &Compilation, request: &Request) -> usize {
    let model = &compilation.model;
    let selection =
        select(model, &compilation.requested, request).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut made = 0;
    let mut each = |result: Result<Config, ConfigError>, check: &dyn Fn(&str)| match result {
        Ok(config) => {
            made += 1;
            check(&config.text);
        }
        Err(ConfigError::Empty) => {}
        Err(error) => panic!("{name}: {error}"),
    };
    for enums in [to_exporter::Enums::Gauge, to_exporter::Enums::StateSet] {
        let options = to_exporter::Options { enums, ..to_exporter::Options::default() };
        each(to_exporter::snmp_exporter(model, &selection, &options), &|text| {
            exporter::check(name, text);
        });
    }
    each(to_telegraf::telegraf(model, &selection, &to_telegraf::Options::default()), &|text| {
        telegraf::check(name, text);
    });
    each(to_otel::otel(model, &selection, &to_otel::Options::default()), &|text| {
        otel::check(name, text);
    });
    made
}

#[test]
fn interfaces() {
    let compilation = compile(&FsWorld::new(), &["IF-MIB", "SNMPv2-MIB"]);
    let request = request(&["ifTable", "ifXTable"], &["system"], &["ifName", "ifAlias"]);
    assert_eq!(check("IF-MIB", &compilation, &request), 4);
    let model = &compilation.model;
    let selection = select(model, &compilation.requested, &request).expect("the request is clear");
    let config =
        to_exporter::snmp_exporter(model, &selection, &to_exporter::Options::default()).expect("YAML");
    let file = exporter::check("IF-MIB", &config.text);
    let metrics = form::items(&file["modules"]["mibc"]["metrics"]);
    let octets = metrics.iter().find(|metric| metric["name"] == "ifHCInOctets").expect("the metric");
    assert_eq!(octets["type"], "counter");
    assert_eq!(octets["lookups"][0]["labelname"], "ifName");
    assert_eq!(octets["indexes"], serde_json::json!([{ "labelname": "ifIndex", "type": "gauge" }]));
}

fn shared() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("MIBC_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from)
}

/// Everything that each `step`th module of a folder has, looked up by its first columns that can be read. Gives how
/// many modules and configurations that were.
fn check_folder(folder: &Path, include: &[PathBuf], step: usize) -> (usize, usize) {
    let world = include.iter().fold(FsWorld::new(), |world, path| world.include(path));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let (mut modules, mut made) = (0, 0);
    for name in names.into_iter().step_by(step) {
        let compilation = compile(&world, &[&name]);
        if compilation.requested.is_empty() {
            continue;
        }
        let model = &compilation.model;
        let lookups = model[compilation.requested[0]].definitions.iter().filter(|&&id| {
            let readable = model[id]
                .object()
                .and_then(|object| object.access)
                .is_some_and(|access| access.is_readable());
            matches!(model[id].kind, Kind::Column(..)) && model[id].oid.is_some() && readable
        });
        let lookups: Vec<&str> = lookups.take(3).map(|&id| model.spelling(model[id].name)).collect();
        modules += 1;
        made += check(&name, &compilation, &request(&[], &[], &lookups));
    }
    (modules, made)
}

#[test]
fn the_corpus() {
    let corpus = shared().join("corpus");
    let standard = ["ietf", "iana"].map(|folder| corpus.join("standard").join(folder));
    if !standard[0].is_dir() {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no corpus at {}", corpus.display());
        eprintln!("skipped: no corpus at {}", corpus.display());
        return;
    }
    // A fixed sample: with `MIBC_FULL` all of them.
    let step = if std::env::var_os("MIBC_FULL").is_some() { 1 } else { 8 };
    let (modules, made) = check_folder(&standard[0], &standard, step);
    assert!(modules > 300 / step, "{modules} modules");
    assert!(made > 3 * modules, "{made} configurations");
    // Of the vendors, a sample of folders: broken indexes, names that are taken, SMIv1.
    for vendor in ["3com", "cisco", "juniper", "hp", "dell", "apc"] {
        let folder = corpus.join("vendor").join(vendor);
        if folder.is_dir() {
            check_folder(&folder, &[std::slice::from_ref(&folder), &standard[..]].concat(), step);
        }
    }
}
