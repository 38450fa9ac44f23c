use super::*;
use crate::oid::Oid;
use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, Value, ValueRef, VarBindRef};

/// The varbind 1.3.6.1.2.1.1.1.0 with a value given as its whole TLV, as content of a list.
fn list(value: &[u8]) -> Vec<u8> {
    let mut content = vec![0x06, 8, 0x2b, 6, 1, 2, 1, 1, 1, 0];
    content.extend_from_slice(value);
    let mut varbind = vec![0x30, content.len() as u8];
    varbind.extend(content);
    varbind
}

fn read(value: &[u8], rules: Rules) -> Result<(Value, Anomalies), Error> {
    let list = list(value);
    let (varbinds, anomalies) = VarBinds::from_content(&list, rules)?;
    let varbind = varbinds.iter().next().expect("one varbind");
    Ok((varbind.value.to_value(), anomalies))
}

#[track_caller]
fn reads(value: &[u8], expected: Value) {
    assert_eq!(read(value, Rules::Lenient), Ok((expected.clone(), Anomalies::NONE)));
    assert_eq!(read(value, Rules::Strict), Ok((expected, Anomalies::NONE)));
}

#[track_caller]
fn tolerated(value: &[u8], expected: Value, anomaly: Anomaly) {
    let (read_as, anomalies) = read(value, Rules::Lenient).expect("lenient rules accept it");
    assert_eq!(read_as, expected);
    assert_eq!(anomalies.iter().collect::<Vec<_>>(), [anomaly]);
    let error = read(value, Rules::Strict).expect_err("strict rules refuse it");
    assert_eq!(error.kind, ErrorKind::Anomaly(anomaly));
}

#[track_caller]
fn undecodable(value: &[u8]) {
    let (tag, bytes) = (value[0], value[2..].into());
    let (read_as, anomalies) = read(value, Rules::Lenient).expect("lenient rules keep it");
    assert_eq!(read_as, Value::Undecodable { tag, bytes });
    assert!(anomalies.contains(Anomaly::UndecodableValue));
    read(value, Rules::Strict).expect_err("strict rules refuse it");
}

#[test]
fn every_value_type() {
    reads(&[0x02, 1, 0xff], Value::Integer(-1));
    reads(&[0x02, 2, 0x00, 0x80], Value::Integer(128));
    reads(&[0x02, 3, 0xff, 0x00, 0x00], Value::Integer(-65536));
    reads(&[0x02, 4, 0x80, 0, 0, 0], Value::Integer(i32::MIN));
    reads(&[0x04, 2, b'h', b'i'], Value::from("hi"));
    reads(&[0x05, 0], Value::Null);
    reads(&[0x40, 4, 192, 0, 2, 1], Value::IpAddress(IpAddress([192, 0, 2, 1])));
    reads(&[0x41, 1, 7], Value::Counter32(Counter32(7)));
    reads(&[0x42, 2, 1, 0], Value::Gauge32(Gauge32(256)));
    reads(&[0x43, 3, 1, 0, 0], Value::TimeTicks(TimeTicks(65536)));
    reads(&[0x80, 0], Value::NoSuchObject);
    reads(&[0x81, 0], Value::NoSuchInstance);
    reads(&[0x82, 0], Value::EndOfMibView);
}

