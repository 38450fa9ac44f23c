//! A row whose name does not end in Entry.
//!
//! By convention the name of a row ends in `Entry`, that of its table in `Table`.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    if !r.name().ends_with("Entry") {
        out.push(
            Diagnostic::new(Code::RowName, format!("the name of row `{}` does not end in `Entry`", r.name()))
                .at(r.name_span(), "an unusual name")
                .help(format!("call it `{}Entry`", r.name())),
        );
    }
}
