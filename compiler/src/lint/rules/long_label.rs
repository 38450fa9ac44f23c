//! A label of more than 64 characters.
//!
//! A label has at most 64 characters, and more than 32 are not recommended.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    for label in s.labels().iter().filter(|label| label.label.text().len() > 64) {
        out.push(
            Diagnostic::new(
                Code::LongLabel,
                format!("a label of `{}` has {} characters", s.owner.text(), label.label.text().len()),
            )
            .at(label.label.span(), "at most 64 are allowed")
            .help("shorten it"),
        );
    }
}
