//! A table or row in a group.
//!
//! A group lists scalars and columns: what can be implemented. Tables and rows come with their columns.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let Some((group, tree)) = g.group() else { return };
    for (name, member) in tree.members.iter().zip(&group.members) {
        let Some(member) = member.bound().map(|id| &cx.model[id]) else { continue };
        if matches!(member.kind, Kind::Table(..) | Kind::Row(_)) {
            out.push(
                Diagnostic::new(
                    Code::TableInGroup,
                    format!("group `{}` lists the {} `{}`", g.name(), member.kind.as_str(), name.text()),
                )
                .at(name.span(), "not a scalar or column")
                .help("list the columns instead"),
            );
        }
    }
}
