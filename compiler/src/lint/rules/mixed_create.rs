//! A read-write column in a row with read-create columns.
//!
//! If a row can be created, each of its columns that can be written is read-create: a manager that creates the row may
//! set them all.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let access = |id: crate::model::DefId| cx.model[id].object().and_then(|object| object.access);
    if !r.row.columns.iter().any(|&id| access(id) == Some(Access::ReadCreate)) {
        return;
    }
    for &id in r.row.columns.iter().filter(|&&id| access(id) == Some(Access::ReadWrite)) {
        let Some(column) = cx.object(id) else { continue };
        let Some(word) = column.clauses.access else { continue };
        out.push(
            Diagnostic::new(
                Code::MixedCreate,
                format!(
                    "column `{}` is read-write in row `{}`, which can be created",
                    column.name(),
                    r.name()
                ),
            )
            .at(word.span(), "others of the row are read-create")
            .help("write read-create")
            .fix(word.span(), "read-create"),
        );
    }
}
