//! Revisions that do not go from the newest to the oldest.
//!
//! REVISION clauses stand in reverse chronological order, the newest first.

use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((_, identity)) = m.identity() else { return };
    for pair in identity.revisions.windows(2) {
        let [newer, older] = pair else { continue };
        if let (Ok(first), Ok(second)) = (Date::parse(newer.date.raw()), Date::parse(older.date.raw()))
            && first <= second
        {
            out.push(
                Diagnostic::new(
                    Code::RevisionOrder,
                    format!(
                        "revision {} comes after the older or equal {}",
                        older.date.raw(),
                        newer.date.raw()
                    ),
                )
                .at(older.date.span(), "newer, or the same")
                .also(newer.date.span(), "stands before it")
                .help("order the revisions from the newest to the oldest"),
            );
        }
    }
}
