//! CREATION-REQUIRES on an object that is not a row.
//!
//! CREATION-REQUIRES names the columns that a manager has to set when it creates a row. It belongs to a VARIATION of
//! the row.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.capabilities() {
        for (variation, written) in clause.variations.iter().zip(&tree.variations) {
            let Some(target) = variation.object.bound().map(|id| &cx.model[id]) else { continue };
            if let (Some(first), false) = (
                written.creation_requires.first(),
                matches!(target.kind, Kind::Row(_) | Kind::Notification(_)),
            ) {
                out.push(
                    Diagnostic::new(
                        Code::CreationOutsideRow,
                        format!("the VARIATION of `{}` has CREATION-REQUIRES", written.object.text()),
                    )
                    .at(first.span(), format!("`{}` is {}", written.object.text(), target.kind.noun()))
                    .help("write it for the row"),
                );
            }
        }
    }
}
