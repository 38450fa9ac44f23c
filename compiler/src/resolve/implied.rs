//! Modules that a module needs without importing from them.

use super::builtin;
use crate::syntax::ast::{self, DefinitionKind, Ident, OidArc};
use rustc_hash::FxHashSet;

/// The names of modules that a module uses without an import: those that define well-known symbols that it does
/// not import, or imports from the wrong place, and those named by its conformance clauses.
pub fn implied_modules<'s>(module: &ast::Module<'s>) -> Vec<&'s str> {
    let mut names: Vec<&'s str> = Vec::new();
    let mut seen: FxHashSet<&'s str> = FxHashSet::default();
    let mut add = |name: &'s str| {
        if name != module.name.text() && seen.insert(name) {
            names.push(name);
        }
    };
    let smi_v2 = super::modules::is_smi_v2(module);
    let mut imported: FxHashSet<&str> = FxHashSet::default();
    for import in &module.imports {
        for symbol in &import.symbols {
            imported.insert(symbol.text());
            if builtin::means_base_module(import.module.text())
                && !builtin::is_macro(symbol.text())
                && let Some(home) = builtin::well_known_home(symbol.text(), smi_v2)
                && home != import.module.text()
                && !builtin::defines(import.module.text(), symbol.text())
            {
                add(home);
            }
        }
    }
    for definition in &module.definitions {
        let (syntax, oid) = uses(definition);
        for ident in syntax.into_iter().chain(oid) {
            if !imported.contains(ident.text())
                && let Some(home) = builtin::well_known_home(ident.text(), smi_v2)
            {
                add(home);
            }
        }
        match &definition.kind {
            DefinitionKind::ModuleCompliance(d) => {
                d.modules.iter().filter_map(|clause| clause.module).for_each(|name| add(name.text()));
            }
            DefinitionKind::AgentCapabilities(d) => {
                d.supports.iter().for_each(|clause| add(clause.module.text()))
            }
            _ => {}
        }
    }
    names
}

/// The type of a definition, and the name that its OID value starts with.
fn uses<'s>(definition: &ast::Definition<'s>) -> (Option<Ident<'s>>, Option<Ident<'s>>) {
    let (syntax, oid) = match &definition.kind {
        DefinitionKind::ModuleIdentity(d) => (None, Some(&d.oid)),
        DefinitionKind::ObjectIdentity(d) => (None, Some(&d.oid)),
        DefinitionKind::ObjectType(d) => (Some(&d.syntax), Some(&d.oid)),
        DefinitionKind::NotificationType(d) => (None, Some(&d.oid)),
        DefinitionKind::TrapType(d) => (None, Some(&d.enterprise)),
        DefinitionKind::ValueAssignment(value) => (None, Some(&**value)),
        DefinitionKind::TextualConvention(d) => (Some(&d.syntax), None),
        DefinitionKind::TypeAssignment(syntax) => (Some(&**syntax), None),
        _ => (None, None),
    };
    let syntax = syntax.and_then(|syntax| syntax.unqualified());
    let oid = oid.and_then(|value| match value.arcs.list().first() {
        Some(OidArc::Name(name)) => Some(*name),
        _ => None,
    });
    (syntax, oid)
}
