//! An underscore in a name.
//!
//! Names consist of letters and digits, in SMIv1 of hyphens too. Many tools do not read underscores.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>| {
        if name.text().contains('_') {
            out.push(
                Diagnostic::new(Code::UnderscoreInName, format!("`{}` has an underscore", name.text()))
                    .at(name.span(), "a name has only letters and digits")
                    .help("write the next word with a capital letter instead"),
            );
        }
    };
    check(m.tree.name);
    each_name(m, check);
}
