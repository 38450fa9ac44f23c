//! A row without a column that can be read.
//!
//! If all columns of a row are indexes, one of them is read-only: else no varbind could ever name an instance of the
//! row.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let readable = |id: crate::model::DefId| {
        cx.model[id].object().is_none_or(|o| o.access.is_none_or(|access| access != Access::NotAccessible))
    };
    if !r.row.columns.is_empty()
        && !r.row.columns.iter().any(|&id| readable(id))
        && r.def.status != Some(Status::Obsolete)
    {
        out.push(
            Diagnostic::new(
                Code::NoAccessibleColumn,
                format!("all columns of row `{}` are not-accessible", r.name()),
            )
            .at(r.name_span(), "nothing of it can be read")
            .help("make one of its columns read-only"),
        );
    }
}
