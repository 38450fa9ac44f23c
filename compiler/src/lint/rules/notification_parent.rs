//! A notification below an object.
//!
//! Notifications are below a node of the tree that is not an object.

use super::parents::{above, is_leaf, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, n: &NotificationItem<'_, '_>, out: &mut Sink) {
    if !matches!(n.def.kind, Kind::Notification(_)) {
        return;
    }
    if let Some(above) = above(cx, n.def)
        && is_leaf(&above.kind)
    {
        out.push(misplaced(Code::NotificationParent, cx, n, above, "nothing can be below an object"));
    }
}
