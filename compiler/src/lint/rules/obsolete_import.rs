//! An SMIv2 module that imports from a base module of SMIv1.
//!
//! A module is written in one version of the SMI. What SMIv1 defines in RFC1155-SMI, RFC-1212 and RFC-1215, SMIv2 defines
//! in SNMPv2-SMI, SNMPv2-TC and SNMPv2-CONF, some of it under other names (Counter is Counter32, Gauge is Gauge32).

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if !m.v2() || m.is_base() {
        return;
    }
    for import in &m.tree.imports {
        if matches!(import.module.text(), "RFC1155-SMI" | "RFC1065-SMI" | "RFC-1212" | "RFC-1215") {
            out.push(
                Diagnostic::new(
                    Code::ObsoleteImport,
                    format!("an SMIv2 module imports from {}", import.module.text()),
                )
                .at(import.module.span(), "a base module of SMIv1")
                .help("import from SNMPv2-SMI, SNMPv2-TC or SNMPv2-CONF"),
            );
        }
    }
}
