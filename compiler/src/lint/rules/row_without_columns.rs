//! A row without columns.
//!
//! A row has at least one column below it. Without any, the table has no objects.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    if r.row.columns.is_empty() {
        out.push(
            Diagnostic::new(Code::RowWithoutColumns, format!("row `{}` has no columns", r.name()))
                .at(r.name_span(), "nothing in it can be read")
                .help("define its columns below it"),
        );
    }
}
