//! An ORGANIZATION without a word in it.
//!
//! ORGANIZATION is where people find those who look after the module.

use super::empty::empty;
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((name, identity)) = m.identity() else { return };
    empty(
        Code::EmptyOrganization,
        "ORGANIZATION",
        name.text(),
        identity.organization,
        "name who is responsible for the module",
    )
    .into_iter()
    .for_each(|found| out.push(found));
}
