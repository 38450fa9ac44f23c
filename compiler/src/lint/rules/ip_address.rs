//! An object of type IpAddress.
//!
//! IpAddress holds only an IPv4 address. New modules use InetAddressType and InetAddress, which hold IPv6 addresses
//! too.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, ..)) = s.named() else { return };
    if s.v2() && name.text() == "IpAddress" {
        out.push(
            Diagnostic::new(Code::IpAddress, format!("`{}` is an IpAddress", s.owner.text()))
                .at(name.span(), "IPv4 only")
                .help("use a pair of InetAddressType and InetAddress"),
        );
    }
}
