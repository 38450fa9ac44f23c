//! An index that can be negative.
//!
//! An index is a part of an OID, whose numbers are not negative.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    for (name, column) in r.index(cx) {
        let syntax = &column.object.syntax;
        let negative = syntax.range.first().is_some_and(|range| range.0 < 0)
            && syntax.base == Some(BaseType::Integer32)
            || syntax.enums.iter().any(|(_, number)| *number < 0);
        if negative {
            out.push(
                Diagnostic::new(
                    Code::IndexNegative,
                    format!("index `{}` of row `{}` can be negative", name.text(), r.name()),
                )
                .at(name.span(), "cannot be a part of an OID")
                .also(column.clauses.syntax.span, "allows negative values")
                .help("give it a type without negative values"),
            );
        }
    }
}
