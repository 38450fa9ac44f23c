//! A CHOICE as a type.
//!
//! The types of the SMI are its base types, BITS and what is derived from them. CHOICE occurs only in the SMI's own
//! modules.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    if matches!(s.written.kind, SyntaxKind::Choice(_))
        && !crate::resolve::is_base_module(cx.name(s.module.name))
    {
        out.push(
            Diagnostic::new(Code::ChoiceType, format!("`{}` is a CHOICE", s.owner.text()))
                .at(s.owner.span(), "nothing is known of its values")
                .help("use a base type"),
        );
    }
}
