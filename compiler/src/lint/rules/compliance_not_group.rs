//! A compliance statement that requires something that is not a group.
//!
//! MANDATORY-GROUPS and GROUP name OBJECT-GROUPs and NOTIFICATION-GROUPs. Older modules named the node above some
//! objects instead, and nobody can say what that requires.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.compliance() {
        let mandatory = tree.mandatory.iter().zip(&clause.mandatory).map(|(name, group)| (*name, *group));
        let optional = tree.groups.iter().zip(&clause.groups).map(|(name, (group, _))| (name.group, *group));
        for (name, group) in mandatory.chain(optional) {
            let Some(group) = group.bound().map(|id| &cx.model[id]) else { continue };
            if !matches!(group.kind, Kind::Group(_)) {
                out.push(
                    Diagnostic::new(
                        Code::ComplianceNotGroup,
                        format!("`{}` requires `{}`, which is {}", g.name(), name.text(), group.kind.noun()),
                    )
                    .at(name.span(), "not a group")
                    .also(group.name_span, "defined here")
                    .help("name a group"),
                );
            }
        }
    }
}
