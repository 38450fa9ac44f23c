//! Names that become one in Rust.
//!
//! Rust writes constants in upper case with underscores, and types with capital letters: names that differ in case,
//! hyphens or underscores become the same. Each of them then gets a suffix made from its own spelling, which stays when
//! others are added.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut seen: FxHashMap<String, crate::model::DefId> = FxHashMap::default();
    for &id in &m.module.definitions {
        let definition = &cx.model[id];
        let name = cx.name(definition.name);
        let Some(first) = seen.insert(mibc_runtime::names::constant(name), id) else { continue };
        let first = &cx.model[first];
        out.push(
            Diagnostic::new(
                Code::RustNameCollision,
                format!(
                    "`{}` and `{name}` are both `{}` in Rust",
                    cx.name(first.name),
                    mibc_runtime::names::constant(name)
                ),
            )
            .at(definition.name_span, "gets a suffix")
            .also(first.name_span, "gets a suffix")
            .help("rename one of them, or use the names with their suffixes"),
        );
    }
}
