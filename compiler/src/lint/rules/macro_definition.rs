//! A MACRO that a module defines itself.
//!
//! The macros of the SMI are fixed: no module defines others, or its own copy of one. Macros are imported; the bodies of
//! those that are defined are skipped.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if m.is_base() {
        return;
    }
    for definition in m.tree.definitions.iter().filter(|d| matches!(d.kind, DefinitionKind::Macro)) {
        let name = definition.name.text();
        let help = match crate::resolve::macro_module(name) {
            Some(definer) => format!("remove it, and import {name} from {definer}"),
            None => "remove it: nothing can use it".to_owned(),
        };
        out.push(
            Diagnostic::new(
                Code::MacroDefinition,
                format!("module `{}` defines the macro `{name}`", m.tree.name.text()),
            )
            .at(definition.name.span(), "its body is skipped")
            .help(help),
        );
    }
}
