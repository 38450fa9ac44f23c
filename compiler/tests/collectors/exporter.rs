//! `snmp.yml` beside its documented form: `generator/FORMAT.md` and `generator/README.md` of
//! <https://github.com/prometheus/snmp_exporter>, and what `snmp_exporter` checks when it reads the file.

use super::form::{Form, is_name, is_oid, items, json, oid, string, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// `type` of a metric.
const METRICS: &[&str] = &[
    "gauge",
    "counter",
    "OctetString",
    "DateAndTime",
    "DisplayString",
    "PhysAddress48",
    "Float",
    "Double",
    "InetAddressIPv4",
    "InetAddressIPv6",
    "InetAddress",
    "EnumAsInfo",
    "EnumAsStateSet",
    "Bits",
    "LldpPortId",
];

/// `type` of an index: those that the exporter can read out of an OID; it stops at others.
const INDEXES: &[&str] = &[
    "gauge",
    "OctetString",
    "DisplayString",
    "PhysAddress48",
    "InetAddressIPv4",
    "InetAddressIPv6",
    "InetAddress",
    "InetAddressMissingSize",
    "EnumAsInfo",
];

/// `type` of a lookup: those that the exporter can make a label of.
const LOOKUPS: &[&str] = &[
    "gauge",
    "counter",
    "OctetString",
    "DisplayString",
    "PhysAddress48",
    "InetAddressIPv4",
    "InetAddressIPv6",
    "Float",
    "Double",
];

fn form() -> Form {
    let name = || Form::Text("a name", is_name);
    let enum_values = || Form::Map(|key| key.parse::<i32>().is_ok(), Box::new(text()));
    let index = Form::Keys(vec![
        ("labelname", true, name()),
        ("type", true, Form::OneOf(INDEXES)),
        ("fixed_size", false, Form::Integer(1, 65535)),
        ("implied", false, Form::Bool),
        ("enum_values", false, enum_values()),
    ]);
    let lookup = Form::Keys(vec![
        ("labels", true, Form::List(Box::new(name()), true)),
        ("labelname", true, name()),
        ("oid", false, oid()),
        ("type", false, Form::OneOf(LOOKUPS)),
    ]);
    let metric = Form::Keys(vec![
        ("name", true, name()),
        ("oid", true, oid()),
        ("type", true, Form::OneOf(METRICS)),
        ("help", true, text()),
        ("indexes", false, Form::List(Box::new(index), false)),
        ("lookups", false, Form::List(Box::new(lookup), false)),
        ("enum_values", false, enum_values()),
    ]);
    let module = Form::Keys(vec![
        ("walk", false, Form::List(Box::new(oid()), false)),
        (
            "get",
            false,
            Form::List(
                Box::new(Form::Text("an instance .0", |oid| is_oid(oid) && oid.ends_with(".0"))),
                false,
            ),
        ),
        ("metrics", true, Form::List(Box::new(metric), false)),
    ]);
    let auth = Form::Keys(vec![("community", true, text()), ("version", true, Form::Integer(1, 3))]);
    Form::Keys(vec![
        ("auths", false, Form::Map(is_name, Box::new(auth))),
        ("modules", true, Form::Map(|_| true, Box::new(module))),
    ])
}

/// Checks a file: its form, and that its parts fit each other.
pub(crate) fn check(name: &str, file: &str) -> Value {
    let value = json(serde_norway::from_str(file).unwrap_or_else(|error| panic!("{name}: {error}")));
    form().check(name, &value);
    for module in value["modules"].as_object().expect("checked").values() {
        let mut names = BTreeSet::new();
        let mut oids = BTreeSet::new();
        for metric in items(&module["metrics"]) {
            let place = format!("{name}: {}", metric["name"]);
            assert!(names.insert(string(&metric["name"])), "{place} twice");
            let oid = string(&metric["oid"]);
            assert!(oids.insert(oid), "{place}: {oid} twice");
            check_metric(&place, metric);
            let below = |root: &Value| format!("{oid}.").starts_with(&format!("{}.", string(root)));
            let fetched = items(&module["get"]).iter().any(|get| string(get) == format!("{oid}.0"));
            assert!(fetched || items(&module["walk"]).iter().any(below), "{place} is not fetched");
        }
        let walks: Vec<String> =
            items(&module["walk"]).iter().map(|oid| format!("{}.", string(oid))).collect();
        for (at, walk) in walks.iter().enumerate() {
            let other =
                walks.iter().enumerate().find(|(other, root)| *other != at && walk.starts_with(*root));
            assert!(other.is_none(), "{name}: {walk} is walked twice");
        }
    }
    value
}

fn check_metric(place: &str, metric: &Value) {
    let indexes = items(&metric["indexes"]);
    let mut labels = BTreeSet::new();
    for (at, index) in indexes.iter().enumerate() {
        assert!(
            labels.insert(string(&index["labelname"])),
            "{place}: the label {} twice",
            index["labelname"]
        );
        let kind = string(&index["type"]);
        let octets = matches!(kind, "OctetString" | "DisplayString");
        assert!(octets || index.get("fixed_size").is_none(), "{place}: only strings have a size");
        let implied = index.get("implied").is_some() || kind == "InetAddressMissingSize";
        assert!(
            !implied || octets && at + 1 == indexes.len() || kind == "InetAddressMissingSize",
            "{place}: implied"
        );
    }
    for lookup in items(&metric["lookups"]) {
        let sources = items(&lookup["labels"]);
        assert_eq!(sources.is_empty(), lookup.get("oid").is_none(), "{place}: a lookup has an OID");
        assert!(sources.iter().all(|label| labels.contains(string(label))), "{place}: {lookup}");
    }
    let kind = string(&metric["type"]);
    let labelled = matches!(kind, "EnumAsInfo" | "EnumAsStateSet");
    assert!(!labelled || metric.get("enum_values").is_some(), "{place}: no labels");
    if let Some(values) = metric.get("enum_values").and_then(Value::as_object) {
        let distinct: BTreeSet<&str> = values.values().map(string).collect();
        assert_eq!(distinct.len(), values.len(), "{place}: a label twice");
    }
}