/// W1: indefinite length is an error, unneeded length octets are not, under either rules.
#[test]
fn lengths() {
    let mut ledger = Ledger::new(Rules::Strict);
    assert_eq!(Reader::new(&[0x02, 0x82, 0x00, 0x01, 0x05]).integer(&mut ledger), Ok(5));
    assert!(ledger.anomalies().contains(Anomaly::LongLength));
    let kind = |message| {
        let mut ledger = Ledger::default();
        assert!(Reader::new(message).tlv(&mut ledger).is_err());
        ledger.error().kind
    };
    assert_eq!(kind(&[0x30, 0x80, 0, 0]), ErrorKind::IndefiniteLength);
    assert_eq!(kind(&[0x30]), ErrorKind::Truncated);
    assert_eq!(kind(&[0x30, 0x82, 1]), ErrorKind::Truncated);
    assert_eq!(kind(&[0x30, 3, 0, 0]), ErrorKind::PastEnd { length: 3, room: 2 });
    assert_eq!(
        kind(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
        ErrorKind::PastEnd { length: 0xffff_ffff, room: 0 }
    );
    assert_eq!(kind(&[0x30, 0x85, 0, 0, 0, 0, 0]), ErrorKind::LongLength(5));
    assert_eq!(kind(&[0x1f, 0x81, 0]), ErrorKind::HighTag);
}

/// W2: a constructed OCTET STRING is refused where the format wants a string, and never read as one.
#[test]
fn constructed_string() {
    let mut ledger = Ledger::default();
    assert_eq!(Reader::new(&[0x24, 2, 0x04, 0]).octets(&mut ledger), Err(Failed));
    assert_eq!(ledger.error().kind, ErrorKind::WrongTag { expected: 0x04, found: 0x24 });
    undecodable(&[0x24, 3, 0x04, 1, b'a']);
}

/// W4
#[test]
fn empty_integer() {
    tolerated(&[0x02, 0], Value::Integer(0), Anomaly::EmptyInteger);
    tolerated(&[0x41, 0], Value::Counter32(Counter32(0)), Anomaly::EmptyInteger);
}

/// W5
#[test]
fn padded_integer() {
    tolerated(&[0x02, 5, 0xff, 0xfb, 0x6a, 0x65, 0x17], Value::Integer(-76_913_385), Anomaly::PaddedInteger);
    tolerated(&[0x02, 2, 0, 1], Value::Integer(1), Anomaly::PaddedInteger);
    tolerated(&[0x02, 4, 0xff, 0xff, 0xff, 0xfe], Value::Integer(-2), Anomaly::PaddedInteger);
    tolerated(&[0x43, 4, 0, 0, 0, 1], Value::TimeTicks(TimeTicks(1)), Anomaly::PaddedInteger);
    undecodable(&[0x02, 5, 0, 0xff, 0xff, 0xff, 0xff]);
    undecodable(&[0x02, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
}

/// W6
#[test]
fn large_unsigned() {
    reads(&[0x41, 5, 0, 0xf0, 0, 0, 1], Value::Counter32(Counter32(0xf000_0001)));
    tolerated(&[0x41, 4, 0xf0, 0, 0, 1], Value::Counter32(Counter32(0xf000_0001)), Anomaly::NegativeUnsigned);
    undecodable(&[0x41, 5, 1, 0, 0, 0, 0]);
}

/// W7
#[test]
fn counter64() {
    let max = Value::Counter64(Counter64(u64::MAX));
    let octets = [0x46, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    reads(&octets, max.clone());
    tolerated(&[0x46, 8, 255, 255, 255, 255, 255, 255, 255, 255], max.clone(), Anomaly::NegativeUnsigned);
    undecodable(&[0x46, 10, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    undecodable(&[0x46, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut writer = Writer::new();
    writer.value(max.as_ref());
    assert_eq!(writer.finish(), Ok(&octets[..]));
}

/// W8
#[test]
fn oids() {
    for text in ["0.0", "0.39", "1.0", "1.39", "2.0", "2.47", "2.48", "2.999", "2.4294967295.1"] {
        let oid: Oid = text.parse().expect("an OID");
        let mut writer = Writer::new();
        writer.value(ValueRef::ObjectIdentifier(oid.as_ref()));
        let encoded = writer.finish().expect("fits").to_vec();
        assert_eq!(read(&encoded, Rules::Strict), Ok((Value::ObjectIdentifier(oid), Anomalies::NONE)));
    }
    reads(&[0x06, 2, 0x88, 0x37], Value::ObjectIdentifier("2.999".parse().expect("an OID")));
    undecodable(&[0x06, 2, 0x2b, 0x86]);
    undecodable(&[0x06, 6, 0x2b, 0x90, 0x80, 0x80, 0x80, 0x00]);
    let error = read(&[0x06, 3, 0x2b, 0x80, 0x01], Rules::Strict).expect_err("padding");
    assert_eq!(error.kind, ErrorKind::Anomaly(Anomaly::PaddedSubId));
}

/// W9
#[test]
fn empty_oid() {
    tolerated(&[0x06, 0], Value::ObjectIdentifier("0.0".parse().expect("an OID")), Anomaly::EmptyOid);
    let (varbinds, anomalies) = {
        let content = [0x30, 4, 0x06, 0, 0x05, 0];
        let (varbinds, anomalies) = VarBinds::from_content(&content, Rules::Lenient).expect("lenient");
        (varbinds.iter().map(|v| v.name.to_string()).collect::<Vec<_>>(), anomalies)
    };
    assert_eq!(varbinds, ["0.0"]);
    assert!(anomalies.contains(Anomaly::EmptyOid));
}

/// W15: what cannot be read in one varbind costs its neighbours nothing.
#[test]
fn undecodable_values() {
    undecodable(&[0x05, 1, 0]);
    undecodable(&[0x80, 1, 0]);
    undecodable(&[0x81, 1, 0]);
    undecodable(&[0x82, 2, 5, 0]);
    undecodable(&[0x47, 1, 3]);
    undecodable(&[0x5e, 1, 3]);
    undecodable(&[0x40, 3, 1, 2, 3]);
    let mut content = list(&[0x02, 1, 1]);
    content.extend(list(&[0x05, 3, 1, 2, 3]));
    content.extend(list(&[0x02, 1, 2]));
    let (varbinds, anomalies) = VarBinds::from_content(&content, Rules::Lenient).expect("lenient");
    let values: Vec<_> = varbinds.iter().map(|varbind| varbind.value).collect();
    assert_eq!(
        values,
        [ValueRef::Integer(1), ValueRef::Undecodable { tag: 5, bytes: &[1, 2, 3] }, ValueRef::Integer(2)]
    );
    assert_eq!(anomalies.to_string(), "value that cannot be read");
    let error = VarBinds::from_content(&content, Rules::Strict).expect_err("strict");
    assert_eq!((error.offset, error.kind), (29, ErrorKind::WrongLength { expected: 0, found: 3 }));
}

#[test]
fn trailing_octets_in_a_varbind() {
    tolerated(&[0x02, 1, 7, 0xff], Value::Integer(7), Anomaly::TrailingOctets);
}

#[test]
fn written_minimally() {
    let mut writer = Writer::new();
    for n in
        (0..32).flat_map(|bit| [1i32 << bit, (1i32 << bit).wrapping_neg(), (1i32 << bit).wrapping_sub(1)])
    {
        writer.clear();
        writer.integer(n);
        let octets = writer.finish().expect("fits");
        let mut strict = Ledger::new(Rules::Strict);
        assert_eq!(Reader::new(octets).integer(&mut strict), Ok(n), "{octets:02x?}");
        assert_eq!(octets.len(), value_len(ValueRef::Integer(n)));
    }
    for n in (0..64).flat_map(|bit| [1u64 << bit, (1u64 << bit) - 1, u64::MAX >> bit]) {
        let value = Value::Counter64(Counter64(n));
        writer.clear();
        writer.value(value.as_ref());
        let octets = writer.finish().expect("fits");
        assert_eq!(octets.len(), value_len(value.as_ref()));
        assert_eq!(read(octets, Rules::Strict), Ok((value, Anomalies::NONE)));
    }
}

#[test]
fn sizes_are_those_of_the_writer() {
    let name: Oid = "1.3.6.1.2.1.1.1.0".parse().expect("an OID");
    for length in [0, 1, 100, 113, 114, 127, 128, 255, 256, 60_000] {
        let text = vec![b'x'; length];
        let varbind = VarBindRef { name: name.as_ref(), value: ValueRef::OctetString(&text) };
        let mut writer = Writer::new();
        writer.varbind(varbind.name.as_ber(), varbind.value);
        let octets = writer.finish().expect("fits");
        assert_eq!(octets.len(), varbind_len(varbind.name.as_ber(), varbind.value));
        let (varbinds, anomalies) = VarBinds::from_content(octets, Rules::Strict).expect("own encoding");
        assert!(anomalies.is_empty());
        assert_eq!(varbinds.iter().collect::<Vec<_>>(), [varbind]);
    }
}

#[test]
fn writer_keeps_its_limit() {
    let mut writer = Writer::with_limit(10);
    writer.tlv(tag::OCTET_STRING, &[0; 6]);
    let mark = writer.mark();
    assert!(writer.finish().is_ok());
    writer.integer(1);
    writer.integer(1);
    assert_eq!(writer.finish(), Err(TooLarge { limit: 10 }));
    writer.truncate(mark);
    assert_eq!(writer.finish().map(<[u8]>::len), Ok(8));
    writer.octets(&[1, 2]);
    assert_eq!(writer.finish().map(<[u8]>::len), Ok(10));
    writer.octets(&[1]);
    assert!(writer.finish().is_err());
    writer.clear();
    writer.set_limit(4000);
    writer.octets(&[7; 4000]);
    assert_eq!(writer.finish().map(<[u8]>::len), Ok(4000));
}
