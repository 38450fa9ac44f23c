//! A column that is not in the SEQUENCE of its row.
//!
//! The SEQUENCE lists every column of the row, in order. Tools that build tables from it do not see the others.

use super::prelude::*;
use rustc_hash::FxHashSet;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    // Nothing is left of a list that could not be read, which has been reported.
    let Some(fields) = r.fields.filter(|fields| !fields.is_empty()) else { return };
    let listed: FxHashSet<&str> = fields.iter().map(|field| field.name.text()).collect();
    for &id in &r.row.columns {
        let column = cx.item(id);
        if !listed.contains(column.name()) {
            out.push(
                Diagnostic::new(
                    Code::SequenceMissingColumn,
                    format!("column `{}` is not in the SEQUENCE of row `{}`", column.name(), r.name()),
                )
                .at(column.name_span(), "not listed")
                .also(r.name_span(), "the row")
                .help("add it to the SEQUENCE"),
            );
        }
    }
}
