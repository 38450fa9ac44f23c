//! A scalar below another object.
//!
//! Nothing but columns lies below a row, nothing but a row below a table, and nothing at all below a scalar or column.
//! An object that lies directly below a table was most likely meant to lie below its row.

use super::parents::{above, is_leaf, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if !matches!(o.def.kind, Kind::Scalar(_)) {
        return;
    }
    if let Some(above) = above(cx, o.def)
        && is_leaf(&above.kind)
    {
        out.push(misplaced(
            Code::ScalarParent,
            cx,
            o,
            above,
            "a scalar must be below a node that is not an object",
        ));
    }
}
