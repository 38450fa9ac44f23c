//! The form of a document: which keys it may have, and which values.

use serde_json::Value;

/// What a value may be.
pub(crate) enum Form {
    /// A text that passes a check; the name says what is wanted.
    Text(&'static str, fn(&str) -> bool),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number in a range, both ends included.
    Integer(i64, i64),
    /// `true` or `false`.
    Bool,
    /// A list; whether it may be empty.
    List(Box<Form>, bool),
    /// Keys of the user's choice, that pass a check.
    Map(fn(&str) -> bool, Box<Form>),
    /// These keys, those with `true` required.
    Keys(Vec<(&'static str, bool, Form)>),
}

/// Any text.
pub(crate) fn text() -> Form {
    Form::Text("a text", |_| true)
}

/// Dotted numbers without a dot before them.
pub(crate) fn oid() -> Form {
    Form::Text("an OID", is_oid)
}

pub(crate) fn is_oid(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|arc| arc.parse::<u32>().is_ok_and(|n| n.to_string() == arc))
}

/// A name of a metric or label of Prometheus' data model, which others take as well.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Form {
    /// Checks a value; `path` says where it stands.
    pub(crate) fn check(&self, path: &str, value: &Value) {
        match (self, value) {
            (Form::Text(wanted, check), Value::String(text)) => {
                assert!(check(text), "{path}: {text:?} is not {wanted}");
            }
            (Form::OneOf(known), Value::String(text)) => {
                assert!(known.contains(&text.as_str()), "{path}: {text:?} is none of {known:?}");
            }
            (Form::Integer(low, high), Value::Number(number)) => {
                let number = number.as_i64().unwrap_or_else(|| panic!("{path}: {number} is no whole number"));
                assert!((*low..=*high).contains(&number), "{path}: {number} is not in {low}..={high}");
            }
            (Form::Bool, Value::Bool(_)) => {}
            (Form::List(form, may_be_empty), Value::Array(items)) => {
                assert!(*may_be_empty || !items.is_empty(), "{path} is empty");
                items.iter().enumerate().for_each(|(at, item)| form.check(&format!("{path}[{at}]"), item));
            }
            (Form::Map(check, form), Value::Object(map)) => {
                for (key, value) in map {
                    assert!(check(key), "{path}: the key {key:?}");
                    form.check(&format!("{path}.{key}"), value);
                }
            }
            (Form::Keys(keys), Value::Object(map)) => {
                for (key, required, _) in keys {
                    assert!(!required || map.contains_key(*key), "{path}: {key} is missing");
                }
                for (key, value) in map {
                    let known = keys.iter().find(|(known, ..)| known == key);
                    let (.., form) = known.unwrap_or_else(|| panic!("{path}: {key} is not documented"));
                    form.check(&format!("{path}.{key}"), value);
                }
            }
            (_, value) => panic!("{path}: {value} is of another type"),
        }
    }
}

/// YAML as JSON: keys that are numbers become texts.
pub(crate) fn json(value: serde_norway::Value) -> Value {
    use serde_norway::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(number) => number.as_i64().map_or_else(|| number.as_f64().into(), Value::from),
        Yaml::String(text) => text.into(),
        Yaml::Sequence(items) => items.into_iter().map(json).collect(),
        Yaml::Mapping(map) => {
            let key = |key: Yaml| match json(key) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Value::Object(map.into_iter().map(|(name, value)| (key(name), json(value))).collect())
        }
        Yaml::Tagged(tagged) => panic!("a tag: {tagged:?}"),
    }
}

/// The items of a list; none if there is none.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text that must be there.
pub(crate) fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
