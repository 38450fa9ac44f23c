//! A label that does not begin with a lower-case letter.
//!
//! The labels of enumerations and BITS begin with a lower-case letter. Many tools do not read others.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    for label in s.labels() {
        if !label.label.text().starts_with(|c: char| c.is_ascii_lowercase()) {
            out.push(
                Diagnostic::new(
                    Code::LabelCase,
                    format!(
                        "label `{}` of `{}` does not begin with a lower-case letter",
                        label.label.text(),
                        s.owner.text()
                    ),
                )
                .at(label.label.span(), "an unusual label")
                .help("begin it with a lower-case letter"),
            );
        }
    }
}
