//! A VARIATION of something that no included group has.
//!
//! A VARIATION says how an agent differs for an object of a group that it includes. For others there is nothing to
//! differ from.

use super::groups::Named;
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.capabilities() {
        let mut named = Named::default();
        for group in &clause.includes {
            if !named.add(cx, *group) {
                // What is not known may have it; SMIv1 modules have no groups.
                return;
            }
        }
        for (variation, written) in clause.variations.iter().zip(&tree.variations) {
            let Some(id) = variation.object.bound() else { continue };
            let leaf = !matches!(cx.model[id].kind, Kind::Row(_) | Kind::Table(..));
            if leaf
                && !named.list(cx, id)
                && cx.model[id].object().is_none_or(|o| o.access != Some(Access::NotAccessible))
            {
                out.push(
                    Diagnostic::new(
                        Code::VariationNotIncluded,
                        format!(
                            "`{}` varies `{}`, which is not in any group that it includes",
                            g.name(),
                            written.object.text()
                        ),
                    )
                    .at(written.object.span(), "not claimed in the first place")
                    .help("include its group, or remove the VARIATION"),
                );
            }
        }
    }
}
