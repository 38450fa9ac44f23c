//! An underscore in a label.
//!
//! Labels consist of letters and digits. Many tools do not read underscores.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    for label in s.labels().iter().filter(|label| label.label.text().contains('_')) {
        out.push(
            Diagnostic::new(
                Code::UnderscoreInLabel,
                format!("label `{}` of `{}` has an underscore", label.label.text(), s.owner.text()),
            )
            .at(label.label.span(), "a label has only letters and digits")
            .help("write the next word with a capital letter instead"),
        );
    }
}
