//! A row that is not below a table.
//!
//! A row is `{ table 1 }`. Elsewhere, nothing knows which table it belongs to.

use super::parents::{above, misplaced};
use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    if !matches!(r.def.kind, Kind::Row(_)) {
        return;
    }
    if let Some(above) = above(cx, r.def)
        && !matches!(above.kind, Kind::Table(..))
    {
        out.push(misplaced(Code::RowParent, cx, r, above, "a row lies below its table"));
    }
}
