//! `default`: DEFVAL by the base type of its object. Values that do not fit the type are left out, as pysmi does.

use super::syntax::bits;
use crate::model::{DefaultValue, Model, Name, Object};
use mibc_runtime::syntax::BaseType;
use serde_json::{Value, json};

/// The value of the key `default`, if there is one.
pub(super) fn default(model: &Model, object: &Object) -> Option<Value> {
    let value = object.default.as_ref()?;
    let (base, value, format) = match object.syntax.base? {
        BaseType::OctetString | BaseType::IpAddress | BaseType::Opaque => {
            let (value, format) = octets(model, object, value)?;
            ("OctetString", Value::from(value), format)
        }
        BaseType::Bits => bits_default(model, object, value)?,
        BaseType::ObjectIdentifier => ("ObjectIdentifier", Value::from(oid(model, value)?), "oid"),
        _ => ("Integer32", Value::from(integer(object, value)?.to_string()), "decimal"),
    };
    Some(json!({ "default": { "basetype": base, "value": value, "format": format } }))
}

/// Written octets as hexadecimal digits in the case they are written in.
fn octets(model: &Model, object: &Object, value: &DefaultValue) -> Option<(String, &'static str)> {
    let (text, size, format) = match value {
        DefaultValue::Text(text) => {
            let text = model.text(*text);
            (text.to_owned(), text.chars().count(), "string")
        }
        DefaultValue::Bytes(octets) => {
            let written =
                object.default_span.map(|span| hexadecimal_digits(model.text(span))).unwrap_or_default();
            let same = written.len() == octets.len() * 2;
            (if same { written } else { hex(octets) }, octets.len(), "hex")
        }
        DefaultValue::Int(number) => {
            let octets: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|&octet| octet == 0).collect();
            (hex(&octets), octets.len(), "hex")
        }
        _ => return None,
    };
    let size = i128::try_from(size).ok()?;
    let allowed = &object.syntax.range;
    let fits = allowed.is_empty() || allowed.iter().any(|&(min, max)| (min..=max).contains(&size));
    fits.then_some((text, format))
}

/// The digits of `'0aF'H`, made even; nothing of another text.
fn hexadecimal_digits(written: &str) -> String {
    let digits = written
        .trim()
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix("'H").or_else(|| rest.strip_suffix("'h")));
    match digits {
        Some(digits) if digits.len() % 2 == 1 => format!("0{digits}"),
        Some(digits) => digits.to_owned(),
        None => String::new(),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn bits_default(
    model: &Model,
    object: &Object,
    value: &DefaultValue,
) -> Option<(&'static str, Value, &'static str)> {
    match value {
        DefaultValue::Bits(names) => {
            let position = |name: &Name| object.syntax.bits.iter().find(|(label, _)| label == name);
            let labels: Option<Vec<_>> = names.iter().map(position).collect();
            let labels = labels?.into_iter().map(|&(name, n)| (model.spelling(name), n));
            Some(("Bits", json!({ "class": "type", "type": "Bits", "bits": bits(labels) }), "bits"))
        }
        DefaultValue::Bytes(_) | DefaultValue::Int(_) => {
            let (digits, format) = octets(model, object, value)?;
            Some(("Bits", Value::from(digits), format))
        }
        _ => None,
    }
}

fn integer(object: &Object, value: &DefaultValue) -> Option<i128> {
    let enums = &object.syntax.enums;
    let number = match value {
        DefaultValue::Int(number) => *number,
        DefaultValue::Label(label) => i128::from(enums.iter().find(|(name, _)| name == label)?.1),
        DefaultValue::Bytes(octets) if octets.len() <= 8 => {
            octets.iter().fold(0, |number, &octet| number << 8 | i128::from(octet))
        }
        _ => return None,
    };
    let range = &object.syntax.range;
    let fits = match (enums.is_empty(), range.is_empty()) {
        (false, _) => enums.iter().any(|&(_, n)| i128::from(n) == number),
        (true, false) => range.iter().any(|&(min, max)| (min..=max).contains(&number)),
        (true, true) => true,
    };
    fits.then_some(number)
}

/// As Python prints a tuple.
fn oid(model: &Model, value: &DefaultValue) -> Option<String> {
    let DefaultValue::Oid(names, numbers) = value else { return None };
    let [name] = names.as_slice() else { return None };
    if !numbers.is_empty() {
        return None;
    }
    let arcs: Vec<String> = model[name.bound()?].oid.as_ref()?.arcs().map(|arc| arc.to_string()).collect();
    Some(format!("({})", arcs.join(", ")))
}
