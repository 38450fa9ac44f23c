//! A name of more than 64 characters.
//!
//! A name has at most 64 characters. Tools with buffers of that size cut it off, and then take two names for one.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>| {
        if name.text().len() > 64 {
            out.push(
                Diagnostic::new(
                    Code::NameLength,
                    format!("`{}` has {} characters", name.text(), name.text().len()),
                )
                .at(name.span(), "at most 64 are allowed")
                .help("shorten it"),
            );
        }
    };
    check(m.tree.name);
    each_name(m, check);
}
