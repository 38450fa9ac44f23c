//! UNITS without a word in it.
//!
//! UNITS is shown behind every value. Where a value has no unit, the clause is left out.

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
