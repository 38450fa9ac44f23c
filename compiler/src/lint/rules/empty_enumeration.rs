//! An enumeration or BITS without labels.
//!
//! Braces without a label in them allow no value at all: an agent that follows them can send nothing. Most likely the labels
//! were forgotten.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let empty = match &s.written.kind {
        SyntaxKind::Bits(labels) => labels.is_empty(),
        SyntaxKind::Named { .. } if s.written.constraint().is_none() => {
            s.written.labels().is_empty() && cx.slice(s.written.span).ends_with('}')
        }
        _ => false,
    };
    if empty {
        out.push(
            Diagnostic::new(
                Code::EmptyEnumeration,
                format!("the type of `{}` has no labels", s.owner.text()),
            )
            .at(s.written.span, "no value is allowed")
            .help("list the labels, or remove the braces"),
        );
    }
}
