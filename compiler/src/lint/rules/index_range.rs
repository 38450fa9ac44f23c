//! A number as an index without a range.
//!
//! An index is a part of an OID and cannot be negative. Without a range, an Integer32 could be: its range says it is not.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    // In SMIv1 a range says nothing that INDEX does not.
    if !r.v2() {
        return;
    }
    for (name, column) in r.index(cx) {
        let syntax = &column.object.syntax;
        if syntax.base == Some(BaseType::Integer32)
            && syntax.enums.is_empty()
            && syntax.range.is_empty()
            && column.def.module == r.def.module
        {
            out.push(
                Diagnostic::new(
                    Code::IndexRange,
                    format!("index `{}` of row `{}` has no range", name.text(), r.name()),
                )
                .at(column.clauses.syntax.span, "may be negative")
                .also(name.span(), "the index")
                .help("add a range such as (1..2147483647), or use Unsigned32"),
            );
        }
    }
}
