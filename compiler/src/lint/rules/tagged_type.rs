//! A type with a tag of its own.
//!
//! The tags of values on the wire are those of the base types. A module does not define others.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    if matches!(s.written.kind, SyntaxKind::Tagged { .. })
        && !crate::resolve::is_base_module(cx.name(s.module.name))
    {
        out.push(
            Diagnostic::new(Code::TaggedType, format!("`{}` has a tag of its own", s.owner.text()))
                .at(s.owner.span(), "a tag that no manager knows")
                .help("use one of the types of SNMPv2-SMI"),
        );
    }
}
