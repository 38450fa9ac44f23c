//! A name that ends in a hyphen.
//!
//! No name ends in a hyphen: together with the next one it would begin a comment.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>| {
        if name.text().ends_with('-') {
            out.push(
                Diagnostic::new(Code::HyphenAtEnd, format!("`{}` ends in a hyphen", name.text()))
                    .at(name.span(), "ends in `-`")
                    .help("remove the hyphen"),
            );
        }
    };
    check(m.tree.name);
    each_name(m, check);
}
