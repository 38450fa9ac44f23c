//! A current object of an obsolete type.
//!
//! A definition should not outlive the types that it uses: another type, named in the DESCRIPTION, replaces an obsolete one.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(Ref::Bound(id)) = o.object.syntax.named else { return };
    let ty = &cx.model[id];
    let current = matches!(o.def.status, Some(Status::Current | Status::Mandatory));
    if current && ty.status == Some(Status::Obsolete) {
        out.push(
            Diagnostic::new(
                Code::ObsoleteType,
                format!("`{}` is current, its type `{}` is obsolete", o.name(), cx.name(ty.name)),
            )
            .at(o.clauses.syntax.span, "obsolete")
            .also(ty.name_span, "defined here")
            .help("use the type that replaces it"),
        );
    }
}
