//! A VARIATION with more access than the object has.
//!
//! An agent that claims more than MAX-ACCESS claims what makes no sense for the object.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.capabilities() {
        for (variation, written) in clause.variations.iter().zip(&tree.variations) {
            let Some(target) = variation.object.bound().map(|id| &cx.model[id]) else { continue };
            let (Some(access), Some(most), Some(word)) =
                (variation.access, target.object().and_then(|o| o.access), written.access)
            else {
                continue;
            };
            if access <= Access::ReadCreate && most <= Access::ReadCreate && access > most {
                out.push(
                    Diagnostic::new(
                        Code::VariationAccess,
                        format!(
                            "`{}` claims {access} for `{}`, which is {most} at most",
                            g.name(),
                            written.object.text()
                        ),
                    )
                    .at(word.span(), "more than MAX-ACCESS")
                    .also(target.name_span, "defined here")
                    .help(format!("write {most} or less")),
                );
            }
        }
    }
}
