//! A name of more than 32 characters.
//!
//! Names longer than 32 characters are not recommended: they do not fit the tables of user interfaces.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>| {
        if name.text().len() > 32 && name.text().len() <= 64 {
            out.push(
                Diagnostic::new(
                    Code::LongName,
                    format!("`{}` has {} characters", name.text(), name.text().len()),
                )
                .at(name.span(), "more than 32 are not recommended")
                .help("shorten it before the module is published"),
            );
        }
    };
    check(m.tree.name);
    each_name(m, check);
}
