//! A TransportAddressType that is restricted.
//!
//! TransportAddressType is not restricted in SYNTAX: new sorts of addresses would be shut out. The compliance statement says which
//! ones are required.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, labels, constraint)) = s.named() else { return };
    if name.text() == "TransportAddressType" && (!labels.is_empty() || constraint.is_some()) {
        out.push(
            Diagnostic::new(
                Code::TransportTypeSubtyped,
                format!("`{}` restricts TransportAddressType", s.owner.text()),
            )
            .at(s.written.span, "not to be restricted here")
            .help("restrict it in the compliance statement"),
        );
    }
}
