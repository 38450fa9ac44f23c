//! A current group with a member that is deprecated or obsolete.
//!
//! A group is not newer than its members: a current group lists current objects. Older ones belong to an older group.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let Some((group, tree)) = g.group() else { return };
    let Some(own) = g.def.status.and_then(rank) else { return };
    for (name, member) in tree.members.iter().zip(&group.members) {
        let Some(member) = member.bound().map(|id| &cx.model[id]) else { continue };
        let (Some(status), Some(word)) = (member.status.and_then(rank), member.status) else { continue };
        if status > own {
            out.push(
                Diagnostic::new(
                    Code::GroupMemberStatus,
                    format!("group `{}` lists `{}`, which is {word}", g.name(), name.text()),
                )
                .at(name.span(), word.to_string())
                .also(member.name_span, "defined here")
                .help("move it to a group of its own status"),
            );
        }
    }
}

/// How old a status is.
fn rank(status: Status) -> Option<u8> {
    match status {
        Status::Current | Status::Mandatory => Some(0),
        Status::Deprecated => Some(1),
        Status::Obsolete => Some(2),
        Status::Optional => None,
    }
}
