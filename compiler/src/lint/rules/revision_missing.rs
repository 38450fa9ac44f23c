//! A LAST-UPDATED that no REVISION explains.
//!
//! LAST-UPDATED is the date of the newest REVISION. If no REVISION has that date, the last change is not described.

use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((_, identity)) = m.identity() else { return };
    let Some(updated) = identity.last_updated else { return };
    let Ok(date) = Date::parse(updated.raw()) else { return };
    if identity.revisions.is_empty()
        || identity.revisions.iter().any(|r| Date::parse(r.date.raw()) == Ok(date))
    {
        return;
    }
    out.push(
        Diagnostic::new(
            Code::RevisionMissing,
            format!("no REVISION has the date of LAST-UPDATED, {}", updated.raw()),
        )
        .at(updated.span(), "this change is not described")
        .help("add a REVISION of that date, or correct one of the dates"),
    );
}
