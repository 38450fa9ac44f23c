//! A type in an INDEX instead of a column.
//!
//! SMIv1 allowed a type in INDEX if the row has no column for it; SMIv2 requires an object. The generated index has a
//! field without a name for it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(ast::Index::Index(items)) = &r.clauses.index else { return };
    for (written, resolved) in items.iter().zip(&r.row.index) {
        if let (ast::IndexTarget::Type(syntax), IndexTarget::Type(_)) = (&written.target, &resolved.target) {
            out.push(
                Diagnostic::new(Code::IndexBareType, format!("an index of row `{}` is a type", r.name()))
                    .at(syntax.span, "not an object")
                    .help("define a not-accessible column of that type, and name it here"),
            );
        }
    }
}
