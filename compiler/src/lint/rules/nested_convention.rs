//! A textual convention that is defined by another.
//!
//! The SYNTAX of a textual convention is a base type or BITS, perhaps restricted. It does not name another convention.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let Some(convention) = t.convention() else { return };
    let SyntaxKind::Named { name, .. } = &convention.syntax.kind else { return };
    if let Some(Ref::Bound(parent)) = t.ty.syntax.named
        && cx.model[parent].textual_convention
    {
        out.push(
            Diagnostic::new(
                Code::NestedConvention,
                format!("textual convention `{}` is defined by `{}`", t.name(), name.text()),
            )
            .at(name.span(), "another textual convention")
            .also(cx.model[parent].name_span, "defined here")
            .help("write its base type and restrictions instead"),
        );
    }
}
