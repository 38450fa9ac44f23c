//! A refinement with another base type than the object.
//!
//! A refinement takes values away; it does not change the type on the wire.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let mut check =
        |name: Ident<'_>, id: Option<crate::model::DefId>, syntax: Option<&crate::model::Syntax>| {
            let Some(object) = id.map(|id| &cx.model[id]) else { return };
            let (Some(old), Some(new)) =
                (object.object().and_then(|o| o.syntax.base), syntax.and_then(|s| s.base))
            else {
                return;
            };
            let gauge = |base| if base == BaseType::Gauge32 { BaseType::Unsigned32 } else { base };
            if gauge(old) != gauge(new) {
                out.push(
                    Diagnostic::new(
                        Code::RefinementBase,
                        format!("`{}` refines `{}` to {new}, which is {old}", g.name(), name.text()),
                    )
                    .at(syntax.map_or(name.span(), |syntax| syntax.span), "another type on the wire")
                    .also(object.name_span, "defined here")
                    .help(format!("refine it to values of {old}")),
                );
            }
        };
    for (clause, tree) in g.compliance() {
        for (object, written) in clause.objects.iter().zip(&tree.objects) {
            check(written.object, object.object.bound(), object.syntax.as_ref());
            check(written.object, object.object.bound(), object.write_syntax.as_ref());
        }
    }
    for (clause, tree) in g.capabilities() {
        for (variation, written) in clause.variations.iter().zip(&tree.variations) {
            check(written.object, variation.object.bound(), variation.syntax.as_ref());
            check(written.object, variation.object.bound(), variation.write_syntax.as_ref());
        }
    }
}
