//! AUGMENTS of a row that augments another one itself.
//!
//! AUGMENTS names a row that has an INDEX. A row that has AUGMENTS itself is not augmented: name the row it augments.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(ast::Index::Augments(name)) = &r.clauses.index else { return };
    let Some(Ref::Bound(base)) = r.row.augments else { return };
    if let Kind::Row(row) = &cx.model[base].kind
        && let Some(next) = row.augments
    {
        out.push(
            Diagnostic::new(
                Code::NestedAugments,
                format!("row `{}` augments `{}`, which augments another row", r.name(), name.text()),
            )
            .at(name.span(), "has no INDEX of its own")
            .help(format!("write AUGMENTS {{ {} }}", cx.model.ref_name(next)))
            .fix(name.span(), cx.model.ref_name(next)),
        );
    }
}
