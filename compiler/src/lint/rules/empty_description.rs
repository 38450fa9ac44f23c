//! A DESCRIPTION without a word in it.
//!
//! A DESCRIPTION says what an implementer has to know. An empty one leaves managers and agents to guess.

use super::empty::{description, empty};
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    for definition in &m.tree.definitions {
        let text = description(&definition.kind);
        let help = "say what it means, in which unit, and when it changes";
        empty(Code::EmptyDescription, "DESCRIPTION", definition.name.text(), text, help)
            .into_iter()
            .for_each(|found| out.push(found));
    }
}
