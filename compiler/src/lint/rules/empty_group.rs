//! A group without members.
//!
//! A group has at least one member. An empty one is always implemented, so it says nothing.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    if let Some((_, tree)) = g.group()
        && tree.members.is_empty()
    {
        out.push(
            Diagnostic::new(Code::EmptyGroup, format!("group `{}` has no members", g.name()))
                .at(g.name_span(), "empty")
                .help("list its members, or remove it"),
        );
    }
}
