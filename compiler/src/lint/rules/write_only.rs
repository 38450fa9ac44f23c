//! An object that can be written and not read.
//!
//! SMIv2 has no write-only, and in SMIv1 it is useless: a manager cannot see what it has set.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    if o.object.access == Some(Access::WriteOnly) {
        out.push(
            Diagnostic::new(Code::WriteOnly, format!("`{}` is write-only", o.name()))
                .at(word.span(), if o.v2() { "not an access level of SMIv2" } else { "of no use" })
                .help("write read-write")
                .fix(word.span(), "read-write"),
        );
    }
}
