//! A plain OID below an object.
//!
//! Nothing but rows and columns lies below objects: an OID there would be taken for an instance.

use super::parents::{above, is_leaf, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    if !matches!(d.def.kind, Kind::Value | Kind::ObjectIdentity) {
        return;
    }
    if let Some(above) = above(cx, d.def)
        && is_leaf(&above.kind)
        && !matches!(above.kind, Kind::Notification(_))
        && !is_instance(d, above)
    {
        out.push(misplaced(Code::NodeParent, cx, d, above, "nothing can be below an object"));
    }
}

/// Whether it names the instance of a scalar, as `sysUpTimeInstance` does: nothing is registered by that.
fn is_instance(d: &Item<'_, '_>, above: &crate::model::Definition) -> bool {
    let zero = d.def.oid.as_ref().is_some_and(|oid| oid.last() == 0);
    zero && matches!(above.kind, Kind::Scalar(_)) && matches!(d.def.kind, Kind::Value)
}
