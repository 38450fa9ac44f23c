//! The receiver's configuration beside its documented form: the README of `receiver/snmpreceiver` of
//! <https://github.com/open-telemetry/opentelemetry-collector-contrib>, with the rules that the receiver applies when
//! it reads it.

use super::form::{Form, is_name, is_oid, items, json, oid, string, text};
use serde_json::Value;

/// Text in which no reference to the environment is left.
fn plain() -> Form {
    Form::Text("text with `$$` for a dollar sign", |text| !text.replace("$$", "").contains('$'))
}

fn form() -> Form {
    let instance = || Form::Text("an instance .0", |oid| is_oid(oid) && oid.ends_with(".0"));
    let list = |form: Form| Form::List(Box::new(form), false);
    let source = |oid: Form| {
        let name = Form::Keys(vec![("name", true, Form::Text("a name", is_name)), ("value", false, text())]);
        Form::Keys(vec![
            ("oid", true, oid),
            ("resource_attributes", false, list(text())),
            ("attributes", false, list(name)),
        ])
    };
    let value_type = || Form::OneOf(&["int", "double"]);
    let sum = Form::Keys(vec![
        ("value_type", true, value_type()),
        ("monotonic", true, Form::Bool),
        ("aggregation", true, Form::OneOf(&["cumulative", "delta"])),
    ]);
    let metric = Form::Keys(vec![
        ("description", true, plain()),
        (
            "unit",
            true,
            Form::Text("a unit", |unit| !unit.is_empty() && !unit.contains(' ') && unit.is_ascii()),
        ),
        ("gauge", false, Form::Keys(vec![("value_type", true, value_type())])),
        ("sum", false, sum),
        ("scalar_oids", false, list(source(instance()))),
        ("column_oids", false, list(source(oid()))),
    ]);
    let attribute = Form::Keys(vec![
        ("description", true, plain()),
        ("oid", false, oid()),
        ("indexed_value_prefix", false, Form::Text("a name", |text| !text.is_empty())),
    ]);
    let resource_attribute =
        Form::Keys(vec![("description", true, plain()), ("scalar_oid", true, instance())]);
    let receiver = Form::Keys(vec![
        ("collection_interval", true, Form::Text("a duration", |text| text.ends_with('s'))),
        ("endpoint", true, Form::Text("scheme://host:port", |text| text.starts_with("udp://"))),
        ("version", true, Form::OneOf(&["v1", "v2c", "v3"])),
        ("community", true, text()),
        ("resource_attributes", false, Form::Map(is_name, Box::new(resource_attribute))),
        ("attributes", false, Form::Map(is_name, Box::new(attribute))),
        ("metrics", true, Form::Map(is_name, Box::new(metric))),
    ]);
    let receivers = Form::Map(|key| key == "snmp" || key.starts_with("snmp/"), Box::new(receiver));
    Form::Keys(vec![("receivers", true, receivers)])
}

/// Checks a file: its form, and that its parts fit each other.
pub(crate) fn check(name: &str, file: &str) -> Value {
    let value = json(serde_norway::from_str(file).unwrap_or_else(|error| panic!("{name}: {error}")));
    form().check(name, &value);
    for receiver in value["receivers"].as_object().expect("checked").values() {
        let absent = Value::Null;
        let attributes = receiver.get("attributes").unwrap_or(&absent);
        let resources = receiver.get("resource_attributes").unwrap_or(&absent);
        for (key, attribute) in attributes.as_object().into_iter().flatten() {
            let ways = [attribute.get("oid"), attribute.get("indexed_value_prefix")];
            assert_eq!(ways.iter().flatten().count(), 1, "{name}: {key} has one source");
        }
        for (key, metric) in receiver["metrics"].as_object().expect("checked") {
            let place = format!("{name}: {key}");
            assert!(metric.get("gauge").is_some() != metric.get("sum").is_some(), "{place}: gauge or sum");
            let (scalars, columns) = (items(&metric["scalar_oids"]), items(&metric["column_oids"]));
            assert_eq!(scalars.len() + columns.len(), 1, "{place}: one OID");
            for source in scalars.iter().chain(columns) {
                for resource in items(&source["resource_attributes"]) {
                    assert!(resources.get(string(resource)).is_some(), "{place}: {resource} is not there");
                }
                for attribute in items(&source["attributes"]) {
                    assert!(attributes.get(string(&attribute["name"])).is_some(), "{place}: {attribute}");
                }
            }
            assert!(
                scalars.iter().all(|source| source.get("attributes").is_none()),
                "{place}: rows of a scalar"
            );
            // The receiver wants to tell rows apart.
            assert!(
                columns.iter().all(|source| !items(&source["attributes"]).is_empty()),
                "{place}: rows alike"
            );
        }
    }
    value
}
