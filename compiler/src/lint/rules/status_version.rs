//! A STATUS of the other version of the SMI.
//!
//! SMIv2 has `current`, `deprecated` and `obsolete`; SMIv1 has `mandatory`, `optional`, `deprecated` and `obsolete`.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let word = match &d.tree.kind {
        DefinitionKind::ObjectType(o) => o.status,
        DefinitionKind::ObjectIdentity(o) => o.status,
        DefinitionKind::NotificationType(o) => o.status,
        DefinitionKind::ObjectGroup(o) | DefinitionKind::NotificationGroup(o) => o.status,
        DefinitionKind::ModuleCompliance(o) => o.status,
        _ => return,
    };
    let (Some(word), Some(status)) = (word, d.def.status) else { return };
    let found = match (d.v2(), status) {
        (true, Status::Mandatory | Status::Optional) => Some((2, "current")),
        (false, Status::Current) => Some((1, "mandatory")),
        _ => None,
    };
    if let Some((version, right)) = found {
        out.push(
            Diagnostic::new(Code::StatusVersion, format!("SMIv{version} has no status `{status}`"))
                .at(word.span(), format!("`{}` is in SMIv{version}", d.name()))
                .help(format!("write `{right}`"))
                .fix(word.span(), right),
        );
    }
}
