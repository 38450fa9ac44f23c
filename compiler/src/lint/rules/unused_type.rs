//! A type that nothing in its module uses.
//!
//! In a module that defines objects, a type that nothing uses is often left over, or was meant to be used.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let objects = cx.facts.with_objects.contains(&t.module.id);
    if objects && !cx.facts.used_types.contains(&t.ty.id) {
        out.push(
            Diagnostic::new(Code::UnusedType, format!("nothing uses type `{}`", t.name()))
                .at(t.name_span(), "not used")
                .help("use it, or remove it"),
        );
    }
}
