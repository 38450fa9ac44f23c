//! A CONTACT-INFO without a word in it.
//!
//! CONTACT-INFO is where people find those who look after the module.

use super::empty::empty;
use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((name, identity)) = m.identity() else { return };
    empty(
        Code::EmptyContact,
        "CONTACT-INFO",
        name.text(),
        identity.contact,
        "say who to ask about the module",
    )
    .into_iter()
    .for_each(|found| out.push(found));
}
