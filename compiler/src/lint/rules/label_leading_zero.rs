//! A number of a label or range with zeros in front.
//!
//! Numbers are written without leading zeros. Some tools read such a number as octal.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let zeros = |number: &ast::Number<'_>| {
        let digits = number.text().trim_start_matches('-');
        digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let pieces =
        s.named().and_then(|(_, _, constraint)| constraint).map_or(&[][..], |constraint| &constraint.pieces);
    let numbers = s.labels().iter().map(|label| label.number);
    for number in numbers.chain(pieces.iter().flat_map(|piece| std::iter::once(piece.low).chain(piece.high)))
    {
        if let (true, Some(ast::Bound::Value(value))) = (zeros(&number), number.value()) {
            out.push(
                Diagnostic::new(Code::LabelLeadingZero, format!("`{}` has zeros in front", number.text()))
                    .at(number.span(), format!("read as {value}"))
                    .help(format!("write {value}"))
                    .fix(number.span(), value.to_string()),
            );
        }
    }
}
