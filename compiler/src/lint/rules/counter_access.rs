//! A counter that can be written.
//!
//! A counter counts by itself and has no value that a manager could set: its MAX-ACCESS is read-only or
//! accessible-for-notify.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    let counter = matches!(o.object.syntax.base, Some(BaseType::Counter32 | BaseType::Counter64));
    if counter && o.object.access.is_some_and(Access::is_writable) {
        out.push(
            Diagnostic::new(Code::CounterAccess, format!("counter `{}` is {}", o.name(), word.text()))
                .at(word.span(), "a counter is read-only")
                .help("write read-only, or choose another type")
                .fix(word.span(), "read-only"),
        );
    }
}
