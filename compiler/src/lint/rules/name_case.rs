//! A name that begins in the wrong case.
//!
//! The names of objects and other definitions with an OID begin in lower case, those of types and modules in upper case.
//! Tools that distinguish the two by that letter do not read the definition at all.

use super::prelude::*;
use super::spelling::is_type;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>, upper: bool| {
        let Some(first) = name.text().chars().next() else { return };
        if upper != first.is_ascii_uppercase() {
            let case = if upper { "an upper-case" } else { "a lower-case" };
            out.push(
                Diagnostic::new(
                    Code::NameCase,
                    format!("`{}` does not begin with {case} letter", name.text()),
                )
                .at(name.span(), if upper { "a type or module" } else { "a definition with an OID" })
                .help(format!("begin it with {case} letter")),
            );
        }
    };
    check(m.tree.name, true);
    for definition in m.tree.definitions.iter().filter(|d| !matches!(d.kind, DefinitionKind::Macro)) {
        check(definition.name, is_type(&definition.kind));
    }
}
