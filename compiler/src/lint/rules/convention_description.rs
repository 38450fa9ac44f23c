//! A textual convention without DESCRIPTION.
//!
//! The DESCRIPTION of a textual convention says what its values mean, which its SYNTAX does not.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    if let Some(convention) = t.convention()
        && convention.description.is_none()
    {
        out.push(
            Diagnostic::new(
                Code::ConventionDescription,
                format!("textual convention `{}` has no DESCRIPTION", t.name()),
            )
            .at(t.name_span(), "what does it mean?")
            .help("add a DESCRIPTION"),
        );
    }
}
