//! An access level that SMIv1 does not have.
//!
//! SMIv1 has read-only, read-write, write-only and not-accessible.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    if !o.v2() && matches!(o.object.access, Some(Access::ReadCreate | Access::AccessibleForNotify)) {
        out.push(
            Diagnostic::new(Code::AccessVersion, format!("SMIv1 has no access level `{}`", word.text()))
                .at(word.span(), format!("`{}` is in SMIv1", o.name()))
                .help("write read-write, or read-only"),
        );
    }
}
