//! A TransportAddress of one sort as the type of an object.
//!
//! TransportAddressIPv4 and its siblings define the forms that TransportAddress can have; objects use TransportAddress
//! itself, so that other sorts fit too.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, ..)) = s.named() else { return };
    let specific = name.text().starts_with("TransportAddress")
        && !matches!(
            name.text(),
            "TransportAddress" | "TransportAddressType" | "TransportAddressPrefixLength"
        );
    if specific && !s.is_type {
        out.push(
            Diagnostic::new(
                Code::TransportSpecificAddress,
                format!("`{}` is a {}", s.owner.text(), name.text()),
            )
            .at(name.span(), "only one sort of address")
            .help("use TransportAddress with a TransportAddressType"),
        );
    }
}
