//! A scalar as an index.
//!
//! An index is a column, of this row or another one. A scalar has one value and tells no rows apart.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    for (name, column) in r.index(cx) {
        if matches!(column.def.kind, Kind::Scalar(_)) {
            out.push(
                Diagnostic::new(
                    Code::IndexScalar,
                    format!("index `{}` of row `{}` is a scalar", name.text(), r.name()),
                )
                .at(name.span(), "has only one value")
                .also(column.name_span(), "defined here")
                .help("use a column"),
            );
        }
    }
}
