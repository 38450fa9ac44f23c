//! `OID|tag|value`.

use mibc_runtime::ber::tag;
use mibc_runtime::oid::OidRef;
use mibc_runtime::value::ValueRef;

use super::hexadecimal;

pub(crate) fn line(name: OidRef<'_>, value: ValueRef<'_>) -> String {
    let (tag, text) = match value {
        ValueRef::Integer(number) => (tag::INTEGER.to_string(), number.to_string()),
        ValueRef::OctetString(octets) => octets_of(tag::OCTET_STRING, octets),
        ValueRef::Opaque(octets) => (format!("{}x", tag::OPAQUE), hexadecimal(octets)),
        ValueRef::ObjectIdentifier(oid) => (tag::OBJECT_IDENTIFIER.to_string(), oid.to_string()),
        ValueRef::IpAddress(address) => (tag::IP_ADDRESS.to_string(), address.to_string()),
        ValueRef::Counter32(number) => (tag::COUNTER32.to_string(), number.0.to_string()),
        ValueRef::Gauge32(number) => (tag::GAUGE32.to_string(), number.0.to_string()),
        ValueRef::TimeTicks(number) => (tag::TIME_TICKS.to_string(), number.0.to_string()),
        ValueRef::Counter64(number) => (tag::COUNTER64.to_string(), number.0.to_string()),
        ValueRef::NoSuchObject => (tag::NO_SUCH_OBJECT.to_string(), String::new()),
        ValueRef::NoSuchInstance => (tag::NO_SUCH_INSTANCE.to_string(), String::new()),
        ValueRef::EndOfMibView => (tag::END_OF_MIB_VIEW.to_string(), String::new()),
        ValueRef::Undecodable { tag, bytes } => (format!("{tag}x"), hexadecimal(bytes)),
        _ => (tag::NULL.to_string(), String::new()),
    };
    format!("{name}|{tag}|{text}\n")
}

/// As text where every reader gets the same octets of it.
fn octets_of(tag: u8, octets: &[u8]) -> (String, String) {
    let text = std::str::from_utf8(octets).ok().filter(|text| {
        // snmpsim cuts blanks off at the ends.
        text.bytes().all(|octet| (0x20..0x7f).contains(&octet)) && text.trim() == *text
    });
    match text {
        Some(text) => (tag.to_string(), text.to_owned()),
        None => (format!("{tag}x"), hexadecimal(octets)),
    }
}
