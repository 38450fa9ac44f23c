//! A current compliance statement that requires an older group.
//!
//! What is deprecated or obsolete is not required by a current statement.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    if g.def.status != Some(Status::Current) {
        return;
    }
    for (clause, tree) in g.compliance() {
        let objects = tree.objects.iter().zip(&clause.objects);
        for (name, object) in objects.map(|(written, object)| (written.object, object.object)) {
            let Some(object) = object.bound().map(|id| &cx.model[id]) else { continue };
            if let Some(status @ (Status::Deprecated | Status::Obsolete)) = object.status {
                out.push(
                    Diagnostic::new(
                        Code::ComplianceStatus,
                        format!("`{}` is current and refines `{}`, which is {status}", g.name(), name.text()),
                    )
                    .at(name.span(), status.to_string())
                    .also(object.name_span, "defined here")
                    .help("remove the clause"),
                );
            }
        }
        for (name, group) in tree.mandatory.iter().zip(&clause.mandatory) {
            let Some(group) = group.bound().map(|id| &cx.model[id]) else { continue };
            if let Some(status @ (Status::Deprecated | Status::Obsolete)) = group.status {
                out.push(
                    Diagnostic::new(
                        Code::ComplianceStatus,
                        format!(
                            "`{}` is current and requires group `{}`, which is {status}",
                            g.name(),
                            name.text()
                        ),
                    )
                    .at(name.span(), status.to_string())
                    .also(group.name_span, "defined here")
                    .help("require the group that replaces it"),
                );
            }
        }
    }
}
