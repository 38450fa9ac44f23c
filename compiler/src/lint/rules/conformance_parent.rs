//! A group or statement below an object.
//!
//! Groups, compliance statements and capabilities are below a node of the tree that is not an object.

use super::parents::{above, is_leaf, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    if !matches!(g.def.kind, Kind::Group(_) | Kind::Compliance(_) | Kind::Capabilities(_)) {
        return;
    }
    if let Some(above) = above(cx, g.def)
        && is_leaf(&above.kind)
    {
        out.push(misplaced(Code::ConformanceParent, cx, g, above, "nothing can be below an object"));
    }
}
