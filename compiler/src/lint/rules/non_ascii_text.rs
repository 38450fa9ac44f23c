//! Characters that are not ASCII.
//!
//! Texts of a module are in ASCII. Other characters come through as something else in tools that expect another
//! encoding; typical are curved quotes and dashes that a word processor put in.

use super::prelude::*;
use crate::source::Span;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if m.text.is_ascii() {
        return;
    }
    let bytes = m.text.as_bytes();
    let Some(at) = bytes.iter().position(|b| !b.is_ascii()) else { return };
    let found = m.text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('?');
    let count = m.text.chars().filter(|c| !c.is_ascii()).count();
    out.push(
        Diagnostic::new(
            Code::NonAsciiText,
            format!(
                "the file has {count} character{} that {} not ASCII",
                if count == 1 { "" } else { "s" },
                if count == 1 { "is" } else { "are" }
            ),
        )
        .at(
            Span::new(m.module.file, at, at + found.len_utf8()),
            format!("the first one: U+{:04X}", found as u32),
        )
        .help("replace them by ASCII"),
    );
}
