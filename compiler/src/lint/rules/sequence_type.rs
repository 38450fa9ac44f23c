//! A column with another type in the SEQUENCE than in its definition.
//!
//! The SEQUENCE gives each column the type of its own SYNTAX. The column's definition counts; tools that read the SEQUENCE
//! send values that are of another type on the wire.

use super::prelude::*;
use super::sequences::each_difference;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    each_difference(cx, r, |difference| {
        if !difference.same_base {
            out.push(difference.diagnostic(Code::SequenceType, "which counts"));
        }
    });
}
