//! An index of a type that cannot be one.
//!
//! Counters change by themselves, and TimeTicks and Opaque do not identify anything: they are not indexes. A Counter64
//! does not fit into a part of an OID at all.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    for (name, column) in r.index(cx) {
        if let Some(base @ (BaseType::Counter32 | BaseType::Counter64 | BaseType::Opaque)) =
            column.object.syntax.base
        {
            out.push(
                Diagnostic::new(
                    Code::IndexType,
                    format!("index `{}` of row `{}` is a {base}", name.text(), r.name()),
                )
                .at(name.span(), "cannot be an index")
                .also(column.clauses.syntax.span, "its type")
                .help("choose an index that does not change by itself"),
            );
        }
    }
}
