//! The index and the canonical text over hundreds of real modules, if they are available.

use mibc_compiler::compile::{Compilation, compile};
use mibc_compiler::emit::json::module_value;
use mibc_compiler::emit::smi::module_smi;
use mibc_compiler::model::{Language, Model, Module, ModuleId};
use mibc_compiler::search::{Cache, EntryKind, SearchIndex};
use mibc_compiler::world::FsWorld;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder `name` of the shared corpus; `None`, with a notice, if there is none.
fn corpus(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("corpus").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no corpus at {}", folder.display());
    eprintln!("skipped: no corpus at {}; set MIBC_SHARED", folder.display());
    None
}

/// Every module below a folder; every `step`-th where the build is not optimised.
fn modules(world: &FsWorld, step: usize) -> Vec<String> {
    world.modules().into_iter().step_by(if cfg!(debug_assertions) { step } else { 1 }).collect()
}

/// What the index makes of OIDs without resolving is what resolving makes of them.
#[test]
fn the_index_agrees_with_the_model() {
    for (folder, step) in [("standard", 4), ("vendor", 16)] {
        let Some(folder) = corpus(folder) else { return };
        let world = FsWorld::new().include_below(&folder);
        let names = modules(&world, step);
        let index = SearchIndex::open(&world, &Cache::None);
        let compilation = compile(&world, &names);
        let model = &compilation.model;
        let (mut seen, mut wrong) = (0, Vec::new());
        for &id in &compilation.requested {
            let module = model.spelling(model[id].name);
            let here = index.modules_named(module).filter(|entry| !entry.shadowed).count();
            // Of a module in several files the index may count another one.
            if here != 1 || index.modules_named(module).count() > 1 {
                continue;
            }
            for definition in model[id].definitions.iter().map(|&id| &model[id]) {
                let name = model.spelling(definition.name);
                let found = index
                    .named(name)
                    .find(|entry| entry.module.name == module && entry.kind != EntryKind::Type);
                let oid = found.and_then(|entry| entry.oid).map(|oid| oid.to_oid());
                seen += 1;
                if oid != definition.oid {
                    wrong.push(format!("{module}::{name}: {oid:?}, in the model {:?}", definition.oid));
                }
            }
        }
        eprintln!("{}: {seen} OIDs, {} differ", folder.display(), wrong.len());
        assert!(seen > 4_000, "{seen}");
        // Names that are defined nowhere are found by the resolver in ways of last resort.
        assert!(
            wrong.len() * 1_000 <= seen,
            "{} of {seen}: {:#?}",
            wrong.len(),
            &wrong[..wrong.len().min(20)]
        );
    }
}

/// The facts of a module, and the symbols it imports. What SMIv1 calls otherwise is called as in SMIv2, and the order
/// of the definitions does not count: canonical text begins with the MODULE-IDENTITY.
fn facts(compilation: &Compilation, module: ModuleId) -> (Value, BTreeSet<String>) {
    let mut value = module_value(&compilation.model, module);
    let imports = value.as_object_mut().and_then(|map| map.remove("imports")).unwrap_or_default();
    normalise(&mut value);
    let symbols = imports.as_array().into_iter().flatten().flat_map(|import| {
        let from = import["module"].as_str().unwrap_or_default();
        let symbols = import["symbols"].as_array().into_iter().flatten();
        symbols.map(move |symbol| format!("{from}::{}", symbol.as_str().unwrap_or_default()))
    });
    (value, symbols.collect())
}

fn normalise(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("span");
            map.remove("source");
            for (key, old, new) in [
                ("access", "write-only", "read-write"),
                ("status", "mandatory", "current"),
                ("status", "optional", "current"),
            ] {
                if let Some(word) = map.get_mut(key).filter(|word| *word == old) {
                    *word = new.into();
                }
            }
            // SMIv2 has IpAddress in its place (RFC 3584 §2.1.1 (10)).
            if map.get("type").is_some_and(|name| name == "NetworkAddress") {
                map.remove("type");
            }
            map.values_mut().for_each(normalise);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(normalise);
            if list.iter().all(|item| item.get("oid").is_some()) {
                list.sort_by_key(|item| item["name"].as_str().map(str::to_owned));
            }
        }
        _ => {}
    }
}

/// Whether a module is SMIv2 in all its parts, so that its canonical text has exactly its facts.
fn is_clean(model: &Model, module: &Module) -> bool {
    let bound =
        module.definitions.iter().all(|&id| model[id].unresolved.is_empty() && model[id].oid.is_some());
    let old = |name: &str| matches!(name, "RFC1155-SMI" | "RFC-1212" | "RFC-1215" | "RFC1213-MIB");
    module.language == Language::SmiV2
        && bound
        && module.duplicates.is_empty()
        && module.types.iter().all(|&id| model[id].unresolved.is_empty())
        && !module.imports.iter().any(|import| old(model.spelling(import.module)))
        // A notification without STATUS is a trap, which SMIv2 does not have.
        && module.definitions.iter().all(|&id| {
            !matches!(&model[id].kind, mibc_compiler::model::Kind::Notification(n) if n.trap.is_some())
        })
}

/// Canonical text has the facts of what it was made of.
#[test]
fn canonical_text_keeps_all_facts() {
    for (folder, step, at_least) in [("standard", 4, 50), ("vendor", 16, 10)] {
        let Some(folder) = corpus(folder) else { return };
        let world = FsWorld::new().include_below(&folder);
        let before = compile(&world, &modules(&world, step));
        let out = tempfile::tempdir().expect("a folder");
        let mut written = Vec::new();
        for module in before.model.modules() {
            let name = before.model.spelling(module.name);
            if let Ok(formatted) = module_smi(&before.model, module.id) {
                std::fs::write(out.path().join(format!("{name}.mib")), formatted.text).expect("a file");
                written.push(name.to_owned());
            }
        }
        let after = compile(&FsWorld::new().include(out.path()), &written);
        let (mut same, mut wrong) = (0, Vec::new());
        for module in before.model.modules().iter().filter(|module| is_clean(&before.model, module)) {
            let name = before.model.spelling(module.name);
            let Some(found) = after.model.module(name).filter(|_| written.iter().any(|other| other == name))
            else {
                continue;
            };
            let ((was, imports), (is, imports_now)) = (facts(&before, module.id), facts(&after, found.id));
            if was == is && imports_now.is_superset(&imports) {
                same += 1;
            } else {
                wrong.push(format!("{name}: {}", first_difference("", &was, &is)));
            }
        }
        eprintln!("{}: {same} modules come back, {} do not", folder.display(), wrong.len());
        assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
        assert!(same >= at_least, "{same}");
    }
}

/// Where two documents differ first.
fn first_difference(path: &str, a: &Value, b: &Value) -> String {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            for (key, value) in x {
                let other = y.get(key).unwrap_or(&Value::Null);
                if value != other {
                    let name = x.get("name").and_then(Value::as_str).unwrap_or("");
                    return first_difference(&format!("{path}/{name}.{key}"), value, other);
                }
            }
            let new = y.keys().find(|key| !x.contains_key(*key));
            format!("{path}: new key {new:?}")
        }
        (Value::Array(x), Value::Array(y)) => match x.iter().zip(y).find(|(x, y)| x != y) {
            Some((x, y)) => first_difference(path, x, y),
            None => format!("{path}: {} items, {} now", x.len(), y.len()),
        },
        _ => {
            let cut = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            format!("{path}: {} -> {}", cut(a), cut(b))
        }
    }
}
