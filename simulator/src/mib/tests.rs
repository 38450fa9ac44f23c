//! Devices of the modules that are built in.

use std::collections::BTreeSet;

use mibc_compiler::compile::{Compilation, compile};
use mibc_compiler::model::{Definition, Kind, Model};
use mibc_compiler::world::FsWorld;
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::BaseType;
use mibc_runtime::value::{Value, ValueKind};

use super::{Extent, device, is_readable};
use crate::Recording;

fn made(module: &str, rows: u32, seed: u64) -> (Compilation, Recording) {
    let compilation = compile(&FsWorld::new(), &[module]);
    assert!(!compilation.has_errors(), "{module}");
    let recording = device(&compilation.model, &compilation.requested, Extent { rows, seed });
    (compilation, recording)
}

fn values(recording: &Recording) -> Vec<(Oid, Value)> {
    recording.variables().map(|variable| (variable.name, variable.value.expect("it is fixed"))).collect()
}

/// The value and the size of all that is made is what the type allows.
fn check(model: &Model, definition: &Definition, value: &Value) {
    let name = model.spelling(definition.name);
    let syntax = &definition.object().expect("an object").syntax;
    let kind = match syntax.base.expect("a type") {
        BaseType::Integer32 => ValueKind::Integer,
        BaseType::Unsigned32 | BaseType::Gauge32 => ValueKind::Gauge32,
        BaseType::Counter32 => ValueKind::Counter32,
        BaseType::Counter64 => ValueKind::Counter64,
        BaseType::TimeTicks => ValueKind::TimeTicks,
        BaseType::OctetString | BaseType::Bits => ValueKind::OctetString,
        BaseType::ObjectIdentifier => ValueKind::ObjectIdentifier,
        BaseType::IpAddress => ValueKind::IpAddress,
        BaseType::Opaque => ValueKind::Opaque,
    };
    assert_eq!(value.as_ref().kind(), kind, "{name}");
    if !syntax.enums.is_empty() {
        let number = value.as_ref().as_i128();
        assert!(syntax.enums.iter().any(|(_, label)| Some(i128::from(*label)) == number), "{name} = {value}");
    } else if !syntax.range.is_empty() && syntax.base != Some(BaseType::Bits) {
        let measured = match value {
            Value::OctetString(octets) => octets.len() as i128,
            other => other.as_ref().as_i128().expect("a number"),
        };
        let fits = syntax.range.iter().any(|(low, high)| (*low..=*high).contains(&measured));
        assert!(fits, "{name} = {value}: {:?}", &*syntax.range);
    }
}

#[test]
fn every_object_of_every_module_has_values_that_fit() {
    for module in [
        "IF-MIB",
        "IP-MIB",
        "ENTITY-MIB",
        "HOST-RESOURCES-MIB",
        "BRIDGE-MIB",
        "LLDP-MIB",
        "SNMPv2-MIB",
        "OSPF-MIB",
    ] {
        let (compilation, recording) = made(module, 5, 3);
        let model = &compilation.model;
        let found = values(&recording);
        let requested = *compilation.requested.first().expect("the module");
        for id in &model[requested].definitions {
            let definition = &model[*id];
            if !matches!(definition.kind, Kind::Scalar(_) | Kind::Column(..)) {
                continue;
            }
            let (Some(object), Some(oid)) = (definition.object(), &definition.oid) else { continue };
            if !is_readable(object) {
                continue;
            }
            let own: Vec<_> = found.iter().filter(|(name, _)| name.starts_with(oid)).collect();
            assert!(!own.is_empty(), "{module}: {} has no value", model.spelling(definition.name));
            for (_, value) in own {
                check(model, definition, value);
            }
        }
    }
}

#[test]
fn a_table_has_its_rows_and_its_index() {
    let (_, recording) = made("IF-MIB", 48, 1);
    let found = values(&recording);
    let column = |number: u32| -> Vec<(u32, &Value)> {
        let column = Oid::from_arcs(&[1, 3, 6, 1, 2, 1, 2, 2, 1, number]).expect("an OID");
        found
            .iter()
            .filter(|(name, _)| name.starts_with(&column))
            .map(|(name, value)| (name.last(), value))
            .collect()
    };
    let index: Vec<_> = column(1).into_iter().map(|(row, value)| (row, value.clone())).collect();
    let expected: Vec<_> =
        (1..=48_u32).map(|row| (row, Value::Integer(row.try_into().expect("small")))).collect();
    assert_eq!(index, expected);
    assert!(column(8).iter().all(|(_, status)| **status == Value::Integer(1)), "all are up");
    assert!(column(3).iter().all(|(_, kind)| **kind == Value::Integer(6)), "all are Ethernet");
    let addresses: BTreeSet<_> = column(6).into_iter().map(|(_, value)| value.to_string()).collect();
    assert_eq!(addresses.len(), 48);
    // ifXTable augments it.
    let names = Oid::from_arcs(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1]).expect("an OID");
    let names: Vec<_> = found.iter().filter(|(name, _)| name.starts_with(&names)).collect();
    assert_eq!(names.len(), 48);
    assert_eq!(names.first().map(|(_, value)| value.clone()), Some(Value::from("eth1")));
}

#[test]
fn a_seed_gives_the_same_device_and_another_one_another() {
    let of = |seed| values(&made("IF-MIB", 8, seed).1);
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn a_device_of_any_module_says_what_it_is() {
    let (_, recording) = made("UPS-MIB", 2, 0);
    let described: Oid = "1.3.6.1.2.1.1.1.0".parse().expect("an OID");
    let found = values(&recording).into_iter().find(|(name, _)| *name == described).map(|(_, value)| value);
    assert_eq!(found, Some(Value::from("simulated device of UPS-MIB")));
}
