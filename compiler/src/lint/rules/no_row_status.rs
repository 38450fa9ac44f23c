//! A row that can be created, without a status column.
//!
//! A row whose columns are read-create has a column of type RowStatus, by which managers create and delete it.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let column = |id: crate::model::DefId| cx.model[id].object();
    let creates =
        r.row.columns.iter().any(|&id| column(id).is_some_and(|o| o.access == Some(Access::ReadCreate)));
    let status = r.row.columns.iter().any(|&id| {
        column(id)
            .is_some_and(|o| cx.is_named(&o.syntax, "RowStatus") || cx.is_named(&o.syntax, "EntryStatus"))
    });
    if creates && !status && r.row.augments.is_none() {
        out.push(
            Diagnostic::new(
                Code::NoRowStatus,
                format!("row `{}` can be created and has no status column", r.name()),
            )
            .at(r.name_span(), "how is a row created and deleted?")
            .help("add a column of type RowStatus, or make the columns read-write"),
        );
    }
}
