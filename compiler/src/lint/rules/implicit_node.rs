//! An OID value with numbers in the middle that have no name.
//!
//! `{ acme 1 2 }` passes a node without a name: other definitions cannot refer to it, and it is unclear who assigns the
//! numbers below it. Notifications are an exception: `{ acme 0 1 }` is the usual form.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let Some(value) = d.value() else { return };
    let unnamed = value.arcs.list().iter().skip(1).filter(|arc| matches!(arc, OidArc::Number(_))).count();
    let notification = matches!(d.def.kind, Kind::Notification(_));
    if unnamed > 1
        && !notification
        && matches!(value.arcs.list().first(), Some(OidArc::Name(_) | OidArc::Qualified(_)))
        && !matches!(d.def.kind, Kind::Value)
    {
        out.push(
            Diagnostic::new(Code::ImplicitNode, format!("`{}` is below a node without a name", d.name()))
                .at(value.span, "more than one number")
                .help("define the node between, and use its name"),
        );
    }
}
