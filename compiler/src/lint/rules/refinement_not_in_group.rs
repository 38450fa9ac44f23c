//! An OBJECT clause for an object that no named group has.
//!
//! An OBJECT clause refines an object of a group that the same MODULE clause names. Others are not required at all.

use super::groups::Named;
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.compliance() {
        if clause.objects.is_empty() {
            continue;
        }
        let groups = clause.mandatory.iter().chain(clause.groups.iter().map(|(group, _)| group));
        let mut named = Named::default();
        for group in groups {
            if !named.add(cx, *group) {
                // A group that is not there may have the object.
                return;
            }
        }
        for (object, written) in clause.objects.iter().zip(&tree.objects) {
            if object.object.bound().is_some_and(|id| !named.list(cx, id)) {
                out.push(
                    Diagnostic::new(
                        Code::RefinementNotInGroup,
                        format!(
                            "`{}` refines `{}`, which is not in any group of this clause",
                            g.name(),
                            written.object.text()
                        ),
                    )
                    .at(written.object.span(), "not required in the first place")
                    .help("name its group in MANDATORY-GROUPS or GROUP, or remove the clause"),
                );
            }
        }
    }
}
