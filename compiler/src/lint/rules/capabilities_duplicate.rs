//! A name that occurs twice in a capabilities statement.
//!
//! A group is included once, and an object required once for the creation of a row.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let mut check = |list: &[Ident<'_>]| {
        let mut seen: FxHashMap<&str, Ident<'_>> = FxHashMap::default();
        for name in list {
            if let Some(first) = seen.insert(name.text(), *name) {
                out.push(
                    Diagnostic::new(
                        Code::CapabilitiesDuplicate,
                        format!("`{}` lists `{}` twice", g.name(), name.text()),
                    )
                    .at(name.span(), "again")
                    .also(first.span(), "first")
                    .help("remove one of them"),
                );
            }
        }
    };
    for (_, tree) in g.capabilities() {
        check(&tree.includes);
        tree.variations.iter().for_each(|variation| check(&variation.creation_requires));
    }
}
