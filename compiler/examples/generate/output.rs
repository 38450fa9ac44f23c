//! What the crate `mibc-generated` consists of, and the names that the compiler knows of the built-in modules.

use mibc_compiler::compile::{Compilation, compile};
use mibc_compiler::emit::rust::{self, ALLOW, File, Options};
use mibc_compiler::model::{Language, Model, ModuleId};
use mibc_compiler::world::MemWorld;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Where the compiler looks up the names of the modules.
const NAMES: &str = "compiler/src/resolve/standard.txt";
/// The line before the features that are written here.
const BEGIN: &str = "# The modules of mibs/, written by `cargo run -p mibc-compiler --example generate`.\n";
/// The line behind them.
const END: &str = "# End of the modules.\n";

/// Every file that is written here: its path below `root`, and what it has to contain.
pub(crate) fn files(root: &Path) -> io::Result<Vec<(String, String)>> {
    let (compilation, modules) = modules()?;
    let name = |id: ModuleId| compilation.model.spelling(compilation.model[id].name);
    let mut list = Vec::new();
    let mut lib = String::from(HEAD);
    let (mut own, mut facade) = (String::new(), String::new());
    for module in &modules {
        let plain = module.name.trim_start_matches("r#");
        let feature = feature(name(module.module));
        let needs: Vec<String> =
            module.references.iter().map(|id| format!("\"{}\"", self::feature(name(*id)))).collect();
        own.push_str(&format!("{feature} = [{}]\n", needs.join(", ")));
        facade.push_str(&format!("{feature} = [\"mibc-generated/{feature}\"]\n"));
        lib.push_str(&format!(
            "\n{}#[cfg(feature = \"{feature}\")]\n#[rustfmt::skip]\n{ALLOW}\npub mod {};\n",
            doc(&compilation.model, module.module),
            module.name
        ));
        list.push((format!("generated/src/{plain}.rs"), module.text.clone()));
        if let Some(agent) = &module.agent {
            list.push((format!("generated/src/agent/{plain}.rs"), agent.clone()));
        }
    }
    let all: Vec<String> =
        modules.iter().map(|m| format!("    \"{}\",\n", feature(name(m.module)))).collect();
    own.push_str(&format!("# Every module.\nall-modules = [\n{}]\n", all.concat()));
    facade.push_str("# Every module.\nall-modules = [\"mibc-generated/all-modules\"]\n");
    list.push(("generated/src/lib.rs".to_owned(), lib));
    for (path, features) in [("generated/Cargo.toml", own), ("Cargo.toml", facade)] {
        let text = fs::read_to_string(root.join(path))?;
        list.push((path.to_owned(), with_features(&text, &features).ok_or_else(|| no_marks(path))?));
    }
    list.push((NAMES.to_owned(), names(&compilation)));
    Ok(list)
}

/// The doc comment of a module.
fn doc(model: &Model, module: ModuleId) -> String {
    rust::docs::of_module(model, module).iter().map(|line| format!("///{line}\n")).collect()
}

/// A line for each name that standard modules define: the name, then the modules, SMIv2 before SMIv1. Modules below
/// `enterprises` are of vendors.
fn names(compilation: &Compilation) -> String {
    let model = &compilation.model;
    let mut definers: BTreeMap<&str, Vec<(bool, &str)>> = BTreeMap::new();
    for &id in &compilation.requested {
        let module = &model[id];
        let identity = module.identity.and_then(|id| model[id].oid.as_ref());
        if identity.is_some_and(|oid| oid.strip_prefix_arcs(&[1, 3, 6, 1, 4, 1]).is_some()) {
            continue;
        }
        let definer = (module.language == Language::SmiV1, model.spelling(module.name));
        let definitions = module.definitions.iter().map(|&id| model[id].name);
        for name in definitions.chain(module.types.iter().map(|&id| model[id].name)) {
            definers.entry(model.spelling(name)).or_default().push(definer);
        }
    }
    let line = |(name, mut definers): (&str, Vec<(bool, &str)>)| {
        definers.sort_unstable();
        definers.dedup();
        let definers: Vec<&str> = definers.into_iter().map(|(_, definer)| definer).collect();
        format!("{name} {}\n", definers.join(" "))
    };
    definers.into_iter().map(line).collect()
}

/// The sources that exist now, by path below `root`.
pub(crate) fn generated_sources(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in ["generated/src", "generated/src/agent"] {
        for entry in fs::read_dir(root.join(folder))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                found.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All modules of `mibs/` as Rust.
fn modules() -> io::Result<(Compilation, Vec<File>)> {
    let names: Vec<&str> = mibc_mibs::modules().iter().map(|module| module.name).collect();
    let compilation = compile(&MemWorld::new().with_built_in(), &names);
    let options = Options {
        runtime: "::mibc_runtime".into(),
        standard: None,
        agent_feature: Some("agent".into()),
        ..Options::default()
    };
    let modules =
        rust::files(&compilation.model, &compilation.requested, &options).map_err(io::Error::other)?;
    Ok((compilation, modules))
}

/// The feature of a module: `if-mib` for `IF-MIB`.
fn feature(module: &str) -> String {
    module.to_ascii_lowercase().replace('_', "-")
}

fn with_features(text: &str, features: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{features}{END}{after}"))
}

fn no_marks(path: &str) -> io::Error {
    io::Error::other(format!("{path} lacks the lines that begin and end the features of the modules"))
}

/// How `lib.rs` begins.
const HEAD: &str = "\
//! Typed Rust of the standard MIB modules, as [mibc](https://docs.rs/mibc) writes it. Applications find it as
//! `mibc::mibs`.
//!
//! One module for each SMI module, each behind a feature of its own, with the name of the SMI module in lower case:
//! `if-mib` for `IF-MIB`. A feature enables those of the modules that its own refers to; `all-modules` enables all.
//! The features of the crate `mibc` have the same names:
//!
//! ```toml
//! mibc = { version = \"0.1\", features = [\"ip-mib\", \"entity-mib\"] }
//! ```
//!
//! In a module, an object is a constant in upper case: `ifDescr` is `IF_DESCR`. A row is a type of its name, and its
//! index another: `IfEntry`, `IfIndex`. Textual conventions, enumerations and notifications are types, too, their
//! labels constants in them: `IfOperStatus::UP`, `LinkDown`. The line below a description says what the MIB does:
//! OID, kind, type, access, range, units, index, default, status.
//!
//! With the feature `agent` a module also has what an agent needs for each of its tables: a trait, `IfTable`, and where
//! columns can be written a struct for what a SET asks, `IfSet`.
//!
//! Written by `cargo run -p mibc-compiler --example generate` from the texts in `mibc-mibs`.
// @generated by mibc
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
";
