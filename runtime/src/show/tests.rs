use super::{Indexes, InputError, Strings, Style, read};
use crate::meta::{Meta, MetaBuilder, TypeDef};
use crate::oid::{Oid, OidRef};
use crate::syntax::BaseType;
use crate::value::{Bits, Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value, ValueRef};

fn packed(def: TypeDef) -> Vec<u8> {
    let mut builder = MetaBuilder::new("M");
    builder.add_type(def);
    builder.finish().unwrap()
}

fn labels(base: BaseType) -> TypeDef {
    TypeDef { labels: vec![("up".into(), 1), ("down".into(), 9)], ..TypeDef::new(base) }
}

fn hinted(base: BaseType, hint: &str) -> TypeDef {
    TypeDef { hint: Some(hint.into()), ..TypeDef::new(base) }
}

fn numbers(oid: OidRef<'_>) -> String {
    format!(".{oid}")
}

fn shown(def: TypeDef, value: &Value, style: &Style) -> String {
    let bytes = packed(def);
    let syntax = Meta::new(&bytes).type_at(0).unwrap();
    super::value(value.as_ref(), Some(&syntax), None, style, &numbers)
}

fn alone(value: &Value, style: &Style) -> String {
    super::value(value.as_ref(), None, None, style, &numbers)
}

