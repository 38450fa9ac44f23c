//! What `snmpwalk -On -Oe` prints.

use mibc_runtime::oid::OidRef;
use mibc_runtime::show::{self, Style};
use mibc_runtime::value::ValueRef;

pub(super) fn line(name: OidRef<'_>, value: ValueRef<'_>) -> String {
    let text = match value {
        // Decimal places of a number would not be all that it has.
        ValueRef::Opaque(octets) => {
            let octets: String = octets.iter().map(|octet| format!("{octet:02X} ")).collect();
            format!("Opaque: {octets}")
        }
        // A carriage return in quotes looks like the end of a line of Windows.
        ValueRef::OctetString(octets) if octets.contains(&b'\r') => {
            let octets: String = octets.iter().map(|octet| format!("{octet:02X} ")).collect();
            format!("Hex-STRING: {octets}")
        }
        value => show::value(value, None, None, &Style::default(), &|oid| format!(".{oid}")),
    };
    format!(".{name} = {text}\n")
}
