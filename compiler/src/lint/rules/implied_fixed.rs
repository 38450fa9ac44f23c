//! IMPLIED on an index whose length is fixed.
//!
//! IMPLIED leaves out the length of a string or OID. An index of a fixed length has none; tools that take the word by the
//! letter and those that do not make different OIDs.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let Some(last) = r.row.index.last().filter(|item| item.implied) else { return };
    let IndexTarget::Object(Ref::Bound(id)) = last.target else { return };
    let Some((name, column)) = r.index(cx).find(|(_, column)| column.def.id == id) else { return };
    let syntax = &column.object.syntax;
    let variable = match syntax.base {
        Some(BaseType::OctetString | BaseType::Opaque) => {
            !matches!(&*syntax.range, [(low, high)] if low == high)
        }
        Some(BaseType::ObjectIdentifier | BaseType::Bits) | None => true,
        Some(_) => false,
    };
    if !variable {
        out.push(
            Diagnostic::new(
                Code::ImpliedFixed,
                format!("index `{}` of row `{}` is IMPLIED and of a fixed length", name.text(), r.name()),
            )
            .at(name.span(), "has no length to leave out")
            .help("remove IMPLIED"),
        );
    }
}
