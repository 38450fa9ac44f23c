//! A TRAP-TYPE in an SMIv2 module.
//!
//! SMIv2 has NOTIFICATION-TYPE instead, whose OID is the enterprise's, a zero, and the number of the trap.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    if let DefinitionKind::TrapType(trap) = &n.tree.kind
        && n.v2()
    {
        out.push(
            Diagnostic::new(Code::TrapInSmiv2, format!("trap `{}` is in an SMIv2 module", n.name()))
                .at(n.name_span(), "a TRAP-TYPE")
                .help(format!(
                    "make it a NOTIFICATION-TYPE with the value {{ enterprise 0 {} }}",
                    trap.number.text()
                )),
        );
    }
}
