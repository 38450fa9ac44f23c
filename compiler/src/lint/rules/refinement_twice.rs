//! An object that a compliance statement refines twice.
//!
//! An object has one OBJECT clause in a MODULE clause: with two, nobody knows which one counts.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (_, tree) in g.compliance() {
        let mut seen: FxHashMap<&str, Ident<'_>> = FxHashMap::default();
        for object in &tree.objects {
            if let Some(first) = seen.insert(object.object.text(), object.object) {
                out.push(
                    Diagnostic::new(
                        Code::RefinementTwice,
                        format!("`{}` refines `{}` twice", g.name(), object.object.text()),
                    )
                    .at(object.object.span(), "again")
                    .also(first.span(), "first")
                    .help("join the two clauses"),
                );
            }
        }
    }
}
