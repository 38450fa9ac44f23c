//! A member that occurs twice in a group.
//!
//! The second occurrence says nothing new; often another object was meant.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let Some((_, tree)) = g.group() else { return };
    let mut seen: FxHashMap<&str, Ident<'_>> = FxHashMap::default();
    for name in &tree.members {
        if let Some(first) = seen.insert(name.text(), *name) {
            out.push(
                Diagnostic::new(
                    Code::DuplicateGroupMember,
                    format!("`{}` occurs twice in group `{}`", name.text(), g.name()),
                )
                .at(name.span(), "again")
                .also(first.span(), "first")
                .help("remove one of them"),
            );
        }
    }
}
