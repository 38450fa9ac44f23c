//! A notification in an OBJECT-GROUP.
//!
//! An OBJECT-GROUP lists objects; notifications have a NOTIFICATION-GROUP.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let Some((group, tree)) = g.group().filter(|(group, _)| !group.notifications) else { return };
    for (name, member) in tree.members.iter().zip(&group.members) {
        let Some(member) = member.bound().map(|id| &cx.model[id]) else { continue };
        if member.object().is_none() {
            out.push(
                Diagnostic::new(
                    Code::NotificationInObjectGroup,
                    format!("`{}` in the OBJECT-GROUP `{}` is {}", name.text(), g.name(), member.kind.noun()),
                )
                .at(name.span(), "not an object")
                .also(member.name_span, "defined here")
                .help("move it to a NOTIFICATION-GROUP, or remove it"),
            );
        }
    }
}
