//! A type with the name of one of the standard types.
//!
//! Types such as Counter32 or DisplayString are imported from the module that defines them. A second definition of the
//! same name means something else as soon as the two differ, and a reader does not expect that.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if m.is_base() || matches!(m.tree.name.text(), "RFC1213-MIB" | "RFC1158-MIB" | "RFC1271-MIB") {
        return;
    }
    for definition in &m.tree.definitions {
        if !matches!(
            definition.kind,
            DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_)
        ) {
            continue;
        }
        let name = definition.name.text();
        let Some(definer) = crate::resolve::well_known_module(name, m.v2()) else { continue };
        // Modules of SMIv1 are older than SNMPv2-TC.
        if definer == m.tree.name.text() || !m.v2() && definer == "SNMPv2-TC" {
            continue;
        }
        out.push(
            Diagnostic::new(Code::RedefinesBaseType, format!("`{name}` is a type of {definer}"))
                .at(definition.name.span(), "defined again")
                .help(format!("import it from {definer}, or give it another name")),
        );
    }
}
