//! A revision that is newer than LAST-UPDATED.
//!
//! LAST-UPDATED is the date of the last change, so no REVISION can be newer. Tools that choose between two files of the
//! same module by LAST-UPDATED choose the wrong one.

use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((_, identity)) = m.identity() else { return };
    let Some(updated) = identity.last_updated else { return };
    let Ok(date) = Date::parse(updated.raw()) else { return };
    let newest = identity
        .revisions
        .iter()
        .filter_map(|r| Some((Date::parse(r.date.raw()).ok()?, r)))
        .max_by_key(|r| r.0);
    if let Some((newest, revision)) = newest
        && newest > date
    {
        out.push(
            Diagnostic::new(
                Code::RevisionAfterUpdate,
                format!("revision {} is newer than LAST-UPDATED {}", revision.date.raw(), updated.raw()),
            )
            .at(revision.date.span(), "newer")
            .also(updated.span(), "the last change, it says")
            .help(format!("write LAST-UPDATED \"{}\"", revision.date.raw()))
            .fix(updated.span(), revision.date.raw()),
        );
    }
}
