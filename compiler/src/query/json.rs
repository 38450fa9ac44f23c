//! Varbinds as JSON.

use super::Renderer;
use mibc_runtime::value::{ValueRef, VarBind};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// A varbind as JSON has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Varbind {
    /// Its name, as a renderer has it.
    pub name: String,
    /// The same in numbers.
    pub oid: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its [value].
    pub value: Json,
    /// The short text of its value, which may depend on others.
    pub text: String,
}

/// A varbind with the name of one renderer and the text of another one, which is for short texts. Others beside it are of
/// the same row or notification.
pub fn varbind(
    renderer: &Renderer<'_>,
    quick: &Renderer<'_>,
    varbind: &VarBind,
    others: &[&VarBind],
) -> Varbind {
    let name = varbind.name.as_ref();
    Varbind {
        name: renderer.name(name),
        oid: varbind.name.to_string(),
        kind: varbind.value.as_ref().kind().to_string(),
        value: value(varbind.value.as_ref()),
        text: quick.value_beside(name, varbind.value.as_ref(), others),
    }
}

/// The value itself: a number, also one that `Opaque` holds, a text, octets that are not text as hexadecimal digits, or
/// null.
pub fn value(value: ValueRef<'_>) -> Json {
    let hexadecimal = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    match value {
        ValueRef::OctetString(octets) => match std::str::from_utf8(octets) {
            Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => json!(text),
            _ => json!({ "hex": hexadecimal(octets) }),
        },
        ValueRef::Opaque(octets) => match (value.to_number(), value.to_f64()) {
            (Some(number), _) => whole(number),
            (None, Some(number)) if number.is_finite() => json!(number),
            _ => json!({ "hex": hexadecimal(octets) }),
        },
        ValueRef::ObjectIdentifier(oid) => json!(oid.to_string()),
        ValueRef::IpAddress(address) => json!(address.to_string()),
        other => other.to_number().map_or(Json::Null, whole),
    }
}

fn whole(number: i128) -> Json {
    match number < 0 {
        true => json!(i64::try_from(number).unwrap_or(i64::MIN)),
        false => json!(u64::try_from(number).unwrap_or(u64::MAX)),
    }
}
