//! A VARIATION of a notification with clauses for objects.
//!
//! A VARIATION of a notification has an ACCESS of `not-implemented` and nothing else: the other clauses are for
//! objects.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.capabilities() {
        for (variation, written) in clause.variations.iter().zip(&tree.variations) {
            let Some(target) = variation.object.bound().map(|id| &cx.model[id]) else { continue };
            let more = written.syntax.is_some()
                || written.write_syntax.is_some()
                || written.default.is_some()
                || !written.creation_requires.is_empty();
            let access = variation.access.is_some_and(|access| access != Access::NotImplemented);
            if matches!(target.kind, Kind::Notification(_)) && (more || access) {
                out.push(
                    Diagnostic::new(
                        Code::VariationClauses,
                        format!(
                            "the VARIATION of notification `{}` has clauses for objects",
                            written.object.text()
                        ),
                    )
                    .at(written.object.span(), "a notification")
                    .also(target.name_span, "defined here")
                    .help("write only ACCESS not-implemented and a DESCRIPTION"),
                );
            }
        }
    }
}
