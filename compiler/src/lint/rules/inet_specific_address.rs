//! An InetAddress of one sort as the type of an object.
//!
//! InetAddressIPv4 and its siblings define the forms that InetAddress can have; objects use InetAddress itself, which
//! also fits other kinds of addresses.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, ..)) = s.named() else { return };
    let specific = name.text().starts_with("InetAddress")
        && !matches!(name.text(), "InetAddress" | "InetAddressType" | "InetAddressPrefixLength");
    if specific && !s.is_type {
        out.push(
            Diagnostic::new(Code::InetSpecificAddress, format!("`{}` is an {}", s.owner.text(), name.text()))
                .at(name.span(), "only one sort of address")
                .help("use InetAddress with an InetAddressType"),
        );
    }
}
