//! A range on a type that cannot be restricted.
//!
//! Counters, TimeTicks, IpAddress, OBJECT IDENTIFIER and BITS cannot be restricted: they wrap or have a form of their own.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, _, Some(constraint))) = s.named() else { return };
    let fixed = matches!(
        s.syntax.base,
        Some(
            BaseType::Counter32
                | BaseType::Counter64
                | BaseType::TimeTicks
                | BaseType::IpAddress
                | BaseType::ObjectIdentifier
                | BaseType::Bits
        )
    );
    if fixed && s.v2() {
        out.push(
            Diagnostic::new(Code::RangeNotAllowed, format!("`{}` restricts {}", s.owner.text(), name.text()))
                .at(constraint.span, "this type cannot be restricted")
                .help("remove it; say in the DESCRIPTION which values are expected"),
        );
    }
}
