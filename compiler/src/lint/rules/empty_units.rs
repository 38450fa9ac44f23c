//! UNITS without a word in it.
//!
//! UNITS is shown after every value. If a value has no unit, leave the clause out.

use super::empty::empty;
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    empty(
        Code::EmptyUnits,
        "UNITS",
        o.name(),
        o.clauses.units.as_deref().copied(),
        "remove the clause, or name the unit",
    )
    .into_iter()
    .for_each(|found| out.push(found));
}
