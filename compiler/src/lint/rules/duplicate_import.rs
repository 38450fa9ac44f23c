//! A symbol that is imported more than once.
//!
//! If a symbol is imported from two modules, only one of them can count: the first one counts here, other tools may
//! take the last. If it is imported twice from one module, the second import does nothing.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut seen: FxHashMap<&str, (Ident<'_>, Ident<'_>)> = FxHashMap::default();
    for import in &m.tree.imports {
        for symbol in &import.symbols {
            let Some((first, module)) = seen.insert(symbol.text(), (*symbol, import.module)) else {
                continue;
            };
            seen.insert(symbol.text(), (first, module));
            out.push(
                Diagnostic::new(
                    Code::DuplicateImport,
                    format!("`{}` is imported more than once", symbol.text()),
                )
                .at(symbol.span(), format!("from {}, again", import.module.text()))
                .also(first.span(), format!("from {}: this one counts", module.text()))
                .help("keep one of them"),
            );
        }
    }
}
