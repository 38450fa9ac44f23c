//! A table with more than one thing below it.
//!
//! Nothing but one row lies below a table, with the number 1. A second row has columns that no table shows, and managers
//! that append a 1 to the OID of the table never ask for them.

use super::parents::above;
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(above) = above(cx, r.def) else { return };
    if let Kind::Table(_, Some(first)) = above.kind
        && first != r.def.id
    {
        out.push(
            Diagnostic::new(
                Code::SecondRow,
                format!("table `{}` has a second row, `{}`", cx.name(above.name), r.name()),
            )
            .at(r.name_span(), "a further one")
            .also(cx.model[first].name_span, "its row")
            .help("give the second row a table of its own"),
        );
    }
}
