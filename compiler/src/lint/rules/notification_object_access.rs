//! A notification that carries an object which is not-accessible.
//!
//! A notification carries objects that can be read, or that are accessible-for-notify.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    for (name, object) in n.written().iter().zip(&n.notification.objects) {
        let Some(object) = object.bound().map(|id| &cx.model[id]) else { continue };
        if object.object().is_some_and(|o| o.access == Some(Access::NotAccessible))
            && !matches!(object.kind, Kind::Table(..) | Kind::Row(_))
        {
            out.push(
                Diagnostic::new(
                    Code::NotificationObjectAccess,
                    format!("notification `{}` carries `{}`, which is not-accessible", n.name(), name.text()),
                )
                .at(name.span(), "not-accessible")
                .also(object.name_span, "defined here")
                .help("make it accessible-for-notify, or carry another object of the row"),
            );
        }
    }
}
