//! An object that occurs twice in an INDEX.
//!
//! The second occurrence of an object in an INDEX tells nothing apart that the first does not.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let mut seen: FxHashMap<crate::model::DefId, crate::source::Span> = FxHashMap::default();
    for (name, column) in r.index(cx) {
        let Some(first) = seen.insert(column.def.id, name.span()) else { continue };
        out.push(
            Diagnostic::new(
                Code::DuplicateIndex,
                format!("`{}` occurs twice in the INDEX of `{}`", name.text(), r.name()),
            )
            .at(name.span(), "again")
            .also(first, "first")
            .help("remove one of them"),
        );
    }
}
