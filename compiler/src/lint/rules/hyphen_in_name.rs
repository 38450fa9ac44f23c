//! A hyphen in the name of an SMIv2 definition.
//!
//! The names of SMIv2 objects and types have no hyphens. Modules that were converted from SMIv1 may keep those they
//! had.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if !m.v2() || m.is_base() {
        return;
    }
    each_name(m, |name| {
        if name.text().trim_end_matches('-').contains('-') {
            out.push(
                Diagnostic::new(Code::HyphenInName, format!("`{}` has a hyphen", name.text()))
                    .at(name.span(), "a name has only letters and digits")
                    .help("write the next word with a capital letter instead"),
            );
        }
    });
}
