//! A scalar that is read-create.
//!
//! Instances of scalars are not created: read-create belongs to columns.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    if matches!(o.def.kind, Kind::Scalar(_)) && o.object.access == Some(Access::ReadCreate) {
        out.push(
            Diagnostic::new(Code::ScalarReadCreate, format!("scalar `{}` is read-create", o.name()))
                .at(word.span(), "a scalar is not created")
                .help("write read-write")
                .fix(word.span(), "read-write"),
        );
    }
}
