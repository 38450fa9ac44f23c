//! Indexes that together do not fit into an OID.
//!
//! An OID has at most 128 numbers. What remains after the number of a column has to hold all the indexes, strings with
//! a number for each octet and one for their length. If the largest values do not fit, the DESCRIPTION has to say so.

use super::prelude::*;

pub(in crate::lint) fn check<'c, 's>(cx: &Context<'c, 's>, r: &RowItem<'c, 's>, out: &mut Sink) {
    let Some(oid) = &r.def.oid else { return };
    let mut length = oid.len() + 1;
    for (_, column) in r.index(cx) {
        let syntax = &column.object.syntax;
        length += match syntax.base {
            Some(BaseType::OctetString | BaseType::Opaque) => match syntax.range.last() {
                Some(range) => usize::try_from(range.1).unwrap_or(0).saturating_add(1),
                None => 0,
            },
            Some(BaseType::IpAddress) => 4,
            Some(BaseType::ObjectIdentifier | BaseType::Bits) => 0,
            _ => 1,
        };
    }
    let limit = 128 + r.row.index.len();
    if length > limit {
        out.push(
            Diagnostic::new(
                Code::IndexTooLong,
                format!("instances of row `{}` can have OIDs of {length} numbers", r.name()),
            )
            .at(r.name_span(), "an OID has at most 128")
            .help("restrict the sizes of the indexes, or say in the DESCRIPTION that not all values fit"),
        );
    }
}