fn string(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

#[test]
fn numbers_labels_and_times() {
    let (usual, quick) = (Style::DEFAULT, Style::QUICK);
    let numeric = Style { numeric_enums: true, numeric_ticks: true, ..usual };
    let up = Value::Integer(1);
    assert_eq!(shown(labels(BaseType::Integer32), &up, &usual), "INTEGER: up(1)");
    assert_eq!(shown(labels(BaseType::Integer32), &up, &quick), "up");
    assert_eq!(shown(labels(BaseType::Integer32), &up, &numeric), "INTEGER: 1");
    assert_eq!(shown(labels(BaseType::Integer32), &Value::Integer(7), &usual), "INTEGER: 7");
    assert_eq!(shown(hinted(BaseType::Integer32, "d-2"), &Value::Integer(-5), &usual), "INTEGER: -0.05");
    assert_eq!(alone(&Value::Gauge32(Gauge32(4)), &usual), "Gauge32: 4");
    let ticks = |n| Value::TimeTicks(TimeTicks(n));
    assert_eq!(alone(&ticks(12_796), &usual), "Timeticks: (12796) 0:02:07.96");
    assert_eq!(alone(&ticks(8_640_000), &usual), "Timeticks: (8640000) 1 day, 0:00:00.00");
    assert_eq!(alone(&ticks(u32::MAX), &usual), "Timeticks: (4294967295) 497 days, 2:27:52.95");
    assert_eq!(alone(&ticks(u32::MAX), &quick), "497:2:27:52.95");
    assert_eq!(alone(&ticks(5), &numeric), "5");
    let float = Value::Opaque(Opaque(vec![0x9f, 0x78, 4, 0x3f, 0x80, 0, 0]));
    assert_eq!(alone(&float, &usual), "Opaque: Float: 1.000000");
}

#[test]
fn strings_bits_and_octets() {
    let (usual, quick) = (Style::DEFAULT, Style::QUICK);
    let mac = string(&[0, 0x1b, 0x21]);
    assert_eq!(shown(hinted(BaseType::OctetString, "1x:"), &mac, &usual), "STRING: 0:1b:21");
    let padded = Style { padded_hex: true, ..usual };
    assert_eq!(shown(hinted(BaseType::OctetString, "1x:"), &mac, &padded), "STRING: 00:1b:21");
    let escape = string(b"a\x1b[1m\n\xff");
    assert_eq!(shown(hinted(BaseType::OctetString, "255a"), &escape, &usual), "STRING: a.[1m\n\u{fffd}");
    assert_eq!(alone(&string(b"q\"x\\y"), &usual), r#"STRING: "q\"x\\y""#);
    assert_eq!(alone(&string(b""), &quick), "\"\"");
    assert_eq!(alone(&mac, &usual), "Hex-STRING: 00 1B 21 ");
    assert_eq!(alone(&mac, &quick), "\"00 1B 21 \"");
    assert_eq!(alone(&mac, &Style { strings: Strings::Text, ..usual }), "STRING: \"..!\"");
    let beside = Style { strings: Strings::Hex, text_beside_hex: true, ..usual };
    assert_eq!(alone(&string(b"ab"), &beside), "Hex-STRING: 61 62   [ab]");
    let bits = string(Bits::from([1, 9, 10]).as_octets());
    assert_eq!(shown(labels(BaseType::Bits), &bits, &usual), "BITS: 40 60 up(1) down(9) 10 ");
    assert_eq!(shown(labels(BaseType::Bits), &bits, &quick), "\"40 60 \"");
}

/// For programs that do not take texts apart again.
#[test]
fn plain_texts() {
    let plain = Style::PLAIN;
    assert_eq!(alone(&string(b"q\"x\\y \n"), &plain), "q\"x\\y \n");
    assert_eq!(alone(&string(b""), &plain), "");
    assert_eq!(alone(&string(&[0xab; 17]), &plain), ["AB"; 17].join(" "));
    assert_eq!(shown(hinted(BaseType::OctetString, "1x:"), &string(&[0, 0x1b]), &plain), "0:1b");
    let bits = string(Bits::from([1, 9, 10]).as_octets());
    assert_eq!(shown(labels(BaseType::Bits), &bits, &plain), "up down 10");
    assert_eq!(shown(labels(BaseType::Bits), &string(b""), &plain), "");
    assert_eq!(shown(labels(BaseType::Integer32), &Value::Integer(1), &plain), "up");
}

/// Tables have a row in a line, whatever is in their cells.
#[test]
fn values_in_one_line() {
    let row = Style { one_line: true, ..Style::QUICK };
    assert_eq!(alone(&string(b"two\nlines\tand\r"), &row), r#""two\nlines\tand\r""#);
    let hinted = |text: &[u8]| shown(hinted(BaseType::OctetString, "255t"), &string(text), &row);
    assert_eq!(hinted("a\nb\u{85}\u{2028}c".as_bytes()), r"a\nb.\u2028c");
    assert_eq!(alone(&string(&[0xff; 17]), &row), format!("\"{}\"", "FF ".repeat(17)));
    let beside = Style { strings: Strings::Hex, text_beside_hex: true, ..row };
    let text = alone(&string(b"0123456789abcdef\n"), &beside);
    assert!(text.ends_with("  [0123456789abcdef] 0A   [\\n]\""), "{text}");
    // Only where it is asked for.
    assert_eq!(alone(&string(b"a\nb"), &Style::QUICK), "\"a\nb\"");
}

/// Numbers that SMI does not have are shown as net-snmp shows them, or would if it could read them.
#[test]
fn odd_numbers() {
    let odd = |tag, bytes: &[u8]| Value::Undecodable { tag, bytes: bytes.into() };
    let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
    let cases: [(Value, &str, &str); 15] = [
        (odd(2, &[0, 0x80, 0, 0, 0]), "INTEGER: 2147483648", "2147483648"),
        (odd(2, &[0xff, 0x7f, 0xff, 0xff, 0xff]), "INTEGER: -2147483649", "-2147483649"),
        (odd(0x41, &[1, 0, 0, 0, 0]), "Counter32: 4294967296", "4294967296"),
        (odd(0x43, &[1, 0, 0, 0, 0]), "Timeticks: 4294967296", "4294967296"),
        (odd(0x47, &[5]), "5", "5"),
        (
            odd(0x45, &[1, 2]),
            "undecodable value with tag 0x45: 01 02",
            "undecodable value with tag 0x45: 01 02",
        ),
        (opaque(&[0x9f, 0x76, 2, 1, 2]), "Opaque: Counter64: 258", "258"),
        (opaque(&[0x9f, 0x7a, 1, 0xfb]), "Opaque: Int64: -5", "-5"),
        (opaque(&[0x9f, 0x7b, 1, 7]), "Opaque: UInt64: 7", "7"),
        (opaque(&[0x9f, 0x79, 8, 0x40, 0x24, 0, 0, 0, 0, 0, 0]), "Opaque: Float: 10.000000", "10.000000"),
        (opaque(&[0x9f, 0x78, 4, 0x7f, 0xc0, 0, 0]), "Opaque: Float: nan", "nan"),
        (opaque(&[0x9f, 0x78, 4, 0xff, 0x80, 0, 0]), "Opaque: Float: -inf", "-inf"),
        (opaque(&[0x9f, 0x7a, 2, 1]), "OPAQUE: 9F 7A 02 01 ", "9F 7A 02 01 "),
        (odd(0x9f, &[0x78, 4, 0x40, 0x20, 0, 0]), "Float: 2.500000", "2.500000"),
        (
            odd(0x9f, &[0x78, 4]),
            "undecodable value with tag 0x9f: 78 04",
            "undecodable value with tag 0x9f: 78 04",
        ),
    ];
    for (value, usual, quick) in cases {
        assert_eq!(alone(&value, &Style::DEFAULT), usual);
        assert_eq!(alone(&value, &Style::QUICK), quick);
    }
}

/// CVE-2014-3565, CVE-2008-2292: every kind of value, strings of 64 KiB among them, with every base type, hint and
/// style: its own text behind a note, and no panic.
#[test]
fn values_of_another_type() {
    let oid: Oid = "1.3.6.1".parse().unwrap();
    let values = [
        Value::Integer(i32::MIN),
        string(&[0xff; 9]),
        string(b""),
        Value::ObjectIdentifier(oid),
        Value::IpAddress(IpAddress([192, 0, 2, 1])),
        Value::Counter32(Counter32(u32::MAX)),
        Value::Gauge32(Gauge32(0)),
        Value::TimeTicks(TimeTicks(u32::MAX)),
        Value::Opaque(Opaque(vec![0x9f, 0x78, 4])),
        Value::Counter64(Counter64(u64::MAX)),
        Value::Null,
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
        Value::Undecodable { tag: 0x47, bytes: [1, 2].into() },
    ];
    let bases = [
        BaseType::Integer32,
        BaseType::Unsigned32,
        BaseType::Gauge32,
        BaseType::Counter32,
        BaseType::Counter64,
        BaseType::TimeTicks,
        BaseType::OctetString,
        BaseType::ObjectIdentifier,
        BaseType::IpAddress,
        BaseType::Opaque,
        BaseType::Bits,
    ];
    let hints =
        [None, Some("d-2"), Some("x"), Some("1x:"), Some("255a"), Some("*1d./0a"), Some("0a[1a"), Some("?")];
    let extended = Style { indexes: Indexes::Extended, numeric_enums: true, ..Style::DEFAULT };
    for base in bases {
        for hint in hints {
            let bytes = packed(TypeDef { hint: hint.map(str::to_owned), ..labels(base) });
            let syntax = Meta::new(&bytes).type_at(0).unwrap();
            for value in &values {
                for style in [Style::DEFAULT, Style::QUICK, extended] {
                    let text = super::value(value.as_ref(), Some(&syntax), Some("units"), &style, &numbers);
                    let fits = super::fits(base, value.as_ref().kind());
                    let noted = text.starts_with("Wrong Type (should be ");
                    let exempt = value.as_ref().is_exception() || matches!(value, Value::Undecodable { .. });
                    assert_eq!(noted, !fits && !style.quick && !exempt, "{base:?} {value:?}");
                }
            }
        }
    }
    for (base, hint) in
        [(BaseType::OctetString, "1x:"), (BaseType::OctetString, "255t"), (BaseType::Bits, "d")]
    {
        for style in [Style::DEFAULT, extended] {
            let long =
                shown(TypeDef { hint: Some(hint.into()), ..labels(base) }, &string(&[b'z'; 65_536]), &style);
            assert!(long.len() > 65_536);
        }
    }
    let state = labels(BaseType::Integer32);
    assert_eq!(
        shown(state, &string(b"lo"), &Style::DEFAULT),
        "Wrong Type (should be INTEGER): STRING: \"lo\""
    );
}

fn input(kind: &str, text: &str, def: Option<TypeDef>) -> Result<Value, String> {
    let bytes = def.map(packed);
    let syntax = bytes.as_deref().and_then(|bytes| Meta::new(bytes).type_at(0));
    let resolve = |text: &str| match text {
        "ifEntry" => Ok("1.3.6.1.2.1.2.2.1".parse().unwrap()),
        other => other.parse::<Oid>().map_err(|error| error.to_string()),
    };
    read(kind, text, syntax.as_ref(), &resolve).map_err(|error: InputError| error.to_string())
}

/// Row 22: text becomes a value by the object's type, and errors say what was expected.
#[test]
fn values_from_text() {
    let state = || Some(labels(BaseType::Integer32));
    assert_eq!(input("=", "down", state()), Ok(Value::Integer(9)));
    assert_eq!(input("i", "up", state()), Ok(Value::Integer(1)));
    let wrong = input("=", "upp", state()).unwrap_err();
    assert_eq!(wrong, "`upp` is not a label of this type; expected one of up(1), down(9)");
    let wrong = input("=", "{upp}", Some(labels(BaseType::Bits))).unwrap_err();
    assert_eq!(
        wrong,
        "`upp` is not a label of this type; expected any of {up(1), down(9)}, separated by commas"
    );
    let other = input("s", "up", state()).unwrap_err();
    assert!(other.contains("the object is of type INTEGER, and `s` gives another"), "{other}");
    assert_eq!(input("=", "{up, down}", Some(labels(BaseType::Bits))), Ok(string(&[0x40, 0x40])));
    assert_eq!(input("b", "1 9", None), Ok(string(&[0x40, 0x40])));
    let mac = || Some(TypeDef { ranges: vec![(6, 6)], ..hinted(BaseType::OctetString, "1x:") });
    assert_eq!(input("=", "0:1b:21:3c:4:5", mac()), Ok(string(&[0, 0x1b, 0x21, 0x3c, 4, 5])));
    assert_eq!(input("x", "001b213c0405", mac()), Ok(string(&[0, 0x1b, 0x21, 0x3c, 4, 5])));
    let short = input("x", "00 1b", mac()).unwrap_err();
    assert!(short.contains("the length in octets 2 is outside of 6"), "{short}");
    let address =
        |name: &str| Some(TypeDef { name: Some(name.into()), ..TypeDef::new(BaseType::OctetString) });
    assert_eq!(input("=", "192.0.2.1", address("InetAddress")), Ok(string(&[192, 0, 2, 1])));
    let v6 = input("=", "2001:db8::1", address("InetAddressIPv6")).unwrap();
    assert_eq!(v6.as_octets().map(<[u8]>::len), Some(16));
    let entry: Oid = "1.3.6.1.2.1.2.2.1".parse().unwrap();
    let named = input("=", "ifEntry", Some(TypeDef::new(BaseType::ObjectIdentifier)));
    assert_eq!(named, Ok(Value::ObjectIdentifier(entry)));
    assert_eq!(input("t", "5", None), Ok(Value::TimeTicks(TimeTicks(5))));
    assert_eq!(input("C", "18446744073709551615", None), Ok(Value::Counter64(Counter64(u64::MAX))));
    assert_eq!(input("a", "192.0.2.1", None), Ok(Value::IpAddress(IpAddress([192, 0, 2, 1]))));
    assert_eq!(input("d", "0 255", None), Ok(string(&[0, 255])));
    for (kind, text) in [
        ("", "1"),
        ("q", "1"),
        ("ii", "1"),
        ("é", "1"),
        ("=", "1"),
        ("i", "x"),
        ("u", "-1"),
        ("c", ""),
        ("t", "4294967296"),
        ("a", "1.2.3"),
        ("x", "1"),
        ("x", "é"),
        ("d", "256"),
        ("b", "-1"),
        ("b", "524280"),
        ("F", "f"),
        ("o", "nothing"),
    ] {
        assert!(input(kind, text, None).is_err(), "{kind} {text}");
    }
}

/// Each letter gives one type, and an object takes those of its own: whatever the text, the type is what is said first.
#[test]
fn letters_by_the_type_of_the_object() {
    let letters = "iuctCaosxdbnFDIU";
    for (base, name, taken) in [
        (BaseType::Integer32, "INTEGER", "i"),
        (BaseType::Unsigned32, "Unsigned32", "u"),
        (BaseType::Gauge32, "Gauge32", "u"),
        (BaseType::Counter32, "Counter32", "c"),
        (BaseType::Counter64, "Counter64", "C"),
        (BaseType::TimeTicks, "Timeticks", "t"),
        (BaseType::IpAddress, "IpAddress", "a"),
        (BaseType::ObjectIdentifier, "OBJECT IDENTIFIER", "o"),
        (BaseType::OctetString, "OCTET STRING", "sxd"),
        (BaseType::Bits, "BITS", "sxdb"),
        (BaseType::Opaque, "Opaque", "FDIU"),
    ] {
        let bytes = packed(TypeDef::new(base));
        let syntax = Meta::new(&bytes).type_at(0);
        for letter in letters.chars() {
            let resolve = |_: &str| Err("no name".to_owned());
            let found = read(&letter.to_string(), "\u{1}", syntax.as_ref(), &resolve);
            match found {
                Err(InputError::OtherType { expected, .. }) => {
                    assert!(!taken.contains(letter) && expected == name, "{base:?} {letter}: {expected}");
                }
                other => assert!(taken.contains(letter), "{base:?} {letter}: {other:?}"),
            }
        }
    }
}

/// Numbers of 64 bits in an Opaque, as net-snmp writes and reads them.
#[test]
fn numbers_of_64_bits() {
    for (kind, text, octets, shown) in [
        ("I", "-1", &[0x9f, 0x7a, 1, 0xff][..], "Opaque: Int64: -1"),
        ("I", "128", &[0x9f, 0x7a, 2, 0, 0x80], "Opaque: Int64: 128"),
        ("I", "-129", &[0x9f, 0x7a, 2, 0xff, 0x7f], "Opaque: Int64: -129"),
        ("U", "0", &[0x9f, 0x7b, 1, 0], "Opaque: UInt64: 0"),
        (
            "U",
            "18446744073709551615",
            &[0x9f, 0x7b, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255],
            "Opaque: UInt64: 18446744073709551615",
        ),
    ] {
        let value = input(kind, text, None).unwrap();
        assert_eq!(value, Value::Opaque(Opaque(octets.to_vec())), "{kind} {text}");
        assert_eq!(alone(&value, &Style::DEFAULT), shown);
    }
    assert!(input("I", "9223372036854775808", None).is_err() && input("U", "-1", None).is_err());
    for broken in [&[0x9f, 0x7a, 0][..], &[0x9f, 0x7a, 2, 1], &[0x9f, 0x7b, 1, 1, 1]] {
        assert!(!alone(&Value::Opaque(Opaque(broken.to_vec())), &Style::DEFAULT).contains("Int64"));
    }
}

/// A NULL has no object that it is a value of.
#[test]
fn null_is_no_object_of_a_type() {
    assert_eq!(alone(&Value::Null, &Style::DEFAULT), "NULL");
    assert!(input("n", "", Some(TypeDef::new(BaseType::Integer32))).is_err());
    let value = ValueRef::Null;
    assert_eq!(super::value(value, None, None, &Style::QUICK, &numbers), "NULL");
}

/// RFC 4001 §3: an address is of the kind that another object says, and its text leads back to it.
#[test]
fn addresses_by_their_kind() {
    let bytes = packed(TypeDef { name: Some("InetAddress".into()), ..TypeDef::new(BaseType::OctetString) });
    let syntax = Meta::new(&bytes).type_at(0).unwrap();
    let v6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    for (kind, octets, text) in [
        (1, [192, 0, 2, 1].as_slice(), "192.0.2.1"),
        (2, &v6, "fe80::1"),
        (3, &[192, 0, 2, 1, 0, 0, 1, 0], "192.0.2.1%256"),
        (4, &[v6.as_slice(), &[0, 0, 0, 7]].concat(), "fe80::1%7"),
        (16, b"router.example.net", "router.example.net"),
    ] {
        let shown = super::address_text(&syntax, Some(kind), octets);
        assert_eq!(shown.as_deref(), Some(text));
        assert_eq!(super::address_octets(&syntax, Some(kind), text).as_deref(), Some(octets), "{text}");
        for other in [Some(0), Some(17), None] {
            assert_eq!(super::address_text(&syntax, other, octets), None);
        }
        assert_eq!(super::address_text(&syntax, Some(kind), b"\x00 "), None);
    }
    let apart = "fe:80:00:00:00:00:00:00:00:00:00:00:00:00:00:01";
    assert_eq!(super::address_octets(&syntax, Some(2), apart).as_deref(), Some(v6.as_slice()));
    let zoned = super::address_octets(&syntax, Some(4), &format!("{apart}%7"));
    assert_eq!(zoned.as_deref(), Some([v6.as_slice(), &[0, 0, 0, 7]].concat().as_slice()));
    for other in ["fe:80:00:01", &apart.replace("fe", "+e"), &apart.replace("fe", "1fe")] {
        assert_eq!(super::address_octets(&syntax, Some(2), other), None, "{other}");
    }
}
