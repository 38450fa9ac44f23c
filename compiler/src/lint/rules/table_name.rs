//! A table whose name does not end in Table.
//!
//! By convention the name of a table ends in `Table`, that of its row in `Entry`.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if !o.name().ends_with("Table") {
        out.push(
            Diagnostic::new(
                Code::TableName,
                format!("the name of table `{}` does not end in `Table`", o.name()),
            )
            .at(o.name_span(), "an unusual name")
            .help(format!("call it `{}Table`", o.name())),
        );
    }
}
