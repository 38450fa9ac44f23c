//! A table that is not not-accessible.
//!
//! A table is not an object that can be read or written: its columns are. Its MAX-ACCESS is not-accessible.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if o.is_older_than_rfc_1212(cx) {
        return;
    }
    let Some(word) = o.clauses.access else { return };
    if o.object.access.is_some_and(|access| access != Access::NotAccessible) {
        out.push(
            Diagnostic::new(Code::TableAccess, format!("table `{}` is {}", o.name(), word.text()))
                .at(word.span(), "expected not-accessible")
                .help("write not-accessible")
                .fix(word.span(), "not-accessible"),
        );
    }
}
