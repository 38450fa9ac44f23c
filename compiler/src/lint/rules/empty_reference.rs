//! A REFERENCE without a word in it.
//!
//! REFERENCE names the document that a definition comes from. If there is none, leave the clause out.

use super::empty::{empty, reference};
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    for definition in &m.tree.definitions {
        let text = reference(&definition.kind);
        empty(Code::EmptyReference, "REFERENCE", definition.name.text(), text, "remove the clause")
            .into_iter()
            .for_each(|found| out.push(found));
    }
}
