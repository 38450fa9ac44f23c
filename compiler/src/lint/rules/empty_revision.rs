//! A REVISION whose DESCRIPTION is empty or absent.
//!
//! The DESCRIPTION after a REVISION says what changed in it. It is required.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((_, identity)) = m.identity() else { return };
    for revision in &identity.revisions {
        if revision.description.is_none_or(|text| text.raw().trim().is_empty()) {
            out.push(
                Diagnostic::new(
                    Code::EmptyRevision,
                    format!("revision {} does not say what changed", revision.date.raw()),
                )
                .at(revision.description.map_or(revision.date.span(), |text| text.span()), "says nothing")
                .help("describe the change"),
            );
        }
    }
}
