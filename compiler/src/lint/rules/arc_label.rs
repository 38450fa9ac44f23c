//! A name in an OID value that belongs to another number.
//!
//! `name(number)` gives a number and, for readers, its name. If the name is defined with another number, one of the
//! two is wrong; the number counts.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let Some(value) = d.value() else { return };
    for arc in value.arcs.list().iter().skip(1) {
        let OidArc::Named(arc) = arc else { continue };
        let (name, number) = (arc.name, arc.number);
        let Ok(number_value) = number.text().parse::<u32>() else { continue };
        let Some(known) = cx.model.definition(d.module.id, name.text()).and_then(|def| def.oid.as_ref())
        else {
            continue;
        };
        if known.last() != number_value {
            out.push(
                Diagnostic::new(
                    Code::ArcLabel,
                    format!("`{}({})`: `{}` is {known}", name.text(), number.text(), name.text()),
                )
                .at(name.span(), format!("the number {} counts", number.text()))
                .help("correct the name or the number"),
            );
        }
    }
}
