//! Conventions as generated code has them.

use std::{fmt, sync::LazyLock};

use super::{Convention, TypeInfo, debug_enum, fmt_bits, fmt_enum, fmt_hinted};
use crate::{
    index::{Form, IndexWriter},
    meta::{Meta, MetaBuilder, TypeDef},
    syntax::BaseType,
    value::{Bits, Gauge32, OctetString, Syntax, Value, ValueRef},
};

/// Types 0 to 4 of a module: an enumeration, bits, hinted text, a hinted number, bits without names. Generated code
/// has its bytes as a constant; here they are made once.
fn meta() -> Meta<'static> {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut builder = MetaBuilder::new("TEST-MIB");
        let labels =
            |all: &[(&str, i32)]| all.iter().map(|(label, number)| ((*label).into(), *number)).collect();
        let state = labels(&[("up", 1), ("down", 2)]);
        builder.add_type(TypeDef { labels: state, ..TypeDef::new(BaseType::Integer32) });
        let flags = labels(&[("low", 0), ("high", 9), ("broken", -1)]);
        builder.add_type(TypeDef { labels: flags, ..TypeDef::new(BaseType::Bits) });
        builder.add_type(TypeDef { hint: Some("1x:".into()), ..TypeDef::new(BaseType::OctetString) });
        builder.add_type(TypeDef { hint: Some("d-2".into()), ..TypeDef::new(BaseType::Unsigned32) });
        builder.add_type(TypeDef { hint: Some("wrong".into()), ..TypeDef::new(BaseType::Bits) });
        builder.finish().unwrap()
    });
    Meta::new(&BYTES)
}

struct Print<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Print<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

fn info(number: u32) -> TypeInfo {
    TypeInfo::new(meta(), number)
}

/// S13: a number without a label is not an error.
#[test]
fn enumerations_print_their_labels() {
    let show = |number: i32| Print(move |f: &mut fmt::Formatter<'_>| fmt_enum(info(0), number, f));
    assert_eq!(show(1).to_string(), "up");
    assert_eq!(show(17).to_string(), "unknown(17)");
    assert_eq!(format!("[{:<6}]", show(1)), "[up    ]");
    let debug = |number| Print(move |f: &mut fmt::Formatter<'_>| debug_enum(info(0), number, f)).to_string();
    assert_eq!(debug(2), "down(2)");
    assert_eq!(debug(-7), "unknown(-7)");
}

#[test]
fn types_that_are_not_described_print_plainly() {
    let nowhere = TypeInfo::new(Meta::EMPTY, 3);
    assert_eq!(Print(|f: &mut fmt::Formatter<'_>| fmt_enum(nowhere, 7, f)).to_string(), "7");
    assert_eq!(Print(|f: &mut fmt::Formatter<'_>| fmt_bits(nowhere, &Bits::from([1]), f)).to_string(), "{1}");
    assert!(nowhere.describe().is_none());
}

#[test]
fn bits_and_hints_print() {
    let bits = |bits: Bits| Print(move |f: &mut fmt::Formatter<'_>| fmt_bits(info(1), &bits, f)).to_string();
    assert_eq!(bits(Bits::from([0, 9])), "{low, high}");
    assert_eq!(bits(Bits::from([9, 70])), "{high, unknown(70)}");
    assert_eq!(bits(Bits::new()), "{}");
    let hinted = |number, value| Print(move |f: &mut fmt::Formatter<'_>| fmt_hinted(info(number), value, f));
    assert_eq!(hinted(2, ValueRef::OctetString(&[0, 27])).to_string(), "00:1b");
    assert_eq!(format!("{:>7}", hinted(2, ValueRef::OctetString(&[0, 27]))), "  00:1b");
    assert_eq!(hinted(3, ValueRef::Gauge32(Gauge32(5))).to_string(), "0.05");
    assert_eq!(hinted(3, ValueRef::NoSuchInstance).to_string(), "noSuchInstance");
    assert_eq!(hinted(2, ValueRef::Integer(3)).to_string(), "3");
}

/// BITS type of the test module. The constant cannot refer to bytes made at run time, so this leaves out the names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plain(Bits);

impl Convention for Plain {
    type Repr = Bits;
    const INFO: TypeInfo = TypeInfo::new(Meta::EMPTY, 0);

    fn wrap(repr: Bits) -> Self {
        Self(repr)
    }

    fn repr(&self) -> &Bits {
        &self.0
    }
}

/// The same over bytes as generated code has them: version 1, one type of bits named 0 and 9.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named(Bits);

const NAMED: &[u8] = b"\x01\x01\0\0\x12\0\0\0\0\0\x15\0\0\x1b\0\0\x01M\x15\0\0\x8a\x02\0\0\x12\x02\x01a\x01b";

impl Convention for Named {
    type Repr = Bits;
    const INFO: TypeInfo = TypeInfo::new(Meta::new(NAMED), 0);

    fn wrap(repr: Bits) -> Self {
        Self(repr)
    }

    fn repr(&self) -> &Bits {
        &self.0
    }
}

/// S5: all named bits are sent, others are zero on send and ignored on receipt.
#[test]
fn s5_bits_on_the_wire() {
    let mut builder = MetaBuilder::new("M");
    builder
        .add_type(TypeDef { labels: vec![("a".into(), 0), ("b".into(), 9)], ..TypeDef::new(BaseType::Bits) });
    assert_eq!(builder.finish().unwrap(), NAMED, "the bytes are those of the builder");

    assert_eq!(Named(Bits::new()).to_value(), Value::from(OctetString::from([0, 0])));
    assert_eq!(Named(Bits::from([0])).to_value(), Value::from(OctetString::from([0x80, 0])));
    assert_eq!(Named(Bits::from([1, 9, 15, 30])).to_value(), Value::from(OctetString::from([0, 0x40])));
    let read = |octets: &[u8]| Named::from_value(ValueRef::OctetString(octets));
    assert_eq!(read(&[0x80, 0x7f, 0xff]), Ok(Named(Bits::from([0, 9]))));
    assert_eq!(read(&[0x80]), Ok(Named(Bits::from([0]))), "too few octets");
    assert_eq!(read(&[]), Ok(Named(Bits::new())));
    assert!(Named::from_value(ValueRef::Null).is_err());
    assert_eq!(Plain(Bits::from([30])).to_value(), Value::from(OctetString::from([0, 0, 0, 2])));
    assert_eq!(Plain::from_value(ValueRef::OctetString(&[0, 2])), Ok(Plain(Bits::from([14]))));
}

#[test]
fn conventions_are_index_parts() {
    let mut writer = IndexWriter::column(&[1, 3], 6);
    writer.part(&Plain(Bits::from([0])), Form::Variable);
    assert_eq!(writer.finish().unwrap().to_string(), "1.3.6.1.128");
}
