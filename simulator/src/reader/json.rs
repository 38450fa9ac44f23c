//! Lines of JSON: objects with `oid`, `type` and `value`, as `mibc walk --format json` prints them. What else is in them
//! does not matter.

use mibc_runtime::ber::tag;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use serde_json::Value as Json;

use super::tagged::{hexadecimal, value_of_tag};
use super::{Reading, lines};
use crate::problem::shown;

pub(super) fn read(octets: &[u8], reading: &mut Reading<'_>) {
    let mut problems = Vec::new();
    let lines = lines(octets, &mut problems);
    reading.problems.append(&mut problems);
    for (number, line) in lines {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match entry(line) {
            Ok((name, value)) => reading.draft.fixed(name, value),
            Err(message) => reading.problem(number, message),
        }
    }
}

fn entry(line: &[u8]) -> Result<(Oid, Value), String> {
    let json: Json = serde_json::from_slice(line).map_err(|error| format!("not a JSON object: {error}"))?;
    let text = |key: &str| {
        json.get(key).and_then(Json::as_str).ok_or_else(|| {
            format!(
                "expected an object with `oid`, `type` and `value`, in which `{key}` is text: {}",
                shown(&json.to_string())
            )
        })
    };
    let name = text("oid")?;
    let name: Oid = name.parse().map_err(|error| format!("`{}` is not an OID: {error}", shown(name)))?;
    let value = json.get("value").unwrap_or(&Json::Null);
    Ok((name, value_of(text("type")?, value)?))
}

fn value_of(kind: &str, value: &Json) -> Result<Value, String> {
    let tag = match kind {
        "Integer32" => tag::INTEGER,
        "OctetString" => tag::OCTET_STRING,
        "ObjectIdentifier" => tag::OBJECT_IDENTIFIER,
        "IpAddress" => tag::IP_ADDRESS,
        "Counter32" => tag::COUNTER32,
        "Gauge32" | "Unsigned32" => tag::GAUGE32,
        "TimeTicks" => tag::TIME_TICKS,
        "Opaque" => tag::OPAQUE,
        "Counter64" => tag::COUNTER64,
        "no value" | "Null" => return Ok(Value::Null),
        "noSuchObject" => return Ok(Value::NoSuchObject),
        "noSuchInstance" => return Ok(Value::NoSuchInstance),
        "endOfMibView" => return Ok(Value::EndOfMibView),
        other => {
            return Err(format!("`{}` is not a type; such as Integer32 and OctetString are", shown(other)));
        }
    };
    let octets = value.get("hex").and_then(Json::as_str);
    match (tag, value, octets) {
        (tag::OCTET_STRING, _, Some(digits)) => Ok(Value::OctetString(hexadecimal(digits)?.into())),
        (tag::OPAQUE, _, Some(digits)) => Ok(Value::Opaque(hexadecimal(digits)?.into())),
        (tag::OCTET_STRING, Json::String(text), _) => Ok(Value::OctetString(text.as_bytes().into())),
        (tag::OPAQUE, Json::Number(number), _) => Ok(opaque(number)),
        (tag::OCTET_STRING | tag::OPAQUE, other, _) => {
            Err(format!("expected text or {{\"hex\": digits}}, found {}", shown(&other.to_string())))
        }
        (tag, Json::String(text), _) => value_of_tag(tag, None, text),
        (tag, Json::Number(number), _) => value_of_tag(tag, None, &number.to_string()),
        (_, other, _) => {
            Err(format!("expected a value of the type {kind}, found {}", shown(&other.to_string())))
        }
    }
}

/// net-snmp's numbers in an Opaque. Which of them it was is not in JSON: a float where that loses nothing.
fn opaque(number: &serde_json::Number) -> Value {
    let (kind, content): (u8, Vec<u8>) = match (number.as_u64(), number.as_i64(), number.as_f64()) {
        (Some(number), ..) => (0x7b, unsigned(number)),
        (None, Some(number), _) => (0x7a, shortest(&number.to_be_bytes())),
        (.., number) => {
            let number = number.unwrap_or_default();
            let float = number as f32;
            match f64::from(float).to_string() == number.to_string()
                || float.to_string() == number.to_string()
            {
                true => (0x78, float.to_be_bytes().to_vec()),
                false => (0x79, number.to_be_bytes().to_vec()),
            }
        }
    };
    opaque_of(kind, &content)
}

/// The shortest form of a number with a sign in BER.
pub(super) fn shortest(mut octets: &[u8]) -> Vec<u8> {
    while let [first, rest @ ..] = octets
        && rest.first().is_some_and(|second| matches!((first, second), (0, 0..=0x7f) | (0xff, 0x80..)))
    {
        octets = rest;
    }
    octets.to_vec()
}

/// The same of a number without one: a leading zero where it would be taken for a sign.
pub(super) fn unsigned(number: u64) -> Vec<u8> {
    let mut octets = vec![0];
    octets.extend(number.to_be_bytes());
    shortest(&octets)
}

/// A number in an Opaque, as net-snmp wraps it: 0x9f, its kind, its length, its octets.
pub(super) fn opaque_of(kind: u8, content: &[u8]) -> Value {
    let mut octets = vec![0x9f, kind, content.len() as u8];
    octets.extend_from_slice(content);
    Value::Opaque(octets.into())
}
