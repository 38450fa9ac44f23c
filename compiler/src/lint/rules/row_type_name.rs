//! A SEQUENCE that is not named after its row.
//!
//! By convention the SEQUENCE of row `fooEntry` is called `FooEntry`.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let SyntaxKind::Named { name, .. } = &r.clauses.syntax.kind else { return };
    let (row, sequence) = (r.name(), name.text());
    if r.fields.is_some() && !row.eq_ignore_ascii_case(sequence) {
        out.push(
            Diagnostic::new(Code::RowTypeName, format!("the type of row `{row}` is called `{sequence}`"))
                .at(name.span(), "not the name of the row in upper case")
                .help("name the SEQUENCE after the row"),
        );
    }
}
