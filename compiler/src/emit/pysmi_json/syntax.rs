//! `syntax` and `type`: a SYNTAX clause as it is written, without what it inherits.

use crate::model::{Model, Ref, Syntax};
use mibc_runtime::syntax::BaseType;
use serde_json::{Map, Value, json};

/// The clause as pysmi writes it: `type`, `class`, and `constraints` or `bits`.
pub(super) fn syntax(model: &Model, syntax: &Syntax) -> Map<String, Value> {
    let mut map = Map::new();
    let name = type_name(model, syntax);
    map.insert("class".to_owned(), json!("type"));
    if name == "Bits" {
        map.insert("bits".to_owned(), bits(syntax.bits.iter().map(|&(name, n)| (model.spelling(name), n))));
    } else if let Some(constraints) = constraints(model, syntax) {
        map.insert("constraints".to_owned(), constraints);
    }
    map.insert("type".to_owned(), Value::from(name));
    map
}

/// Bits by name.
pub(super) fn bits<'m>(labels: impl Iterator<Item = (&'m str, u32)>) -> Value {
    Value::Object(labels.map(|(name, position)| (name.to_owned(), Value::from(position))).collect())
}

/// The name of the type as written: of a named type, of a type of the SMI, or of an ASN.1 type in two words.
fn type_name(model: &Model, syntax: &Syntax) -> String {
    let written = model.text(syntax.span).trim_start();
    let word = written.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    let name = match word {
        "OCTET" => "OCTET STRING",
        "OBJECT" => "OBJECT IDENTIFIER",
        "BITS" => "Bits",
        "NetworkAddress" => "IpAddress",
        _ => match syntax.named {
            Some(Ref::Bound(id)) => model.spelling(model[id].name),
            Some(Ref::Unresolved(name)) => model.spelling(name),
            None if word.is_empty() => syntax.base.map_or("", BaseType::as_str),
            None => word,
        },
    };
    super::words::python_name(name)
}

/// Labels, ranges or sizes written here.
fn constraints(model: &Model, syntax: &Syntax) -> Option<Value> {
    if syntax.declared_labels && !syntax.enums.is_empty() {
        let labels = syntax.enums.iter().map(|&(name, n)| (model.spelling(name).to_owned(), Value::from(n)));
        return Some(json!({ "enumeration": labels.collect::<Map<_, _>>() }));
    }
    let pieces = &syntax.declared_range;
    let (min, max) = pieces.iter().fold(None, |ends: Option<(i128, i128)>, &(low, high)| {
        Some(ends.map_or((low, high), |(min, max)| (min.min(low), max.max(high))))
    })?;
    let list: Vec<Value> =
        pieces.iter().map(|&(min, max)| json!({ "min": number(min), "max": number(max) })).collect();
    let strings = matches!(syntax.base, Some(BaseType::OctetString | BaseType::Opaque | BaseType::IpAddress));
    if !strings && (syntax.base.is_some() || !model.text(syntax.span).contains("SIZE")) {
        return Some(json!({ "range": list }));
    }
    let mut map = Map::from_iter([("size".to_owned(), Value::from(list))]);
    if min == max {
        map.insert("fixed".to_owned(), number(min));
    }
    Some(Value::Object(map))
}

/// A number, however large; one beyond 64 bits as a text, which no range of the SMI needs.
fn number(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => value.into(),
        (_, Ok(value)) => value.into(),
        _ => value.to_string().into(),
    }
}
