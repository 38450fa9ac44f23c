//! A type without TEXTUAL-CONVENTION.
//!
//! SMIv2 names types by TEXTUAL-CONVENTION, which has a DESCRIPTION. A bare assignment says nothing about what it means.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let base = crate::resolve::is_base_module(cx.name(t.module.name));
    if t.v2() && !t.ty.textual_convention && !base {
        out.push(
            Diagnostic::new(
                Code::TypeAssignment,
                format!("`{}` is a type without TEXTUAL-CONVENTION", t.name()),
            )
            .at(t.name_span(), "what does it mean?")
            .help("make it a TEXTUAL-CONVENTION with STATUS and DESCRIPTION"),
        );
    }
}
