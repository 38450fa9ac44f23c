//! A row that is not not-accessible.
//!
//! A row is not an object that can be read or written: its columns are. Its MAX-ACCESS is not-accessible.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    if r.is_older_than_rfc_1212(cx) {
        return;
    }
    let Some(word) = r.clauses.access else { return };
    if r.object.object.access.is_some_and(|access| access != Access::NotAccessible) {
        out.push(
            Diagnostic::new(Code::RowAccess, format!("row `{}` is {}", r.name(), word.text()))
                .at(word.span(), "expected not-accessible")
                .help("write not-accessible")
                .fix(word.span(), "not-accessible"),
        );
    }
}
