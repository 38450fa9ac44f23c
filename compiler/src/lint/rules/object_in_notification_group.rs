//! An object in a NOTIFICATION-GROUP.
//!
//! A NOTIFICATION-GROUP lists notifications; objects have an OBJECT-GROUP.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let Some((group, tree)) = g.group().filter(|(group, _)| group.notifications) else { return };
    for (name, member) in tree.members.iter().zip(&group.members) {
        let Some(member) = member.bound().map(|id| &cx.model[id]) else { continue };
        if !matches!(member.kind, Kind::Notification(_)) {
            out.push(
                Diagnostic::new(
                    Code::ObjectInNotificationGroup,
                    format!(
                        "`{}` in the NOTIFICATION-GROUP `{}` is {}",
                        name.text(),
                        g.name(),
                        member.kind.noun()
                    ),
                )
                .at(name.span(), "not a notification")
                .also(member.name_span, "defined here")
                .help("move it to an OBJECT-GROUP, or remove it"),
            );
        }
    }
}
