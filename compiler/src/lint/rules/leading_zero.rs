//! A number with zeros in front.
//!
//! Numbers are written without leading zeros. Some tools read such a number as octal.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let Some(value) = d.value() else { return };
    for number in value.arcs.list().iter().filter_map(|arc| arc.number()) {
        if number.text().len() > 1 && number.text().starts_with('0') {
            let plain = number.text().trim_start_matches('0');
            let plain = if plain.is_empty() { "0" } else { plain };
            out.push(
                Diagnostic::new(Code::LeadingZero, format!("`{}` has zeros in front", number.text()))
                    .at(number.span(), format!("read as {plain}"))
                    .help(format!("write {plain}"))
                    .fix(number.span(), plain),
            );
        }
    }
}
