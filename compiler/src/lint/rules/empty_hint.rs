//! A DISPLAY-HINT without a format.
//!
//! An empty DISPLAY-HINT formats nothing. If a type has no format, leave the clause out.

use super::empty::empty;
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let Some(convention) = t.convention() else { return };
    empty(
        Code::EmptyHint,
        "DISPLAY-HINT",
        t.name(),
        convention.display_hint,
        "remove the clause, or give a format",
    )
    .into_iter()
    .for_each(|found| out.push(found));
}
