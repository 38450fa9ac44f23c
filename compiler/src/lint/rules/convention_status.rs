//! A textual convention without STATUS.
//!
//! STATUS says whether a textual convention is current, deprecated or obsolete; it is required, and one of those three.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let Some(convention) = t.convention() else { return };
    match (convention.status, t.ty.status) {
        (None, _) => out.push(
            Diagnostic::new(
                Code::ConventionStatus,
                format!("textual convention `{}` has no STATUS", t.name()),
            )
            .at(t.name_span(), "current, deprecated or obsolete?")
            .help("add `STATUS current`"),
        ),
        (Some(word), Some(Status::Mandatory | Status::Optional)) => out.push(
            Diagnostic::new(
                Code::ConventionStatus,
                format!("a textual convention has no status `{}`", word.text()),
            )
            .at(word.span(), "current, deprecated or obsolete")
            .help("write `current`")
            .fix(word.span(), "current"),
        ),
        _ => {}
    }
}
