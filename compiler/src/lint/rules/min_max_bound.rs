//! MIN or MAX as the end of a range.
//!
//! The ends of a range are numbers. ASN.1 has MIN and MAX for those of the base type; the SMI does not.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((_, _, Some(constraint))) = s.named() else { return };
    let numbers = constraint.pieces.iter().flat_map(|piece| std::iter::once(piece.low).chain(piece.high));
    for number in numbers.filter(|number| matches!(number.value(), Some(ast::Bound::Min | ast::Bound::Max))) {
        let range = &s.syntax.declared_range;
        let value = if number.value() == Some(ast::Bound::Min) {
            range.first().map(|r| r.0)
        } else {
            range.last().map(|r| r.1)
        };
        let diagnostic = Diagnostic::new(
            Code::MinMaxBound,
            format!("the range of `{}` ends in {}", s.owner.text(), number.text()),
        )
        .at(number.span(), "not a number");
        out.push(match value {
            Some(value) => diagnostic.help(format!("write {value}")).fix(number.span(), value.to_string()),
            None => diagnostic.help("write a number"),
        });
    }
}
