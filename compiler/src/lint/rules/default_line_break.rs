//! A DEFVAL with tabs or line breaks in its text.
//!
//! The text of a DEFVAL is the value itself: a tab or the end of a line in it would be part of the value, and differ with
//! the way the file is stored.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(default) = &o.clauses.default else { return };
    if let ast::DefValKind::Text(text) = &default.kind
        && text.raw().contains(['\t', '\n', '\r'])
    {
        out.push(
            Diagnostic::new(
                Code::DefaultLineBreak,
                format!("the DEFVAL of `{}` has a tab or line break", o.name()),
            )
            .at(text.span(), "part of the value")
            .help("write the text on one line, or as hexadecimal digits"),
        );
    }
}
