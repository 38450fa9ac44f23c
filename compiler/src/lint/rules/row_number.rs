//! A row whose number is not 1.
//!
//! A row is `{ table 1 }`: agents and managers put a 1 between the table and the column without looking.

use super::parents::above;
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(above) = above(cx, r.def) else { return };
    let last = r.def.oid.as_ref().map_or(1, |oid| oid.last());
    if last != 1 && matches!(above.kind, Kind::Table(..)) {
        out.push(
            Diagnostic::new(Code::RowNumber, format!("row `{}` has the number {last}", r.name()))
                .at(r.clauses.oid.span, "expected 1")
                .help(format!("write {{ {} 1 }}", cx.name(above.name))),
        );
    }
}
