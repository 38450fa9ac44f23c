//! A MODULE-IDENTITY without any REVISION.
//!
//! REVISION clauses tell what changed, and when. Readers compare them to find out whether the file in their hands is
//! older than the agent they talk to.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((name, identity)) = m.identity() else { return };
    if identity.revisions.is_empty() && !m.is_base() {
        out.push(
            Diagnostic::new(Code::NoRevision, format!("`{}` has no REVISION", name.text()))
                .at(name.span(), "no history")
                .help("add a REVISION with a DESCRIPTION for each published version"),
        );
    }
}
