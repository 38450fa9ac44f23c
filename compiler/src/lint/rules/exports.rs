//! An EXPORTS clause in an SMIv2 module.
//!
//! Everything that a module defines is exported. SMIv2 does not allow EXPORTS; it has no effect.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if !m.v2() || m.is_base() {
        return;
    }
    if let Some(first) = m.tree.exports.first() {
        out.push(
            Diagnostic::new(Code::Exports, "SMIv2 has no EXPORTS")
                .at(first.span(), "has no effect")
                .help("remove the clause: everything is exported"),
        );
    }
}
