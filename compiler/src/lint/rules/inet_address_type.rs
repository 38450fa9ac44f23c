//! An InetAddress without an InetAddressType before it.
//!
//! An InetAddress is octets; an InetAddressType says whether they are an IPv4 address, an IPv6 address or a name.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let syntax = |id: crate::model::DefId| cx.model[id].object().map(|object| &object.syntax);
    let is = |id: crate::model::DefId, name: &str| syntax(id).is_some_and(|syntax| cx.is_named(syntax, name));
    let typed = r.row.columns.iter().any(|&id| is(id, "InetAddressType"))
        || r.index(cx).any(|(_, o)| cx.is_named(&o.object.syntax, "InetAddressType"));
    if typed {
        return;
    }
    if let Some(&id) = r.row.columns.iter().find(|&&id| is(id, "InetAddress")) {
        let column = cx.item(id);
        out.push(
            Diagnostic::new(
                Code::InetAddressType,
                format!(
                    "`{}` is an InetAddress, and no column of the row is an InetAddressType",
                    column.name()
                ),
            )
            .at(column.name_span(), "what sort of address is it?")
            .help(
                "add a column of type InetAddressType, or say in the DESCRIPTION which object tells the sort",
            ),
        );
    }
}
