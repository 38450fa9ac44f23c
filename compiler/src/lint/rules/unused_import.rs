//! An imported symbol that nothing uses.
//!
//! What is imported and not used makes a module depend on one that it does not need, and readers look for a use.

use super::prelude::*;
use rustc_hash::FxHashSet;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    // What uses it may be among what could not be read.
    if cx.facts.is_incomplete(m.module.file) {
        return;
    }
    let used = used_words(m);
    for import in &m.tree.imports {
        for symbol in import.symbols.iter().filter(|symbol| !used.contains(symbol.text())) {
            out.push(
                Diagnostic::new(
                    Code::UnusedImport,
                    format!("`{}` is imported from {} and never used", symbol.text(), import.module.text()),
                )
                .at(symbol.span(), "not used")
                .help("remove it from the IMPORTS"),
            );
        }
    }
}

/// Every word of the module behind its imports that could be an imported symbol; texts and comments apart.
fn used_words<'t>(m: &ModuleItem<'_, 't>) -> FxHashSet<&'t str> {
    let mut used = FxHashSet::default();
    for definition in &m.tree.definitions {
        super::uses::each_name(definition, &mut |name| {
            used.insert(name);
        });
    }
    used
}
