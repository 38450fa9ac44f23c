//! A definition without STATUS.
//!
//! STATUS says whether a definition is current, deprecated or obsolete. Every macro that has the clause needs it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let (status, macro_name) = match &d.tree.kind {
        DefinitionKind::ObjectType(o) => (o.status, "OBJECT-TYPE"),
        DefinitionKind::ObjectIdentity(o) => (o.status, "OBJECT-IDENTITY"),
        DefinitionKind::NotificationType(o) => (o.status, "NOTIFICATION-TYPE"),
        DefinitionKind::ObjectGroup(o) => (o.status, "OBJECT-GROUP"),
        DefinitionKind::NotificationGroup(o) => (o.status, "NOTIFICATION-GROUP"),
        DefinitionKind::ModuleCompliance(o) => (o.status, "MODULE-COMPLIANCE"),
        DefinitionKind::AgentCapabilities(o) => (o.status, "AGENT-CAPABILITIES"),
        _ => return,
    };
    if status.is_none() {
        out.push(
            Diagnostic::new(Code::MissingStatus, format!("{macro_name} `{}` has no STATUS", d.name()))
                .at(d.name_span(), "current, deprecated or obsolete?")
                .help("add `STATUS current`"),
        );
    }
}
