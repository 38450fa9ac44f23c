//! An SMIv2 definition without DESCRIPTION.
//!
//! In SMIv2 every definition by a macro has a DESCRIPTION: it is the only place that says what the thing means.

use super::empty::description;
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    if !d.v2()
        || matches!(d.tree.kind, DefinitionKind::ValueAssignment(_) | DefinitionKind::TrapType(_))
        || description(&d.tree.kind).is_some()
    {
        return;
    }
    out.push(
        Diagnostic::new(Code::MissingDescription, format!("`{}` has no DESCRIPTION", d.name()))
            .at(d.name_span(), "what does it mean?")
            .help("add a DESCRIPTION"),
    );
}
