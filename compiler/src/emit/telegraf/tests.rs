//! Fields, tags, conversions and processors.

use super::{Options, telegraf};
use crate::emit::collectors::sample::{compilation, selection};
use crate::emit::collectors::{Config, ConfigError};
use toml::{Table, Value};

fn write(tables: &str, walks: &str, lookups: &str) -> Config {
    let compilation = compilation();
    let selection = selection(&compilation, tables, walks, lookups);
    telegraf(&compilation.model, &selection, &Options::default()).expect("a configuration")
}

fn read(config: &Config) -> Table {
    config.text.parse().expect("TOML")
}

fn value(text: &str) -> Value {
    let table: Table = format!("x = {text}").parse().expect("TOML");
    table["x"].clone()
}

#[test]
fn scalars_are_fields_with_their_instance() {
    let config = write("", "age load name blob since", "");
    let input = &read(&config)["inputs"]["snmp"][0];
    assert_eq!(input["agents"], value("['udp://127.0.0.1:161']"));
    assert_eq!(
        input["field"],
        value(
            "[{name='name', oid='1.3.6.1.4.1.9.1.0'}, {name='age', oid='1.3.6.1.4.1.9.2.0'}, \
             {name='load', oid='1.3.6.1.4.1.9.3.0'}, \
             {name='since', oid='1.3.6.1.4.1.9.6.0', conversion='hex'}]"
        )
    );
    assert_eq!(config.notes, ["blob is left out: Telegraf has no type for Opaque"]);
}

#[test]
fn index_objects_and_lookups_are_tags() {
    let config = write("portTable moreTable", "", "portName");
    let file = read(&config);
    let tables = &file["inputs"]["snmp"][0]["table"];
    assert_eq!(tables[0].get("index_as_tag"), None);
    let fields = tables[0]["field"].as_array().expect("a list");
    assert_eq!(
        fields.iter().filter(|field| field.get("is_tag").is_some()).cloned().collect::<Vec<_>>(),
        [
            value("{name='portIndex', oid='1.3.6.1.4.1.9.10.1.1', is_tag=true}"),
            value("{name='portName', oid='1.3.6.1.4.1.9.10.1.2', is_tag=true}")
        ]
    );
    assert_eq!(fields.len(), 8, "each once");
    let conversions: Vec<(&str, &str)> = fields
        .iter()
        .filter_map(|field| Some((field["name"].as_str()?, field.get("conversion")?.as_str()?)))
        .collect();
    let expected =
        [("portFlags", "hex"), ("portMac", "hwaddr"), ("portPhys", "hwaddr"), ("portHeat", "float(1)")];
    assert_eq!(conversions, expected);
    // An augmenting table has the columns of its base at the same index.
    assert_eq!(
        tables[1]["field"],
        value(
            "[{name='portIndex', oid='1.3.6.1.4.1.9.10.1.1', is_tag=true}, \
             {name='portName', oid='1.3.6.1.4.1.9.10.1.2', is_tag=true}, \
             {name='moreErrors', oid='1.3.6.1.4.1.9.11.1.1'}]"
        )
    );
    assert_eq!(
        file["processors"]["enum"],
        value(
            "[{order=2, namepass=['portTable'], mapping=[{fields=['portState'], dest='portState_label', \
             value_mappings={'1'='on', '2'='off', '3'='null'}}]}]"
        )
    );
}

#[test]
fn indexes_that_cannot_be_read_are_split() {
    let config = write("hopTable peerTable arpTable lostTable", "", "");
    let file = read(&config);
    let tables = file["inputs"]["snmp"][0]["table"].as_array().expect("a list");
    assert!(tables.iter().all(|table| table["index_as_tag"] == Value::Boolean(true)));
    let regex = file["processors"]["regex"].as_array().expect("a list");
    let tags = |measurement: &str| {
        let found = regex.iter().find(|entry| entry["namepass"][0].as_str() == Some(measurement));
        let tags = found.expect("the processor")["tags"].as_array().expect("a list");
        let text = |tag: &Value, key: &str| tag[key].as_str().expect("a text").to_owned();
        tags.iter().map(|tag| (text(tag, "result_key"), text(tag, "pattern"))).collect::<Vec<_>>()
    };
    assert_eq!(
        tags("hopTable"),
        [
            ("hopTo".to_owned(), r"^((?:\d+\.){3}\d+)\..*$".to_owned()),
            ("hopNumber".to_owned(), r"^(?:\d+\.){10}(\d+)\..*$".to_owned()),
            ("hopNumber_4".to_owned(), r"^(?:\d+\.){11}(\d+)\..*$".to_owned()),
        ]
    );
    // What comes after a part of any length cannot be counted to.
    assert_eq!(tags("peerTable"), [("portIndex".to_owned(), r"^(\d+)\..*$".to_owned())]);
    assert_eq!(tags("arpTable"), [("arpEntry_2".to_owned(), r"^(?:\d+\.){5}(\d+)$".to_owned())]);
    assert!(!config.text.contains("namepass = [\"lostTable\"]"));
}

#[test]
fn nothing_to_collect() {
    let compilation = compilation();
    let selection = selection(&compilation, "", "blob", "");
    let result = telegraf(&compilation.model, &selection, &Options::default());
    assert_eq!(result, Err(ConfigError::Empty));
}
