//! A column with another name for its type in the SEQUENCE than in its definition.
//!
//! The SEQUENCE gives each column the type of its own SYNTAX, by the same name. Here the two names are different and mean
//! the same on the wire.

use super::prelude::*;
use super::sequences::each_difference;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    each_difference(cx, r, |difference| {
        if difference.same_base {
            out.push(difference.diagnostic(Code::SequenceTypeName, "the same on the wire"));
        }
    });
}
