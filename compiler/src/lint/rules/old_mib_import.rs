//! An SMIv2 module that imports what RFC1213-MIB has given up.
//!
//! RFC1213-MIB is history: its groups live on in SNMPv2-MIB, IF-MIB, IP-MIB, TCP-MIB and UDP-MIB, its DisplayString and
//! PhysAddress in SNMPv2-TC (with a display hint, which those of RFC1213-MIB lack), `mib-2` and `transmission` in SNMPv2-SMI.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if !m.v2() || m.is_base() {
        return;
    }
    for import in
        m.tree.imports.iter().filter(|import| matches!(import.module.text(), "RFC1213-MIB" | "RFC1158-MIB"))
    {
        for symbol in &import.symbols {
            let definer = match symbol.text() {
                "DisplayString" | "PhysAddress" => "SNMPv2-TC",
                "mib-2" | "transmission" => "SNMPv2-SMI",
                name if name.starts_with("sys") || name.starts_with("snmp") => "SNMPv2-MIB",
                name if name.starts_with("if") => "IF-MIB",
                name if name.starts_with("ip") || name.starts_with("icmp") => "IP-MIB",
                name if name.starts_with("tcp") => "TCP-MIB",
                name if name.starts_with("udp") => "UDP-MIB",
                _ => continue,
            };
            out.push(
                Diagnostic::new(
                    Code::OldMibImport,
                    format!("`{}` has moved from {} to {definer}", symbol.text(), import.module.text()),
                )
                .at(symbol.span(), "from a module that is history")
                .help(format!("import it from {definer}")),
            );
        }
    }
}
