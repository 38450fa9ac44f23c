//! A MODULE-IDENTITY that is not the first definition.
//!
//! MODULE-IDENTITY comes right after the IMPORTS, before everything else. Tools that read only the beginning of a
//! module to learn its revision do not find it elsewhere.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some(first) = m.tree.definitions.first() else { return };
    let Some((name, _)) = m.identity() else { return };
    if first.name.span() != name.span() && !m.is_base() {
        out.push(
            Diagnostic::new(
                Code::ModuleIdentityNotFirst,
                format!("MODULE-IDENTITY `{}` is not the first definition", name.text()),
            )
            .at(name.span(), "belongs right after the IMPORTS")
            .also(first.name.span(), "the first definition")
            .help("move it to the top of the module"),
        );
    }
}
