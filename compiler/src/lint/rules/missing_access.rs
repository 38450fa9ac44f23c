//! An object without MAX-ACCESS.
//!
//! MAX-ACCESS says whether an object can be read, written, or is there only for its row. Without it, no manager knows
//! whether to ask for it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if o.clauses.access.is_none() {
        out.push(
            Diagnostic::new(
                Code::MissingAccess,
                format!("`{}` has no {}", o.name(), if o.v2() { "MAX-ACCESS" } else { "ACCESS" }),
            )
            .at(o.name_span(), "can it be read, or written?")
            .help("add the clause"),
        );
    }
}
