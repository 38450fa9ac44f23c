//! A hexadecimal or binary DEFVAL that is not a whole number of octets.
//!
//! A value of an OCTET STRING has two hexadecimal digits, or eight binary ones, for each octet. Here zeros are added at
//! the end; other tools add them in front.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(default) = &o.clauses.default else { return };
    let (digits, each) = match &default.kind {
        ast::DefValKind::Hex(digits) => (digits, 2),
        ast::DefValKind::Binary(digits) => (digits, 8),
        _ => return,
    };
    let count = digits.text().chars().filter(|c| !c.is_whitespace()).count();
    if o.object.syntax.base == Some(BaseType::OctetString) && count % each != 0 {
        out.push(
            Diagnostic::new(Code::OddHexDigits, format!("the DEFVAL of `{}` has {count} digits", o.name()))
                .at(digits.span(), format!("not a multiple of {each}"))
                .help("add the missing digits"),
        );
    }
}
