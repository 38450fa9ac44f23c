//! Digits in quotes without an H or B after them.
//!
//! `'00ff'H` is hexadecimal, `'0101'B` binary. Without the letter the digits are read as hexadecimal here, and not at all
//! by other tools.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(default) = &o.clauses.default else { return };
    let ast::DefValKind::Hex(digits) = &default.kind else { return };
    let behind =
        crate::source::Span { start: digits.span().end + 1, end: digits.span().end + 2, ..digits.span() };
    if !matches!(cx.slice(behind), "H" | "h") {
        out.push(
            Diagnostic::new(
                Code::DigitsSuffix,
                format!("the digits of the DEFVAL of `{}` have no suffix", o.name()),
            )
            .at(digits.span(), "read as hexadecimal")
            .help("write an H after the closing quote")
            .fix(crate::source::Span { end: behind.start, ..behind }, "H"),
        );
    }
}
