//! Labels that become one in Rust.
//!
//! Labels become constants in upper case: those that differ only in case, hyphens or underscores become the same, and
//! each gets a suffix made from its own spelling.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    if s.labels().len() < 2 {
        return;
    }
    let mut seen: FxHashMap<String, Ident<'_>> = FxHashMap::default();
    for label in s.labels() {
        let Some(first) = seen.insert(mibc_runtime::names::constant(label.label.text()), label.label) else {
            continue;
        };
        if first.text() != label.label.text() {
            out.push(
                Diagnostic::new(
                    Code::RustLabelCollision,
                    format!(
                        "labels `{}` and `{}` of `{}` are one in Rust",
                        first.text(),
                        label.label.text(),
                        s.owner.text()
                    ),
                )
                .at(label.label.span(), "gets a suffix")
                .also(first.span(), "gets a suffix")
                .help("rename one of them, or use the names with their suffixes"),
            );
        }
    }
}
