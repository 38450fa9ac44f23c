//! `telegraf.conf` beside its documented form: the README of `inputs.snmp`
//! (<https://docs.influxdata.com/telegraf/v1/input-plugins/snmp/>), of `processors.enum` and of `processors.regex`.

use super::form::{Form, is_name, is_oid, items, oid, string, text};
use serde_json::Value;
use std::collections::BTreeSet;

fn form() -> Form {
    let name = || Form::Text("a name", is_name);
    let list = |form: Form| Form::List(Box::new(form), false);
    let conversion = || {
        Form::Text("a conversion", |text| {
            let places = text.strip_prefix("float(").and_then(|rest| rest.strip_suffix(')'));
            matches!(text, "hwaddr" | "ipaddr" | "hex") || places.is_some_and(|n| n.parse::<u8>().is_ok())
        })
    };
    let field = |oid: Form| {
        Form::Keys(vec![
            ("name", true, name()),
            ("oid", true, oid),
            ("is_tag", false, Form::Bool),
            ("conversion", false, conversion()),
        ])
    };
    let table = Form::Keys(vec![
        ("name", true, name()),
        ("index_as_tag", false, Form::Bool),
        ("field", true, list(field(oid()))),
    ]);
    let instance = Form::Text("an instance .0", |oid| is_oid(oid) && oid.ends_with(".0"));
    let snmp = Form::Keys(vec![
        ("agents", true, list(Form::Text("an address", |text| text.starts_with("udp://")))),
        ("version", true, Form::Integer(1, 3)),
        ("community", true, text()),
        ("name", true, name()),
        ("field", false, list(field(instance))),
        ("table", false, list(table)),
    ]);
    let split = Form::Keys(vec![
        ("key", true, Form::OneOf(&["index"])),
        ("pattern", true, Form::Text("a pattern", |text| text.starts_with('^') && text.ends_with('$'))),
        ("replacement", true, Form::OneOf(&["${1}"])),
        ("result_key", true, name()),
    ]);
    let mapping = Form::Keys(vec![
        ("fields", false, list(name())),
        ("tags", false, list(name())),
        ("dest", true, name()),
        ("value_mappings", true, Form::Map(|key| key.parse::<i64>().is_ok(), Box::new(text()))),
    ]);
    let regex = Form::Keys(vec![
        ("order", true, Form::Integer(1, 9)),
        ("namepass", true, list(name())),
        ("tags", true, list(split)),
    ]);
    let labels = Form::Keys(vec![
        ("order", true, Form::Integer(1, 9)),
        ("namepass", true, list(name())),
        ("mapping", true, list(mapping)),
    ]);
    let processors = Form::Keys(vec![("regex", false, list(regex)), ("enum", false, list(labels))]);
    let inputs = Form::Keys(vec![("snmp", true, list(snmp))]);
    Form::Keys(vec![("inputs", true, inputs), ("processors", false, processors)])
}

/// Checks a file: its form, and that its parts fit each other.
pub(crate) fn check(name: &str, file: &str) -> Value {
    let table: toml::Table = file.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
    let value = serde_json::to_value(table).expect("TOML fits JSON");
    form().check(name, &value);
    let input = &value["inputs"]["snmp"][0];
    let mut measurements = BTreeSet::from(["snmp"]);
    unique(name, items(&input["field"]), &[]);
    for table in items(&input["table"]) {
        let measurement = string(&table["name"]);
        assert!(measurements.insert(measurement), "{name}: {measurement} twice");
        let made: Vec<&str> = items(&value["processors"]["regex"])
            .iter()
            .filter(|regex| regex["namepass"][0] == measurement)
            .flat_map(|regex| items(&regex["tags"]))
            .map(|tag| string(&tag["result_key"]))
            .collect();
        let tagged = items(&table["field"]).iter().any(|field| field.get("is_tag").is_some());
        assert!(
            tagged || table.get("index_as_tag").is_some(),
            "{name}: the rows of {measurement} are all alike"
        );
        assert!(
            made.is_empty() || table.get("index_as_tag").is_some(),
            "{name}: {measurement} has no index to split"
        );
        unique(&format!("{name}: {measurement}"), items(&table["field"]), &made);
    }
    for labels in items(&value["processors"]["enum"]) {
        let measurement = string(&labels["namepass"][0]);
        let tables = items(&input["table"]).iter().filter(|table| table["name"] == measurement);
        let fields: Vec<&Value> = match measurement {
            "snmp" => items(&input["field"]).iter().collect(),
            _ => tables.flat_map(|table| items(&table["field"])).collect(),
        };
        for mapping in items(&labels["mapping"]) {
            let (key, tag) = if mapping.get("tags").is_some() { ("tags", true) } else { ("fields", false) };
            let found = fields.iter().find(|field| field["name"] == mapping[key][0]);
            let found = found.unwrap_or_else(|| panic!("{name}: {mapping} is about nothing"));
            assert_eq!(found.get("is_tag").is_some(), tag, "{name}: {mapping}");
        }
    }
    value
}

fn unique(place: &str, fields: &[Value], made: &[&str]) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for name in fields.iter().map(|field| string(&field["name"])).chain(made.iter().copied()) {
        assert!(names.insert(name), "{place}: {name} twice");
    }
}
