//! A hyphen in a label of an SMIv2 module.
//!
//! The labels of SMIv2 consist of letters and digits. Modules that were converted from SMIv1 may keep their hyphens.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    if !s.v2() {
        return;
    }
    for label in s.labels().iter().filter(|label| label.label.text().contains('-')) {
        out.push(
            Diagnostic::new(
                Code::HyphenInLabel,
                format!("label `{}` of `{}` has a hyphen", label.label.text(), s.owner.text()),
            )
            .at(label.label.span(), "a label has only letters and digits")
            .help("write the next word with a capital letter instead"),
        );
    }
}
