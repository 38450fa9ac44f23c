//! The exporter's types of metrics and of index labels.

use super::Enums;
use super::schema::Index;
use crate::emit::collectors::{Convention, Form, Part, identifier};
use crate::model::{Model, Syntax};
use mibc_runtime::syntax::BaseType;
use std::collections::{BTreeMap, BTreeSet};

/// The types that a metric can have (`generator/README.md` of the exporter).
pub const TYPES: [&str; 18] = [
    "gauge",
    "counter",
    "OctetString",
    "DateAndTime",
    "ParseDateAndTime",
    "NTPTimeStamp",
    "DisplayString",
    "PhysAddress48",
    "Float",
    "Double",
    "InetAddressIPv4",
    "InetAddressIPv6",
    "InetAddress",
    "InetAddressMissingSize",
    "EnumAsInfo",
    "EnumAsStateSet",
    "Bits",
    "LldpPortId",
];

/// The type of a metric, or of a value that is looked up. `None` if the exporter has none.
pub(super) fn metric_type(model: &Model, syntax: &Syntax, enums: Enums) -> Option<&'static str> {
    let labelled = !syntax.enums.is_empty();
    Some(match (syntax.base?, Convention::of(model, syntax)) {
        (BaseType::Opaque, Some(Convention::Float)) => "Float",
        (BaseType::Opaque, Some(Convention::Double)) => "Double",
        (BaseType::Opaque, _) => return None,
        (BaseType::OctetString, Some(convention)) => match convention {
            Convention::Text => "DisplayString",
            Convention::Address => "PhysAddress48",
            Convention::DateAndTime => "DateAndTime",
            Convention::InetAddress => "InetAddress",
            Convention::InetAddressIPv4 => "InetAddressIPv4",
            Convention::InetAddressIPv6 => "InetAddressIPv6",
            Convention::LldpPortId => "LldpPortId",
            _ => "OctetString",
        },
        (BaseType::OctetString | BaseType::ObjectIdentifier, _) => "OctetString",
        (BaseType::Bits, _) => "Bits",
        (BaseType::IpAddress, _) => "InetAddressIPv4",
        (BaseType::Counter32 | BaseType::Counter64, _) => "counter",
        (BaseType::Integer32 | BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::TimeTicks, _) => {
            match enums {
                Enums::Info if labelled => "EnumAsInfo",
                Enums::StateSet if labelled => "EnumAsStateSet",
                _ => "gauge",
            }
        }
    })
}

/// Labels by number; each number and each label once, since the exporter makes a time series of each.
pub(super) fn enum_values(model: &Model, syntax: &Syntax) -> BTreeMap<i64, String> {
    let enums = syntax.enums.iter().map(|&(name, number)| (number, name));
    let bits = syntax.bits.iter().map(|&(name, position)| (i64::from(position), name));
    let mut values = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (number, name) in enums.chain(bits) {
        let label = model.spelling(name);
        if values.contains_key(&number) {
            continue;
        }
        let again = !seen.insert(label);
        values.insert(number, if again { format!("{label}({number})") } else { label.to_owned() });
    }
    values
}

/// The labels of an index, by what each part takes of the OID; and those that only fill a gap, to be dropped.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    pub(super) labels: Vec<Index>,
    pub(super) fillers: Vec<String>,
    /// Names of parts that are OIDs: the exporter reads each sub-identifier as an octet.
    pub(super) oids: Vec<String>,
}

pub(super) fn labels(model: &Model, parts: &[Part<'_>], enums: Enums) -> Labels {
    let mut found = Labels::default();
    let mut kind_before = false;
    for part in parts {
        let name = identifier(&part.name);
        let convention = Convention::of(model, part.syntax);
        let mut index = Index {
            labelname: name,
            kind: "gauge",
            fixed_size: None,
            implied: false,
            enum_values: BTreeMap::new(),
        };
        let text = if convention == Some(Convention::Text) { "DisplayString" } else { "OctetString" };
        match (part.form, convention) {
            (Form::Integer, _) => {
                index.enum_values = enum_values(model, part.syntax);
                if enums != Enums::Gauge && !index.enum_values.is_empty() {
                    index.kind = "EnumAsInfo";
                }
            }
            (Form::IpAddress, _) => index.kind = "InetAddressIPv4",
            (Form::NetworkAddress, _) => {
                let filler = format!("{}_kind", index.labelname);
                found.fillers.push(filler.clone());
                found.labels.push(Index { labelname: filler, ..index.clone() });
                index.kind = "InetAddressIPv4";
            }
            (Form::Fixed(4), Some(Convention::InetAddressIPv4)) => index.kind = "InetAddressIPv4",
            (Form::Fixed(16), Some(Convention::InetAddressIPv6)) => index.kind = "InetAddressIPv6",
            (Form::Fixed(6), Some(Convention::Address)) => index.kind = "PhysAddress48",
            (Form::Fixed(size), _) => {
                index.kind = text;
                index.fixed_size = Some(size);
            }
            (Form::Variable | Form::Implied, Some(Convention::InetAddress)) if kind_before => {
                // The type of the address comes before it, and is read with it.
                found.labels.pop();
                index.kind =
                    if part.form == Form::Implied { "InetAddressMissingSize" } else { "InetAddress" };
            }
            (Form::Variable, _) => index.kind = text,
            (Form::Implied, _) => {
                index.kind = text;
                index.implied = true;
            }
            (Form::Oid | Form::ImpliedOid, _) => {
                index.kind = "OctetString";
                index.implied = part.form == Form::ImpliedOid;
                found.oids.push(part.name.clone());
            }
        }
        kind_before = convention == Some(Convention::InetAddressType);
        found.labels.push(index);
    }
    found
}
