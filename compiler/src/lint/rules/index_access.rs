//! An index of the row itself that can be read.
//!
//! A column that is an index of its own row is not-accessible: its value is part of the OID of every other column. (Modules
//! converted from SMIv1 may keep theirs readable; a row whose columns are all indexes has one that is read-only.)

use super::prelude::*;
use rustc_hash::FxHashSet;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    if !r.v2() {
        return;
    }
    let own: Vec<_> = r
        .index(cx)
        .map(|(_, column)| column)
        .filter(|column| matches!(column.def.kind, Kind::Column(_, row) if row == r.def.id))
        .collect();
    let ids: FxHashSet<_> = own.iter().map(|column| column.def.id).collect();
    if r.row.columns.iter().all(|column| ids.contains(column)) {
        return;
    }
    for column in own {
        let Some(word) = column.clauses.access else { continue };
        if column.object.access.is_some_and(|access| !matches!(access, Access::NotAccessible)) {
            out.push(
                Diagnostic::new(
                    Code::IndexAccess,
                    format!("index `{}` of row `{}` is {}", column.name(), r.name(), word.text()),
                )
                .at(word.span(), "expected not-accessible")
                .help("write not-accessible: managers learn its value from the OID")
                .fix(word.span(), "not-accessible"),
            );
        }
    }
}
