//! A table without a row.
//!
//! A table has one row right below it, which has the INDEX and the columns. Without it the table has no objects.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if let Kind::Table(_, None) = o.def.kind {
        out.push(
            Diagnostic::new(Code::TableWithoutRow, format!("table `{}` has no row", o.name()))
                .at(o.name_span(), "nothing in it can be read")
                .help("define its row as { table 1 }"),
        );
    }
}
