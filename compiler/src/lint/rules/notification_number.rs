//! A notification whose number does not fit an SNMPv1 trap.
//!
//! The number of an SNMPv1 trap is a signed 32-bit number. A larger one comes out negative, or not at all, where a proxy or
//! an agent sends the notification as a trap.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    if let Some(oid) = &n.def.oid
        && i32::try_from(oid.last()).is_err()
    {
        out.push(
            Diagnostic::new(
                Code::NotificationNumber,
                format!("notification `{}` has the number {}", n.name(), oid.last()),
            )
            .at(n.name_span(), "more than 2147483647")
            .help("give it a smaller number"),
        );
    }
}
