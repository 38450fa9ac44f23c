//! A writable StorageType without DEFVAL.
//!
//! If a row is created without saying how it is stored, the DEFVAL of its StorageType says how: as a rule
//! `nonVolatile`.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if cx.is_named(&o.object.syntax, "StorageType")
        && o.object.access == Some(Access::ReadCreate)
        && o.clauses.default.is_none()
    {
        out.push(
            Diagnostic::new(Code::StorageTypeDefault, format!("StorageType `{}` has no DEFVAL", o.name()))
                .at(o.name_span(), "how is a new row stored?")
                .help("add DEFVAL { nonVolatile }"),
        );
    }
}
