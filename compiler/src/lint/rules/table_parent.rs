//! A table below another object.
//!
//! A table is below a node of the tree that is not an object. Below an object there are rows, columns, or nothing.

use super::parents::{above, is_leaf, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if !matches!(o.def.kind, Kind::Table(..)) {
        return;
    }
    if let Some(above) = above(cx, o.def)
        && is_leaf(&above.kind)
    {
        out.push(misplaced(
            Code::TableParent,
            cx,
            o,
            above,
            "a table must be below a node that is not an object",
        ));
    }
}
