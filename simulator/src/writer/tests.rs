//! What is written is read again as it was.

use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value, VarBind};
use proptest::prelude::*;

use super::line;
use crate::reader::{Format, read};

fn values() -> impl Strategy<Value = Value> {
    let octets = || prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        octets().prop_map(|octets| Value::OctetString(octets.into())),
        "[ -~\n\t]{0,60}".prop_map(|text| Value::OctetString(text.into_bytes().into())),
        Just(Value::ObjectIdentifier("1.3.6.1.4.1.8072".parse().expect("an OID"))),
        any::<[u8; 4]>().prop_map(|octets| Value::IpAddress(IpAddress(octets))),
        any::<u32>().prop_map(|number| Value::Counter32(Counter32(number))),
        any::<u32>().prop_map(|number| Value::Gauge32(Gauge32(number))),
        any::<u32>().prop_map(|number| Value::TimeTicks(TimeTicks(number))),
        any::<u64>().prop_map(|number| Value::Counter64(Counter64(number))),
        octets().prop_map(|octets| Value::Opaque(Opaque(octets))),
        Just(Value::Null),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
    ]
}

proptest! {
    #[test]
    fn every_form_gives_back_what_it_got(values in prop::collection::vec(values(), 1..20)) {
        let variables: Vec<VarBind> = (1_u32..)
            .zip(values)
            .map(|(row, value)| VarBind::new(Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 9, row]).expect("an OID"), value))
            .collect();
        for format in [Format::Snmprec, Format::Walk, Format::Json] {
            let text: String =
                variables.iter().map(|variable| line(format, variable.name.as_ref(), variable.value.as_ref())).collect();
            let read = read(text.as_bytes(), format, None, None);
            prop_assert_eq!(&read.problems, &Vec::new(), "{:?}:\n{}", format, &text);
            let found: Vec<VarBind> = read
                .recording
                .variables()
                .map(|variable| VarBind { name: variable.name, value: variable.value.expect("fixed") })
                .collect();
            prop_assert_eq!(&found, &variables, "{:?}:\n{}", format, &text);
        }
    }
}
