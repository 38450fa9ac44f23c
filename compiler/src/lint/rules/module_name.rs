//! A module name without the usual ending.
//!
//! The names of modules end in `-MIB`, those of modules with only textual conventions in `-TC` or `-TC-MIB`. The
//! ending tells readers, and tools that search folders, what a file is.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let name = m.tree.name.text();
    let usual =
        ["-MIB", "-TC", "-SMI", "-CONF", "-CAPABILITY", "-CAPABILITIES", "-CAPS", "-REG", "-TM", "-USM"];
    if !m.is_base() && !usual.iter().any(|ending| name.ends_with(ending)) {
        out.push(
            Diagnostic::new(
                Code::ModuleName,
                format!("the name of module `{name}` does not end in -MIB or -TC"),
            )
            .at(m.tree.name.span(), "an unusual name")
            .help("end it in -MIB, or in -TC if it holds only textual conventions"),
        );
    }
}
