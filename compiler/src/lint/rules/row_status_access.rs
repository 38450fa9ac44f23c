//! A RowStatus that is not read-create.
//!
//! Managers create and delete rows by writing to the status column: it is read-create.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    if cx.is_named(&o.object.syntax, "RowStatus")
        && !matches!(o.object.access, Some(Access::ReadCreate | Access::ReadOnly))
    {
        out.push(
            Diagnostic::new(
                Code::RowStatusAccess,
                format!("status column `{}` is {}", o.name(), word.text()),
            )
            .at(word.span(), "expected read-create")
            .help("write read-create")
            .fix(word.span(), "read-create"),
        );
    }
}
