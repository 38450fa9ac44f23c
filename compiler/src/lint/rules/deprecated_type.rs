//! A current object of a deprecated type.
//!
//! A definition is not newer than what it depends on: a deprecated type is replaced by another one, named in its
//! DESCRIPTION.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(Ref::Bound(id)) = o.object.syntax.named else { return };
    let ty = &cx.model[id];
    let current = matches!(o.def.status, Some(Status::Current | Status::Mandatory));
    if current && ty.status == Some(Status::Deprecated) {
        out.push(
            Diagnostic::new(
                Code::DeprecatedType,
                format!("`{}` is current, its type `{}` is deprecated", o.name(), cx.name(ty.name)),
            )
            .at(o.clauses.syntax.span, "deprecated")
            .also(ty.name_span, "defined here")
            .help("use the type that replaces it"),
        );
    }
}
