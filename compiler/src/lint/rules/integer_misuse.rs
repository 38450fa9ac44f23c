//! INTEGER instead of Integer32.
//!
//! In SMIv2, INTEGER is for enumerations; a number is an Integer32 (or Unsigned32). The two are the same on the wire.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, labels, constraint)) = s.named() else { return };
    if s.v2() && name.text() == "INTEGER" && labels.is_empty() {
        let unsigned = constraint.is_some() && s.syntax.range.first().is_some_and(|range| range.0 >= 0);
        let diagnostic = Diagnostic::new(
            Code::IntegerMisuse,
            format!("`{}` is an INTEGER without labels", s.owner.text()),
        )
        .at(name.span(), "a number");
        out.push(
            diagnostic
                .help(if unsigned { "write Integer32, or Unsigned32" } else { "write Integer32" })
                .fix(name.span(), "Integer32"),
        );
    }
}
