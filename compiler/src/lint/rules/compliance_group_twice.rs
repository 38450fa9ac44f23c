//! A group that is both mandatory and conditional.
//!
//! A group is listed under MANDATORY-GROUPS or has its own GROUP clause, and only once.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (_, tree) in g.compliance() {
        let mut seen: FxHashMap<&str, Ident<'_>> = FxHashMap::default();
        for name in tree.mandatory.iter().copied().chain(tree.groups.iter().map(|group| group.group)) {
            if let Some(first) = seen.insert(name.text(), name) {
                out.push(
                    Diagnostic::new(
                        Code::ComplianceGroupTwice,
                        format!("`{}` names group `{}` twice", g.name(), name.text()),
                    )
                    .at(name.span(), "again")
                    .also(first.span(), "first")
                    .help("keep one of them"),
                );
            }
        }
    }
}
