//! A current notification that carries an obsolete object.
//!
//! Agents need not implement obsolete objects, so they cannot send the notification as it is defined.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    if !matches!(n.def.status, Some(Status::Current)) {
        return;
    }
    for (name, object) in n.written().iter().zip(&n.notification.objects) {
        let Some(object) = object.bound().map(|id| &cx.model[id]) else { continue };
        if object.status == Some(Status::Obsolete) {
            out.push(
                Diagnostic::new(
                    Code::NotificationStatus,
                    format!(
                        "notification `{}` is current and carries the obsolete `{}`",
                        n.name(),
                        name.text()
                    ),
                )
                .at(name.span(), "obsolete")
                .also(object.name_span, "defined here")
                .help("carry the object that replaces it"),
            );
        }
    }
}
