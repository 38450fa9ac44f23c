//! Modules that a module needs without importing from them.

use super::{builtin, standard};
use crate::syntax::ast::{self, DefinitionKind, Ident, OidArc};
use rustc_hash::FxHashSet;

/// The names of modules that a module uses without an import: those that define symbols of the standard that it does
/// not import, or imports from the wrong place, and those named by its conformance clauses.
pub fn implied_modules<'s>(module: &ast::Module<'s>) -> Vec<&'s str> {
    let is_standard = standard::is_standard(module.name.text());
    let mut names: Vec<&'s str> = Vec::new();
    let mut seen: FxHashSet<&'s str> = FxHashSet::default();
    let mut add = |name: &'s str| {
        if name != module.name.text() && seen.insert(name) {
            names.push(name);
        }
    };
    let smi_v2 = super::modules::is_smi_v2(module);
    // Nearly all names in a standard module are such names; it says where they come from.
    let standard_definer = |name: &str| if is_standard { None } else { standard::definer(name, smi_v2) };
    let mut imported: FxHashSet<&str> = FxHashSet::default();
    for import in &module.imports {
        let source = import.module.text();
        let of_base = builtin::means_base_module(source);
        for symbol in import.symbols.iter().map(|symbol| symbol.text()) {
            imported.insert(symbol);
            let fine = || of_base && (builtin::is_macro(symbol) || builtin::defines(source, symbol));
            if !standard::defines(symbol) || fine() {
                continue;
            }
            let known = if of_base { builtin::well_known_module(symbol, smi_v2) } else { None };
            let definer = known.or_else(|| {
                // Where the module named does not define it, it is read from there.
                standard_definer(symbol)
                    .filter(|_| standard::definers(symbol).all(|definer| definer != source))
            });
            definer.filter(|definer| *definer != source).into_iter().for_each(&mut add);
        }
    }
    let mut own: Option<FxHashSet<&str>> = None;
    let mut is_own = |name: &str| {
        let names = module.definitions.iter().map(|definition| definition.name.text());
        own.get_or_insert_with(|| names.collect()).contains(name)
    };
    // One name after another is often the same.
    let mut last = "";
    for definition in &module.definitions {
        each_use(definition, &mut |ident| {
            let name = ident.text();
            if std::mem::replace(&mut last, name) == name
                || !standard::defines(name)
                || imported.contains(name)
            {
                return;
            }
            match builtin::well_known_module(name, smi_v2) {
                Some(definer) => add(definer),
                None => {
                    let definer = standard_definer(name).filter(|_| !is_own(name));
                    definer.into_iter().for_each(&mut add);
                }
            }
        });
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

/// Calls `visit` with the names that a definition uses of what may be in another module: its type, the items of its
/// index, what it carries or holds, and the name that its OID value starts with.
fn each_use<'s>(definition: &ast::Definition<'s>, visit: &mut dyn FnMut(Ident<'s>)) {
    let oid = |value: &ast::OidValue<'s>, visit: &mut dyn FnMut(Ident<'s>)| {
        if let Some(OidArc::Name(name)) = value.arcs.list().first() {
            visit(*name);
        }
    };
    let syntax = |written: &ast::Syntax<'s>, visit: &mut dyn FnMut(Ident<'s>)| {
        written.unqualified().into_iter().for_each(visit);
    };
    match &definition.kind {
        DefinitionKind::ModuleIdentity(d) => oid(&d.oid, visit),
        DefinitionKind::ObjectIdentity(d) => oid(&d.oid, visit),
        DefinitionKind::ObjectType(d) => {
            syntax(&d.syntax, visit);
            match &d.index {
                Some(ast::Index::Augments(row)) => visit(**row),
                Some(ast::Index::Index(items)) => items.iter().for_each(|item| match &item.target {
                    ast::IndexTarget::Object(name) => visit(*name),
                    ast::IndexTarget::Type(written) => syntax(written, visit),
                }),
                None => {}
            }
            oid(&d.oid, visit);
        }
        DefinitionKind::NotificationType(d) => {
            d.objects.iter().for_each(|name| visit(*name));
            oid(&d.oid, visit);
        }
        DefinitionKind::TrapType(d) => {
            d.variables.iter().for_each(|name| visit(*name));
            oid(&d.enterprise, visit);
        }
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => {
            d.members.iter().for_each(|name| visit(*name));
            oid(&d.oid, visit);
        }
        DefinitionKind::ModuleCompliance(d) => oid(&d.oid, visit),
        DefinitionKind::AgentCapabilities(d) => oid(&d.oid, visit),
        DefinitionKind::ValueAssignment(value) => oid(value, visit),
        DefinitionKind::TextualConvention(d) => syntax(&d.syntax, visit),
        DefinitionKind::TypeAssignment(written) => syntax(written, visit),
        DefinitionKind::Macro => {}
    }
}
