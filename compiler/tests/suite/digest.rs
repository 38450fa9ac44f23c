//! What came of a case, as text: the model, from the JSON that `--emit json` writes, then the diagnostics.

use std::collections::BTreeMap;
use std::fmt::Write;

use mibc_compiler::compile::Compilation;
use mibc_compiler::diag::{Diagnostics, Renderer};
use mibc_compiler::emit::json::module_json;
use mibc_compiler::emit::rust;
use mibc_compiler::model::ModuleId;
use serde_json::Value;

use crate::source::Case;

/// Keys that say nothing here: where it stands, and what the OID says already.
const LEFT_OUT: &[&str] = &["name", "kind", "oid", "arcs", "span", "revisions", "status"];

/// Begins the line about codes that a case wants to show and that are not reported: no case may have it.
pub(crate) const NEVER: &str = "never reported: ";

/// The expected text of a case.
pub(crate) fn of(case: &Case) -> String {
    let compilation = case.check();
    let mut text = String::new();
    let model = &compilation.model;
    for module in model.modules().iter().filter(|module| !module.embedded) {
        self::module(&mut text, case, &compilation, module.id);
    }
    if case.rust {
        let items = rust::bundle(model, &compilation.requested, &rust::Options::default());
        let items = items.expect("the Rust is written");
        text.push_str("rust\n");
        for line in items.lines().map(str::trim).filter(|line| {
            ["pub const ", "pub struct ", "pub type ", "pub mod "].iter().any(|start| line.starts_with(start))
        }) {
            // The declaration without its value.
            let end = line.find(['=', '{', ':']).unwrap_or(line.len());
            let declared = line.get(..end).unwrap_or(line).trim_end();
            writeln!(text, "  {declared}").expect("a string");
        }
    }
    diagnostics(&mut text, case, &compilation);
    text
}

fn module(text: &mut String, case: &Case, compilation: &Compilation, id: ModuleId) {
    let document: Value = serde_json::from_str(&module_json(&compilation.model, id)).expect("JSON");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    writeln!(
        text,
        "{} ({}) in {}",
        word(&document["name"]),
        word(&document["language"]),
        word(&document["source"])
    )
    .expect("a string");
    for list in ["definitions", "types", "duplicates"] {
        let entries = document[list].as_array().cloned().unwrap_or_default();
        if !entries.is_empty() {
            writeln!(text, "  {list}").expect("a string");
        }
        for entry in &entries {
            write!(text, "    {}", word(&entry["name"])).expect("a string");
            for key in ["kind", "oid"] {
                if !entry[key].is_null() {
                    write!(text, " {}", word(&entry[key])).expect("a string");
                }
            }
            let others = entry.as_object().into_iter().flatten();
            for (key, value) in others.filter(|(key, _)| !LEFT_OUT.contains(&key.as_str())) {
                if key != "description" || case.descriptions {
                    write!(text, " {key}={value}").expect("a string");
                }
            }
            text.push('\n');
        }
    }
}

fn diagnostics(text: &mut String, case: &Case, compilation: &Compilation) {
    let mut others: BTreeMap<&str, u32> = BTreeMap::new();
    let mut shown = Diagnostics::default();
    let mut met: Vec<&str> = Vec::new();
    for diagnostic in compilation.diagnostics.iter() {
        let code = diagnostic.code.id();
        if case.shows.iter().any(|shown| shown == code) {
            shown.push(diagnostic.clone());
            met.push(code);
        } else {
            *others.entry(code).or_default() += 1;
        }
    }
    let missed: Vec<&str> =
        case.shows.iter().map(String::as_str).filter(|code| !met.contains(code)).collect();
    if !missed.is_empty() {
        writeln!(text, "\n{NEVER}{}", missed.join(", ")).expect("a string");
    }
    let mut renderer = Renderer::plain(&compilation.model.sources);
    for diagnostic in shown.iter() {
        writeln!(text, "\n{}", renderer.render(diagnostic)).expect("a string");
    }
    let others: Vec<String> = others.iter().map(|(id, count)| format!("{id} {count}")).collect();
    writeln!(text, "\nbesides: {}", if others.is_empty() { "nothing".to_owned() } else { others.join(", ") })
        .expect("a string");
}
