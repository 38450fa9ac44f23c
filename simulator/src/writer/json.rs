//! Lines of JSON.

use mibc_runtime::oid::OidRef;
use mibc_runtime::value::ValueRef;
use serde_json::{Value as Json, json};

use super::hexadecimal;

pub(super) fn line(name: OidRef<'_>, value: ValueRef<'_>) -> String {
    let line = json!({ "oid": name.to_string(), "type": value.kind().to_string(), "value": json(value) });
    format!("{line}\n")
}

fn json(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::OctetString(octets) => match std::str::from_utf8(octets) {
            Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => json!(text),
            _ => json!({ "hex": hexadecimal(octets) }),
        },
        // A number would not say which of its forms it has.
        ValueRef::Opaque(octets) => json!({ "hex": hexadecimal(octets) }),
        ValueRef::ObjectIdentifier(oid) => json!(oid.to_string()),
        ValueRef::IpAddress(address) => json!(address.to_string()),
        ValueRef::Counter64(number) => json!(number.0),
        other => {
            let number = other.as_i128().and_then(|number| i64::try_from(number).ok());
            number.map_or(Json::Null, |number| json!(number))
        }
    }
}
