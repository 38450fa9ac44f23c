//! A restriction or label inside a SEQUENCE.
//!
//! The types in a SEQUENCE are written without ranges, sizes and labels; those stand in the definition of the column.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    for field in r.fields.unwrap_or(&[]) {
        let restricted = match &field.syntax.kind {
            SyntaxKind::Named { .. } | SyntaxKind::Bits(_) => {
                field.syntax.constraint().is_some() || !field.syntax.labels().is_empty()
            }
            _ => false,
        };
        if restricted {
            out.push(
                Diagnostic::new(
                    Code::SequenceSubtype,
                    format!("`{}` is restricted in the SEQUENCE of row `{}`", field.name.text(), r.name()),
                )
                .at(field.syntax.span, "belongs to the definition of the column")
                .help("write only the type"),
            );
        }
    }
}
