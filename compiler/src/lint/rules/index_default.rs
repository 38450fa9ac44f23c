//! A DEFVAL on an index of its own row.
//!
//! The value of an index is in the OID of the request that creates a row, so a default could never
//! be used.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    for (name, column) in r.index(cx) {
        if let Some(default) = &column.clauses.default
            && matches!(column.def.kind, Kind::Column(_, row) if row == r.def.id)
        {
            out.push(
                Diagnostic::new(
                    Code::IndexDefault,
                    format!("index `{}` of row `{}` has a DEFVAL", name.text(), r.name()),
                )
                .at(default.span, "has no effect")
                .help("remove it"),
            );
        }
    }
}
