//! Labels that are not in the order of their numbers.
//!
//! Readers look for a number where it belongs. Nothing depends on the order.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let labels = s.labels();
    let value = |label: &ast::NamedNumber<'_>| match label.number.value() {
        Some(ast::Bound::Value(value)) => Some(value),
        _ => None,
    };
    if let Some([_, second]) = labels
        .windows(2)
        .find(|pair| matches!(pair, [a, b] if value(a).zip(value(b)).is_some_and(|(a, b)| a > b)))
    {
        out.push(
            Diagnostic::new(
                Code::LabelOrder,
                format!("the labels of `{}` are not in the order of their numbers", s.owner.text()),
            )
            .at(second.label.span(), "a smaller number than the one before")
            .help("order them by number"),
        );
    }
}
