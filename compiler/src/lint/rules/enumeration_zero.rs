//! A label with the number 0 in an SMIv1 enumeration.
//!
//! SMIv1 reserves 0 in enumerations. SMIv2 allows it, and recommends to begin at 1.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    if s.v2() {
        return;
    }
    let zero = |label: &&ast::NamedNumber<'_>| label.number.value() == Some(ast::Bound::Value(0));
    if let Some(label) = s.labels().iter().find(zero) {
        out.push(
            Diagnostic::new(
                Code::EnumerationZero,
                format!("label `{}` of `{}` has the number 0", label.label.text(), s.owner.text()),
            )
            .at(label.number.span(), "reserved in SMIv1")
            .help("begin at 1"),
        );
    }
}
