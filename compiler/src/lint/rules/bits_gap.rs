//! BITS with positions left out.
//!
//! The bits of BITS are numbered from 0 without gaps. (New bits may begin at the next multiple of eight.)

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let SyntaxKind::Bits(labels) = &s.written.kind else { return };
    let mut expected: i128 = 0;
    let mut sorted: Vec<(i128, &ast::NamedNumber<'_>)> = labels
        .iter()
        .filter_map(|label| match label.number.value() {
            Some(ast::Bound::Value(value)) if value >= 0 => Some((value, label)),
            _ => None,
        })
        .collect();
    sorted.sort_by_key(|(value, _)| *value);
    for (value, label) in sorted {
        if value > expected && value % 8 != 0 {
            out.push(
                Diagnostic::new(
                    Code::BitsGap,
                    format!("the bits of `{}` have a gap before `{}`", s.owner.text(), label.label.text()),
                )
                .at(label.number.span(), format!("bit {expected} is not named"))
                .help("number the bits from 0 without gaps"),
            );
            return;
        }
        expected = value.saturating_add(1);
    }
}
