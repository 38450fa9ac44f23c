//! Metrics, units and attributes.

use super::{Options, otel};
use crate::emit::collectors::sample::{compilation, selection};
use crate::emit::collectors::{Config, ConfigError};
use serde_norway::Value;

fn write(tables: &str, walks: &str, lookups: &str) -> Config {
    let compilation = compilation();
    let selection = selection(&compilation, tables, walks, lookups);
    otel(&compilation.model, &selection, &Options::default()).expect("a configuration")
}

fn receiver(config: &Config) -> Value {
    let file: Value = serde_norway::from_str(&config.text).expect("YAML");
    file["receivers"]["snmp"].clone()
}

fn yaml(text: &str) -> Value {
    serde_norway::from_str(text).expect("YAML")
}

#[test]
fn scalars() {
    let config = write("", "age load name blob since", "");
    let receiver = receiver(&config);
    assert_eq!(
        receiver["resource_attributes"],
        yaml("{name: {description: 'The name, for $$5', scalar_oid: 1.3.6.1.4.1.9.1.0}}")
    );
    assert_eq!(
        receiver["metrics"],
        yaml(
            "{age: {description: The age, unit: cs, gauge: {value_type: int}, \
               scalar_oids: [{oid: 1.3.6.1.4.1.9.2.0, resource_attributes: [name]}]}, \
              load: {description: The load, unit: '1', gauge: {value_type: double}, \
               scalar_oids: [{oid: 1.3.6.1.4.1.9.3.0, resource_attributes: [name]}]}}"
        )
    );
    assert_eq!(config.notes.len(), 2, "{:?}", config.notes);
}

#[test]
fn rows_are_told_apart_by_their_index_objects() {
    let config = write("portTable moreTable", "", "portName");
    let receiver = receiver(&config);
    assert_eq!(
        receiver["attributes"],
        yaml(
            "{portIndex: {description: Its number, oid: 1.3.6.1.4.1.9.10.1.1}, \
              portName: {description: Its name, oid: 1.3.6.1.4.1.9.10.1.2}}"
        )
    );
    let metrics = &receiver["metrics"];
    assert_eq!(
        metrics["portOctets"],
        yaml(
            "{description: Octets, unit: By, \
              sum: {value_type: int, monotonic: true, aggregation: cumulative}, \
              column_oids: [{oid: 1.3.6.1.4.1.9.10.1.5, attributes: [{name: portIndex}, {name: portName}]}]}"
        )
    );
    assert_eq!(metrics["portState"]["description"], "Its state: on(1) off(2) null(3)");
    assert_eq!(metrics["portHeat"]["unit"], "Cel");
    assert_eq!(metrics["moreErrors"]["unit"], "{frames}");
    assert_eq!(
        metrics["moreErrors"]["column_oids"][0]["attributes"],
        yaml("[{name: portIndex}, {name: portName}]")
    );
    assert!(metrics.get("portIndex").is_none(), "it is an attribute");
    assert_eq!(config.notes.len(), 3, "{:?}", config.notes);
}

#[test]
fn an_index_that_cannot_be_read_is_one_attribute() {
    let config = write("hopTable lostTable", "", "");
    let receiver = receiver(&config);
    assert_eq!(
        receiver["attributes"]["hopEntry"],
        yaml(
            "{description: 'The index of the row: hopTo, hopMac, hopNumber, hopNumber_4, hopId', indexed_value_prefix: hopEntry}"
        )
    );
    assert_eq!(receiver["metrics"]["hopDelay"]["unit"], "ms");
    assert_eq!(receiver["metrics"]["lostUse"]["column_oids"][0]["attributes"], yaml("[{name: lostEntry}]"));
}

#[test]
fn text_columns_need_a_lookup() {
    let config = write("portTable", "", "");
    assert!(config.notes[0].contains("`--lookup portName`"), "{:?}", config.notes);
    let compilation = compilation();
    let selection = selection(&compilation, "", "portName", "");
    assert_eq!(otel(&compilation.model, &selection, &Options::default()), Err(ConfigError::Empty));
}
