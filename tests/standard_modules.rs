//! The definitions in `mibs/` are exactly those of the standards: compared with the published modules, prose apart.

use mibc_compiler::compile::compile_files;
use mibc_compiler::emit::json::module_value;
use mibc_compiler::world::{FsWorld, Location};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the published modules are; a visible notice, or a failure where they are required.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let corpus = shared.join("corpus/standard");
    if !corpus.is_dir() {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "{} is absent", corpus.display());
        eprintln!("notice: skipped, {} is absent (set MIBC_SHARED)", corpus.display());
        return None;
    }
    Some(corpus)
}

/// The facts of a module: its JSON without prose and without positions.
fn facts(mut module: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for prose in ["description", "reference", "organization", "contact", "span", "source"] {
                    map.remove(prose);
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut module);
    module
}

/// Compiles files with nothing but the embedded modules around them.
fn compile_one(path: &Path) -> BTreeMap<String, Value> {
    let world = FsWorld::new();
    let compilation = compile_files(&world, &[Location::File(path.to_owned())]);
    compilation
        .requested
        .iter()
        .map(|&id| {
            let name = compilation.model.spelling(compilation.model[id].name).to_owned();
            (name, facts(module_value(&compilation.model, id)))
        })
        .collect()
}

fn published(corpus: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for folder in ["ietf", "iana"] {
        for entry in fs::read_dir(corpus.join(folder)).expect("a readable corpus") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            found.entry(name).or_insert(path);
        }
    }
    // LLDP-MIB is an IEEE module: the copy is among those that vendors ship.
    found.insert("LLDP-MIB".to_owned(), corpus.join("../vendor/LLDP-MIB"));
    found
}

#[test]
fn definitions_are_those_of_the_standards() {
    let Some(corpus) = corpus() else { return };
    let published = published(&corpus);
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("mibs/text");
    let mut compared = 0;
    for entry in fs::read_dir(texts).expect("the embedded texts") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let Some(theirs) = published.get(&name) else {
            eprintln!("notice: {name} is not among the published modules");
            continue;
        };
        let (ours, theirs) = (compile_one(&path), compile_one(theirs));
        let (Some(ours), Some(theirs)) = (ours.get(&name), theirs.get(&name)) else {
            panic!("{name} was not compiled");
        };
        for key in ["definitions", "types"] {
            let items = |module: &Value| module[key].as_array().cloned().unwrap_or_default();
            let (ours, theirs) = (items(ours), items(theirs));
            for (a, b) in ours.iter().zip(&theirs) {
                assert_eq!(a, b, "{name}: ours, then the standard's");
            }
            assert_eq!(ours.len(), theirs.len(), "{name}: number of {key}");
        }
        assert_eq!(ours, theirs, "{name}: header");
        compared += 1;
    }
    assert!(compared >= 60, "only {compared} modules were compared");
}

/// S4, S26 and the rest of the checks find nothing wrong in what we ship.
#[test]
fn embedded_modules_have_no_errors() {
    let names: Vec<&str> = mibc_mibs::modules().iter().map(|module| module.name).collect();
    let compilation = mibc_compiler::compile::compile(&FsWorld::new(), &names);
    let errors: Vec<&str> = compilation
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == mibc_compiler::diag::Severity::Error)
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(compilation.requested.len(), names.len());
}
