//! A type of SMIv1 in an SMIv2 module.
//!
//! What SMIv1 calls Counter and Gauge is Counter32 and Gauge32 in SMIv2; NetworkAddress is IpAddress.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, ..)) = s.named() else { return };
    let right = match name.text() {
        "Counter" => "Counter32",
        "Gauge" => "Gauge32",
        "NetworkAddress" => "IpAddress",
        _ => return,
    };
    if s.v2() {
        out.push(
            Diagnostic::new(
                Code::Smiv1Type,
                format!("`{}` has the SMIv1 type {}", s.owner.text(), name.text()),
            )
            .at(name.span(), "not a type of SMIv2")
            .help(format!("write {right}"))
            .fix(name.span(), right),
        );
    }
}
