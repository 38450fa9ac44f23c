//! INDEX or AUGMENTS on an object that is not a row.
//!
//! INDEX and AUGMENTS belong to rows. On another object they have no effect.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if o.clauses.index.is_some() && !matches!(o.def.kind, Kind::Row(_)) {
        out.push(
            Diagnostic::new(Code::IndexOutsideRow, format!("`{}` has an INDEX but is not a row", o.name()))
                .at(o.name_span(), o.def.kind.noun())
                .help("move the INDEX to the row"),
        );
    }
}
