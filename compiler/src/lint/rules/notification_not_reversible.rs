//! A notification whose last but one number is not 0.
//!
//! SNMPv1 sends a notification as the OID of the enterprise and a number. The way back puts a 0 between the two, so only
//! notifications with a 0 there come through a proxy unchanged.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    if n.notification.trap.is_some() {
        return;
    }
    let Some(oid) = &n.def.oid else { return };
    let arcs: Vec<u32> = oid.arcs().collect();
    // The generic traps have no such 0 (RFC 3418).
    let generic = oid.strip_prefix_arcs(&[1, 3, 6, 1, 6, 3, 1, 1, 5]).is_some();
    if let [.., before, _] = arcs.as_slice()
        && *before != 0
        && !generic
    {
        out.push(
            Diagnostic::new(
                Code::NotificationNotReversible,
                format!("notification `{}` cannot be sent as an SNMPv1 trap and back", n.name()),
            )
            .at(
                n.value().map_or(n.name_span(), |value| value.span),
                format!("expected 0 before the last number, found {before}"),
            )
            .help("register notifications below a node with the number 0"),
        );
    }
}
