//! An OBJECT clause for an object that no named group has.
//!
//! An OBJECT clause refines an object of a group that the same MODULE clause names. Others are not required at all.

use super::prelude::*;
use crate::model::DefId;
use rustc_hash::FxHashSet;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.compliance() {
        if clause.objects.is_empty() {
            continue;
        }
        let groups = clause.mandatory.iter().chain(clause.groups.iter().map(|(group, _)| group));
        let mut named: FxHashSet<DefId> = FxHashSet::default();
        for group in groups {
            match group.bound() {
                Some(id) if matches!(cx.model[id].kind, Kind::Group(_)) => named.insert(id),
                // A group that is not there may have the object.
                _ => return,
            };
        }
        let grouped = |id| cx.facts.groups_of(cx.model, id).iter().any(|group| named.contains(group));
        for (object, written) in clause.objects.iter().zip(&tree.objects) {
            if object.object.bound().is_some_and(|id| !grouped(id)) {
                out.push(
                    Diagnostic::new(
                        Code::RefinementNotInGroup,
                        format!(
                            "`{}` refines `{}`, which is in no group of this clause",
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
