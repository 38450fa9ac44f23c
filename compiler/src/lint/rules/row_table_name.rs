//! A row that is not named after its table.
//!
//! By convention `fooEntry` is the row of `fooTable`: readers who know one name can find the other.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(table) = r.row.table else { return };
    let table = cx.def_name(table);
    if let (Some(row), Some(base)) = (r.name().strip_suffix("Entry"), table.strip_suffix("Table"))
        && row != base
    {
        out.push(
            Diagnostic::new(
                Code::RowTableName,
                format!("row `{}` is not named after its table `{table}`", r.name()),
            )
            .at(r.name_span(), format!("expected `{base}Entry`"))
            .help(format!("call it `{base}Entry`")),
        );
    }
}
