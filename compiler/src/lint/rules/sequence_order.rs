//! A SEQUENCE that is not in the order of the columns.
//!
//! The SEQUENCE lists the columns in the order of their numbers.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(fields) = r.fields else { return };
    let place: FxHashMap<&str, usize> =
        r.row.columns.iter().enumerate().map(|(at, &id)| (cx.def_name(id), at)).collect();
    let mut last = 0;
    for field in fields {
        let Some(&at) = place.get(field.name.text()) else { continue };
        if at < last {
            out.push(
                Diagnostic::new(
                    Code::SequenceOrder,
                    format!("the SEQUENCE of row `{}` is not in the order of its columns", r.name()),
                )
                .at(field.name.span(), "has a smaller number than the one before")
                .help("order the SEQUENCE by the numbers of the columns"),
            );
            return;
        }
        last = at;
    }
}
