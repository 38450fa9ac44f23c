//! Pieces of a range that do not ascend.
//!
//! Readers expect the pieces of a range in ascending order. Nothing depends on it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((_, _, Some(constraint))) = s.named() else { return };
    let declared = &s.syntax.declared_range;
    if declared.windows(2).any(|pair| matches!(pair, [a, b] if a.0 > b.0)) {
        out.push(
            Diagnostic::new(
                Code::RangeOrder,
                format!("the pieces of the range of `{}` do not ascend", s.owner.text()),
            )
            .at(constraint.span, "not in ascending order")
            .help("order the pieces"),
        );
    }
}
