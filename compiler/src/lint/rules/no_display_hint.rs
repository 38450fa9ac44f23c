//! A textual convention of octets or numbers without DISPLAY-HINT.
//!
//! Without a DISPLAY-HINT, managers show octets as hexadecimal digits, and cannot read text that a user types.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let Some(convention) = t.convention() else { return };
    let fits =
        matches!(t.ty.syntax.base, Some(BaseType::OctetString | BaseType::Integer32 | BaseType::Unsigned32));
    if fits && t.ty.syntax.enums.is_empty() && t.ty.syntax.hint.is_none() && convention.display_hint.is_none()
    {
        out.push(
            Diagnostic::new(
                Code::NoDisplayHint,
                format!("textual convention `{}` has no DISPLAY-HINT", t.name()),
            )
            .at(t.name_span(), "how are its values shown?")
            .help(if t.ty.syntax.base == Some(BaseType::OctetString) {
                "add one: \"255a\" for text, \"1x:\" for octets"
            } else {
                "add one: \"d\" for a number"
            }),
        );
    }
}
