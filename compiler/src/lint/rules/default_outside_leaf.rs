//! A DEFVAL on a table or row.
//!
//! Tables and rows have no value, so they have no default either.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if let (Kind::Table(..) | Kind::Row(_), Some(default)) = (&o.def.kind, &o.clauses.default) {
        out.push(
            Diagnostic::new(
                Code::DefaultOutsideLeaf,
                format!("{} `{}` has a DEFVAL", o.def.kind.as_str(), o.name()),
            )
            .at(default.span, "has no effect")
            .help("remove it"),
        );
    }
}
