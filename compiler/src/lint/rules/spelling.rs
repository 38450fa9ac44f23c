//! The names that a module gives to things.

use super::prelude::*;

/// Calls `visit` for the name of every definition of a module.
pub(super) fn each_name(m: &ModuleItem<'_, '_>, mut visit: impl FnMut(Ident<'_>)) {
    for definition in &m.tree.definitions {
        if !matches!(definition.kind, DefinitionKind::Macro) {
            visit(definition.name);
        }
    }
}

/// Whether a definition is of a type; its name begins in upper case.
pub(super) fn is_type(kind: &DefinitionKind<'_>) -> bool {
    matches!(kind, DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_))
}
