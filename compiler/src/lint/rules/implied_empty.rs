//! IMPLIED on a string that may be empty.
//!
//! An empty string with IMPLIED leaves nothing in the OID: the instance cannot be told from the column. A SIZE that begins
//! at 1 excludes it.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let Some(last) = r.row.index.last().filter(|item| item.implied) else { return };
    let IndexTarget::Object(Ref::Bound(id)) = last.target else { return };
    let Some((name, column)) = r.index(cx).find(|(_, column)| column.def.id == id) else { return };
    let syntax = &column.object.syntax;
    if syntax.base == Some(BaseType::OctetString) && syntax.range.first().is_none_or(|range| range.0 == 0) {
        out.push(
            Diagnostic::new(
                Code::ImpliedEmpty,
                format!("index `{}` of row `{}` is IMPLIED and may be empty", name.text(), r.name()),
            )
            .at(name.span(), "an empty value leaves no trace in the OID")
            .also(column.clauses.syntax.span, "allows an empty value")
            .help("let its SIZE begin at 1"),
        );
    }
}
