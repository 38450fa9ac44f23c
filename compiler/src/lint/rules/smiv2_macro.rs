//! A macro of SMIv2 in an SMIv1 module.
//!
//! A module that imports from the base modules of SMIv1 uses a macro that only SMIv2 has. It is read all the same;
//! other tools refuse it.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    if d.v2() {
        return;
    }
    let name = match &d.tree.kind {
        DefinitionKind::ObjectIdentity(_) => "OBJECT-IDENTITY",
        DefinitionKind::NotificationType(_) => "NOTIFICATION-TYPE",
        DefinitionKind::ObjectGroup(_) => "OBJECT-GROUP",
        DefinitionKind::NotificationGroup(_) => "NOTIFICATION-GROUP",
        DefinitionKind::ModuleCompliance(_) => "MODULE-COMPLIANCE",
        DefinitionKind::AgentCapabilities(_) => "AGENT-CAPABILITIES",
        _ => return,
    };
    out.push(
        Diagnostic::new(Code::Smiv2Macro, format!("`{}` uses {name}, which SMIv1 does not have", d.name()))
            .at(d.name_span(), "a macro of SMIv2")
            .help("convert the module: import from SNMPv2-SMI and SNMPv2-CONF, and add a MODULE-IDENTITY"),
    );
}
