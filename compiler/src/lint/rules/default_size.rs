//! A DEFVAL whose length is not one of the sizes of its type.
//!
//! The value of a DEFVAL is one that the object can have: its length is within the SIZE of the type.

use super::prelude::*;
use crate::model::DefaultValue;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(span) = o.object.default_span else { return };
    let length = match o.object.default.as_deref() {
        Some(DefaultValue::Text(_)) => match o.clauses.default.as_ref().map(|default| &default.kind) {
            Some(ast::DefValKind::Text(text)) => text.raw().len(),
            _ => return,
        },
        Some(DefaultValue::Bytes(bytes)) => bytes.len(),
        _ => return,
    };
    let sizes = &o.object.syntax.range;
    let length = length as i128;
    let octets = o.object.syntax.base == Some(BaseType::OctetString);
    if octets && !o.object.syntax.in_range(length) {
        let allowed: Vec<String> = sizes
            .iter()
            .take(4)
            .map(|(low, high)| if low == high { low.to_string() } else { format!("{low}..{high}") })
            .collect();
        out.push(
            Diagnostic::new(Code::DefaultSize, format!("the DEFVAL of `{}` has {length} octets", o.name()))
                .at(span, format!("the type allows {}", allowed.join(", ")))
                .help("correct the value, or the SIZE"),
        );
    }
}
