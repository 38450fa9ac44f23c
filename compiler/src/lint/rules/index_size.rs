//! A string as an index without a size.
//!
//! Each octet of an index takes a number of the OID, which has at most 128. A string without a SIZE may not fit.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    for (name, column) in r.index(cx) {
        let syntax = &column.object.syntax;
        if syntax.base == Some(BaseType::OctetString)
            && syntax.range.is_empty()
            && column.def.module == r.def.module
        {
            out.push(
                Diagnostic::new(
                    Code::IndexSize,
                    format!("index `{}` of row `{}` has no size", name.text(), r.name()),
                )
                .at(column.clauses.syntax.span, "may be too long for an OID")
                .also(name.span(), "the index")
                .help("add a SIZE that fits, such as (SIZE (1..64))"),
            );
        }
    }
}
