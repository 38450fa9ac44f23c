//! BITS with positions beyond 127.
//!
//! BITS travel as a string with a bit for each position. Implementations may not support more than 128 of them
//! (RFC 2578 §7.1.4).

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let SyntaxKind::Bits(labels) = &s.written.kind else { return };
    let large =
        |label: &&ast::NamedNumber<'_>| matches!(label.number.value(), Some(ast::Bound::Value(v)) if v > 127);
    if let Some(label) = labels.iter().find(large) {
        out.push(
            Diagnostic::new(
                Code::BitsLarge,
                format!("bit `{}` of `{}` is beyond 127", label.label.text(), s.owner.text()),
            )
            .at(label.number.span(), "not every implementation has so many")
            .help("split the bits over several objects"),
        );
    }
}
