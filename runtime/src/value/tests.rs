use std::{net::Ipv4Addr, time::Duration};

use super::*;
use crate::{oid::Oid, syntax::BaseType};

#[test]
fn octets_print_as_text_or_hexadecimal() {
    assert_eq!(OctetString::from("eth0").to_string(), "eth0");
    assert_eq!(OctetString::from("Zürich\r\nline 2").to_string(), "Zürich\r\nline 2");
    assert_eq!(OctetString::from([0xde, 0xad, 0xbe, 0xef]).to_string(), "de ad be ef");
    assert_eq!(OctetString::from([0x1b, b'[', b'2', b'J']).to_string(), "1b 5b 32 4a");
    assert_eq!(OctetString::new().to_string(), "");
    assert_eq!(format!("[{:>6}]", OctetString::from("ab")), "[    ab]");
    assert_eq!(format!("{:?}", OctetString::from("a\"b")), r#""a\"b""#);
    assert_eq!(OctetString::from([b'a', 0xff]).to_str_lossy(), "a\u{fffd}");
    assert!(OctetString::from([0xff]).to_str().is_err());
}

/// S5: position 0 is the high bit of the first octet.
#[test]
fn bit_positions() {
    let mut bits = Bits::from([0, 9]);
    assert_eq!(bits.as_octets(), [0x80, 0x40]);
    assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 9]);
    assert!(bits.insert(7) && !bits.insert(7));
    assert_eq!(bits.as_octets(), [0x81, 0x40]);
    assert!(bits.remove(9) && !bits.remove(9) && !bits.remove(1000));
    assert_eq!(bits, Bits::from_octets(vec![0x81]));
    assert_eq!(bits.to_string(), "{0, 7}");
    bits.pad(4);
    assert_eq!(bits.as_octets(), [0x81, 0, 0, 0]);
    assert!(Bits::from_octets(vec![0, 0]).is_empty());
    assert!(!bits.contains(u32::MAX));
}

#[test]
fn bits_have_a_limit() {
    let mut bits = Bits::new();
    assert!(bits.insert(Bits::MAX_POSITION));
    assert_eq!(bits.as_octets().len(), 65_535);
    assert!(!bits.insert(Bits::MAX_POSITION + 1) && !bits.insert(u32::MAX));
    bits.pad(usize::MAX);
    assert_eq!(bits.as_octets().len(), 65_535);
}

#[test]
fn ticks_print_as_time() {
    assert_eq!(TimeTicks(7).to_string(), "00:00:00.07");
    assert_eq!(TimeTicks(100 * (3 * 86400 + 4 * 3600 + 5 * 60 + 6) + 7).to_string(), "3d 04:05:06.07");
    assert_eq!(TimeTicks(u32::MAX).to_string(), "497d 02:27:52.95");
    assert_eq!(TimeTicks(150).to_duration(), Duration::from_millis(1500));
    assert_eq!(TimeTicks::from_duration(Duration::from_millis(1509)), TimeTicks(150));
    assert_eq!(TimeTicks::from_duration(Duration::from_millis(42_949_672_970)), TimeTicks(1));
}

#[test]
fn numbers_convert() {
    assert_eq!(u64::from(Counter32(5)), 5);
    assert_eq!(u32::from(Gauge32(5)), 5);
    assert_eq!(Counter64::from(5), 5);
    assert_eq!(Counter32(3).since(Counter32(u32::MAX)), 4);
    assert_eq!(Counter64(3).since(Counter64(u64::MAX)), 4);
    let address = Ipv4Addr::new(192, 0, 2, 1);
    assert_eq!(Ipv4Addr::from(IpAddress::from(address)), address);
    assert_eq!("192.0.2.1".parse(), Ok(IpAddress([192, 0, 2, 1])));
}

/// Every syntax writes what it reads, and refuses the others and the exceptions.
#[test]
fn syntaxes_read_what_they_write() {
    fn check<T: Syntax + PartialEq + std::fmt::Debug>(value: T, others: &[Value]) {
        let written = value.to_value();
        assert_eq!(T::from_value(written.as_ref()).as_ref(), Ok(&value));
        let mut refused = 0;
        for other in others.iter().filter(|other| other.kind() != written.kind()) {
            let error = T::from_value(other.as_ref()).unwrap_err();
            assert_eq!(error, WrongType { expected: T::BASE, found: other.kind() });
            refused += 1;
        }
        assert_eq!(refused, others.len() - 1, "{value:?}");
    }
    let oid = Oid::from_arcs(&[1, 3, 6]).unwrap();
    let all = [
        Value::from(-5),
        Value::from("text"),
        Value::from(oid.clone()),
        Value::from(IpAddress([127, 0, 0, 1])),
        Value::from(Counter32(1)),
        Value::from(Gauge32(2)),
        Value::from(TimeTicks(3)),
        Value::from(Opaque(vec![4])),
        Value::from(Counter64(5)),
        Value::Null,
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
        Value::Undecodable { tag: 0x47, bytes: [1].into() },
    ];
    check(i32::MIN, &all);
    check(OctetString::from("x"), &all);
    check(oid, &all);
    check(IpAddress([10, 0, 0, 1]), &all);
    check(Counter32(u32::MAX), &all);
    check(Gauge32(u32::MAX), &all);
    check(Unsigned32(u32::MAX), &all);
    check(TimeTicks(9), &all);
    check(Opaque(vec![0x9f, 0x78]), &all);
    check(Counter64(u64::MAX), &all);
    check(Bits::from([3]), &all);
    for value in &all {
        assert_eq!(&value.as_ref().to_value(), value);
    }
}

#[test]
fn errors_name_both_types() {
    let error = i32::from_value(ValueRef::NoSuchInstance).unwrap_err();
    assert_eq!(error.to_string(), "expected Integer32, found noSuchInstance");
    let error = Unsigned32::from_value(ValueRef::OctetString(b"5")).unwrap_err();
    assert_eq!(error.to_string(), "expected Unsigned32, found OctetString");
    assert_eq!(error.expected, BaseType::Unsigned32);
}

#[test]
fn varbinds_print() {
    let name = Oid::from_arcs(&[1, 3, 6, 1]).unwrap();
    assert_eq!(VarBind::new(name.clone(), "up").to_string(), "1.3.6.1 = up");
    let varbind = VarBind { name, value: Value::Undecodable { tag: 0x47, bytes: [1, 2].into() } };
    assert_eq!(varbind.to_string(), "1.3.6.1 = undecodable value with tag 0x47: 01 02");
    assert_eq!(varbind.as_ref().to_varbind(), varbind);
    assert_eq!(Value::from(Gauge32(7)).as_i128(), Some(7));
    assert_eq!(Value::from("ab").as_octets(), Some(&b"ab"[..]));
    assert!(Value::EndOfMibView.is_exception() && !Value::Null.is_exception());
    assert_eq!(std::mem::size_of::<Value>(), 32);
}
