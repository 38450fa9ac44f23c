//! A DISPLAY-HINT that is not a format, or does not fit its type.
//!
//! A number is shown by `d`, `d-N`, `x`, `o` or `b`; octets by formats such as `255a`, `255t`, `1x:` or `1d.1d.1d.1d`.
//! OBJECT IDENTIFIER, IpAddress, counters and enumerations have no DISPLAY-HINT.

use super::prelude::*;
use mibc_runtime::display_hint::Hint;

pub(in crate::lint) fn check(_: &Context<'_, '_>, t: &TypeItem<'_, '_>, out: &mut Sink) {
    let Some(hint) = t.convention().and_then(|convention| convention.display_hint) else { return };
    if hint.raw().trim().is_empty() {
        return;
    }
    let problem = match t.ty.syntax.base {
        None => return,
        Some(
            BaseType::ObjectIdentifier
            | BaseType::IpAddress
            | BaseType::Counter32
            | BaseType::Counter64
            | BaseType::Bits,
        ) => "this type has no DISPLAY-HINT".to_owned(),
        Some(base) => match Hint::parse(hint.raw()) {
            _ if !t.ty.syntax.enums.is_empty() => "an enumeration has no DISPLAY-HINT".to_owned(),
            Err(error) => format!("expected {}", error.expected),
            Ok(hint) if hint.is_integer() != base.is_number() => if base.is_number() {
                "a format for octets on a number"
            } else {
                "a format for numbers on octets"
            }
            .to_owned(),
            Ok(_) => return,
        },
    };
    out.push(
        Diagnostic::new(
            Code::InvalidDisplayHint,
            format!("the DISPLAY-HINT of `{}` cannot be applied", t.name()),
        )
        .at(hint.span(), problem)
        .help("write d, d-N, x, o or b for numbers, formats such as 255a or 1x: for octets"),
    );
}
