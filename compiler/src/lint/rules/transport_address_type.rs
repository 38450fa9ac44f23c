//! A TransportAddress without a TransportAddressType before it.
//!
//! A TransportAddress is octets; a TransportAddressType or TransportDomain says of which transport they are an address.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let syntax = |id: crate::model::DefId| cx.model[id].object().map(|object| &object.syntax);
    let is = |id: crate::model::DefId, name: &str| syntax(id).is_some_and(|syntax| cx.is_named(syntax, name));
    let typed = r.row.columns.iter().any(|&id| is(id, "TransportAddressType") || is(id, "TransportDomain"))
        || r.index(cx).any(|(_, o)| cx.is_named(&o.object.syntax, "TransportAddressType"));
    if typed {
        return;
    }
    if let Some(&id) = r.row.columns.iter().find(|&&id| is(id, "TransportAddress")) {
        let column = cx.item(id);
        out.push(
            Diagnostic::new(Code::TransportAddressType, format!("`{}` is a TransportAddress, and no column of the row is a TransportAddressType", column.name()))
                .at(column.name_span(), "what sort of address is it?")
                .help("add a column of type TransportAddressType, or say in the DESCRIPTION which object tells the sort"),
        );
    }
}
