//! Names of a module that differ only in case.
//!
//! People take the two names for one, and so do tools that fold case or turn names into identifiers of other languages.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut seen: FxHashMap<String, Ident<'_>> = FxHashMap::default();
    for definition in &m.tree.definitions {
        let name = definition.name;
        // A row and its SEQUENCE differ in case by convention.
        if matches!(&definition.kind, DefinitionKind::TypeAssignment(s) if matches!(s.kind, SyntaxKind::Sequence(_)))
        {
            continue;
        }
        let Some(first) = seen.insert(name.text().to_ascii_lowercase(), name) else { continue };
        let conventional = first.text().get(1..) == name.text().get(1..);
        if first.text() != name.text() && !conventional {
            out.push(
                Diagnostic::new(
                    Code::CaseConflict,
                    format!("`{}` and `{}` differ only in case", first.text(), name.text()),
                )
                .at(name.span(), "this one")
                .also(first.span(), "and this one")
                .help("rename one of them"),
            );
        }
    }
}
