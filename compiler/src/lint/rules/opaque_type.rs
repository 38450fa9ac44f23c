//! An object of type Opaque.
//!
//! Opaque is only for old modules. New objects do not use it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, ..)) = s.named() else { return };
    if s.v2() && name.text() == "Opaque" {
        out.push(
            Diagnostic::new(Code::OpaqueType, format!("`{}` is Opaque", s.owner.text()))
                .at(name.span(), "not for new definitions")
                .help("use OCTET STRING with a textual convention that says what is in it"),
        );
    }
}
