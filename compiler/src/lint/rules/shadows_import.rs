//! A definition with the name of an imported symbol.
//!
//! A name that is both imported and defined has two meanings. Here the module's own definition counts; other tools take
//! the imported one, and the two see different OIDs.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut imported: FxHashMap<&str, (Ident<'_>, Ident<'_>)> = FxHashMap::default();
    for import in &m.tree.imports {
        imported.extend(import.symbols.iter().map(|symbol| (symbol.text(), (*symbol, import.module))));
    }
    for definition in m.tree.definitions.iter().filter(|d| !matches!(d.kind, DefinitionKind::Macro)) {
        if let Some((symbol, module)) = imported.get(definition.name.text()) {
            out.push(
                Diagnostic::new(
                    Code::ShadowsImport,
                    format!(
                        "`{}` is defined here and imported from {}",
                        definition.name.text(),
                        module.text()
                    ),
                )
                .at(definition.name.span(), "this definition counts")
                .also(symbol.span(), "imported here")
                .help("remove one of them"),
            );
        }
    }
}
