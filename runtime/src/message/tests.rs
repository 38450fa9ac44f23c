use super::*;
use crate::ber::{Anomaly, ErrorKind, Rules, VarBinds, Writer, tlv_len, varbind_len};
use crate::oid::Oid;
use crate::value::{Counter64, IpAddress, TimeTicks, Value, VarBind};

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

/// A version 2c message, community "public", around the octets of a PDU.
fn v2c(pdu: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    write_community(&mut writer, Version::V2c, b"public", |w| w.octets(pdu));
    writer.finish().expect("fits").to_vec()
}

fn message(kind: PduKind, version: Version) -> Message {
    let varbinds = vec![
        VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4711)),
        VarBind::new(oid("2.999.4294967295"), oid("0.0")),
        VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::from("a name")),
        VarBind::unspecified(oid("1.3.6.1.2.1.1.6.0")),
    ];
    let header = PduHeader { kind, request_id: -5, error_status: ErrorStatus(37), error_index: 2 };
    Message { version, community: b"\x00\xff".to_vec(), body: OwnedBody::Pdu(Pdu { header, varbinds }) }
}

fn encode(message: &Message) -> Vec<u8> {
    let mut writer = Writer::new();
    message.write(&mut writer);
    writer.finish().expect("fits").to_vec()
}

fn lenient_error(datagram: &[u8]) -> ErrorKind {
    Decoder::default().decode(datagram).expect_err("not a message").kind
}

/// W3, K9: the worked example of RFC 3417 §8.1.
#[test]
fn worked_get_bulk() {
    let pdu = hex("a5820039 0204 5452 5d76 020101 020102 302b 300b 0607 2b060102010103 0500
        300d 0609 2b0601020104160102 0500 300d 0609 2b0601020104160104 0500");
    let datagram = v2c(&pdu);
    let mut decoder = Decoder::new(Rules::Strict);
    let decoded = decoder.decode(&datagram).expect("a message");
    assert_eq!(decoded.anomalies.iter().collect::<Vec<_>>(), [Anomaly::LongLength]);
    let pdu = decoded.message.pdu().expect("no trap");
    assert_eq!(pdu.header, PduHeader::bulk(1_414_684_022, 1, 2));
    assert_eq!((pdu.header.non_repeaters(), pdu.header.max_repetitions()), (1, 2));
    let names: Vec<_> = pdu.varbinds.iter().map(|varbind| varbind.name.to_string()).collect();
    assert_eq!(names, ["1.3.6.1.2.1.1.3", "1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.22.1.4"]);
}

/// W13, and the open error status: whatever goes out comes back, for every operation.
#[test]
fn round_trips() {
    use PduKind::*;
    for kind in [Get, GetNext, Response, Set, GetBulk, Inform, Trap, Report] {
        let message = message(kind, Version::V2c);
        let datagram = encode(&message);
        let mut decoder = Decoder::new(Rules::Strict);
        let decoded = decoder.decode(&datagram).expect("own encoding");
        assert!(decoded.anomalies.is_empty());
        assert_eq!(Message::from(&decoded.message), message);
    }
    assert_eq!(ErrorStatus(37).to_string(), "unknown(37)");
    assert_eq!(ErrorStatus::INCONSISTENT_NAME.to_string(), "inconsistentName");
}

#[test]
fn each_version_has_its_operations() {
    for kind in [PduKind::GetBulk, PduKind::Inform, PduKind::Trap, PduKind::Report] {
        let datagram = encode(&message(kind, Version::V1));
        assert_eq!(lenient_error(&datagram), ErrorKind::PduType(kind.tag()));
    }
    let mut trap = trap();
    trap.version = Version::V2c;
    assert_eq!(lenient_error(&encode(&trap)), ErrorKind::PduType(0xa4));
    // C15: version 2 was never standardised, 3 is spoken elsewhere.
    let mut datagram = encode(&message(PduKind::Get, Version::V2c));
    datagram[4] = 2;
    assert_eq!(lenient_error(&datagram), ErrorKind::Version(2));
}

/// W14
#[test]
fn negative_bulk_fields() {
    let header = PduHeader {
        kind: PduKind::GetBulk,
        request_id: 1,
        error_status: ErrorStatus(-1),
        error_index: i32::MIN,
    };
    let mut writer = Writer::new();
    write_community(&mut writer, Version::V2c, b"", |w| header.write(w, []));
    let datagram = writer.finish().expect("fits");
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(datagram).expect("lenient");
    assert!(decoded.anomalies.contains(Anomaly::NegativeBulkField));
    let header = decoded.message.pdu().expect("a PDU").header;
    assert_eq!((header.non_repeaters(), header.max_repetitions()), (0, 0));
    assert_eq!((header.error_status.0, header.error_index), (0, 0));
}

/// W5: a request-id in five octets.
#[test]
fn padded_request_id() {
    let datagram = v2c(&hex("a20e 0205fffb6a6517 0200 020100 3000"));
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&datagram).expect("lenient");
    let pdu = decoded.message.pdu().expect("a PDU");
    assert_eq!(pdu.header.request_id, -76_913_385);
    assert!(decoded.anomalies.contains(Anomaly::EmptyInteger));
    assert!(Decoder::new(Rules::Strict).decode(&datagram).is_err());
}

/// W8: padded names and values are mended, also next to values that cannot be read.
#[test]
fn padded_oids() {
    let datagram = v2c(&hex("a22a 020101 020100 020100 301f
        300a 0606 2b80068081 01 0500
        3009 0603 2b0601 0602 2b80
        3006 0602 2b06 0500"));
    // The second varbind's value ends inside a sub-identifier.
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&datagram).expect("lenient");
    assert!(decoded.anomalies.contains(Anomaly::PaddedSubId));
    assert!(decoded.anomalies.contains(Anomaly::UndecodableValue));
    let pdu = decoded.message.pdu().expect("a PDU");
    let varbinds: Vec<_> = pdu.varbinds.iter().map(|v| v.to_varbind()).collect();
    assert_eq!(
        varbinds,
        [
            VarBind::unspecified(oid("1.3.6.129")),
            VarBind::new(oid("1.3.6.1"), Value::Undecodable { tag: 6, bytes: [0x2b, 0x80].into() }),
            VarBind::unspecified(oid("1.3.6")),
        ]
    );
}

/// W15: a value that is no TLV of SNMP costs its neighbours nothing, whatever its tag and its length say.
#[test]
fn odd_values() {
    let cases: [(&str, u8, &str); 9] = [
        ("9f780440200000", 0x9f, "780440200000"), // a float without its Opaque
        ("9f0100", 0x9f, "0100"),
        ("9f00", 0x9f, "00"),
        ("1f818000", 0x1f, "818000"),
        ("ff", 0xff, ""),
        ("040a616263", 0x30, "040a616263"), // longer than its varbind
        ("0480616200", 0x30, "0480616200"),
        ("04", 0x30, "04"),
        ("", 0x30, ""),
    ];
    let neighbour = "3006 0602 2b06 0500";
    for (value, tag, bytes) in cases {
        let name = "0603 2b0601";
        let length = 5 + hex(value).len();
        let varbind = format!("30{length:02x} {name} {value}");
        let list = hex(&format!("{neighbour} {varbind} {neighbour}"));
        let mut pdu = hex("a200 020101 020100 020100 3000");
        pdu.truncate(12);
        pdu.push(list.len() as u8);
        pdu.extend(&list);
        pdu[1] = (pdu.len() - 2) as u8;
        let datagram = v2c(&pdu);
        let mut decoder = Decoder::default();
        let decoded = decoder.decode(&datagram).expect(value);
        assert!(decoded.anomalies.contains(Anomaly::UndecodableValue), "{value}");
        let odd = VarBind::new(oid("1.3.6.1"), Value::Undecodable { tag, bytes: hex(bytes).into() });
        let other = VarBind::unspecified(oid("1.3.6"));
        let message = Message::from(&decoded.message);
        let OwnedBody::Pdu(pdu) = &message.body else { unreachable!() };
        assert_eq!(pdu.varbinds, [other.clone(), odd, other], "{value}");
        assert!(Decoder::new(Rules::Strict).decode(&datagram).is_err(), "{value}");
        // Written again it is the same.
        let again = encode(&message);
        assert_eq!(Message::from(&Decoder::default().decode(&again).expect("own encoding").message), message);
        let lengths = message_lengths(&message);
        assert_eq!(lengths, again.len(), "{value}");
    }
}

/// Octets of a message as they are foretold.
fn message_lengths(message: &Message) -> usize {
    let OwnedBody::Pdu(pdu) = &message.body else { unreachable!() };
    let foretold = pdu.varbinds.iter().map(|varbind| varbind.as_ref());
    let list: usize = foretold.map(|varbind| varbind_len(varbind.name.as_ber(), varbind.value)).sum();
    tlv_len(3 + tlv_len(message.community.len()) + tlv_len(9 + tlv_len(list)))
}

/// W15: a varbind whose name cannot be read is kept whole, under the beginning of its name.
#[test]
fn odd_names() {
    let cases = [
        ("0607 2b9080808000 01", "1.3", "0607 2b9080808000 01"), // 4294967296
        ("0603 2b0686", "1.3.6", "0603 2b0686"),
        ("0605 90ffffff7f", "0.0", "0605 90ffffff7f"),
        ("0604 2b8006ff", "1.3.6", "0604 2b8006ff"), // padded as well
    ];
    for (name, readable, kept) in cases {
        let (name, value) = (hex(name), hex("020105"));
        let bad = [&[0x30, (name.len() + value.len()) as u8][..], &name, &value].concat();
        let list = [hex("3006 0602 2b06 0500"), bad, hex("3006 0602 2b07 0500")].concat();
        let mut pdu = hex("a200 020101 020100 020100 30");
        pdu.push(list.len() as u8);
        pdu.extend(&list);
        pdu[1] = (pdu.len() - 2) as u8;
        let datagram = v2c(&pdu);
        let mut decoder = Decoder::default();
        let decoded = decoder.decode(&datagram).expect("lenient");
        assert!(decoded.anomalies.contains(Anomaly::UndecodableName));
        let message = Message::from(&decoded.message);
        let OwnedBody::Pdu(pdu) = &message.body else { unreachable!() };
        let kept = [hex(kept), value].concat();
        let odd = VarBind::new(oid(readable), Value::Undecodable { tag: 0x30, bytes: kept.into() });
        let expected = [VarBind::unspecified(oid("1.3.6")), odd, VarBind::unspecified(oid("1.3.7"))];
        assert_eq!(pdu.varbinds, expected);
        assert!(Decoder::new(Rules::Strict).decode(&datagram).is_err());
        let again = encode(&message);
        assert_eq!(Message::from(&Decoder::default().decode(&again).expect("own encoding").message), message);
    }
    // The longest message of nothing else: what is kept has room.
    let bad = hex("3007 0605 2b90808080");
    let list = bad.repeat(6_500);
    let mut writer = Writer::new();
    write_community(&mut writer, Version::V2c, b"", |w| {
        let mark = w.mark();
        w.octets(&list);
        PduHeader::response(1, ErrorStatus::NO_ERROR, 0).wrap(w, mark);
    });
    let datagram = writer.finish().expect("fits").to_vec();
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&datagram).expect("lenient");
    assert_eq!(decoded.message.pdu().expect("a PDU").varbinds.iter().count(), 6_500);
    // A list without its message cannot be mended.
    assert!(VarBinds::from_content(&bad, Rules::Lenient).is_err());
}

/// An answer whose error fields do not fit into 32 bits is still an answer: to an error that nobody knows.
#[test]
fn error_fields_beyond_32_bits() {
    for (fields, status, index) in [
        ("02050100000000 020101", i32::MAX, 1),
        ("0205ff00000000 020101", i32::MIN, 1),
        ("020105 02050100000000", 5, 0),
        ("020900ffffffffffffffff 0205ff00000000", i32::MAX, 0),
    ] {
        let length = 5 + fields.split_whitespace().map(str::len).sum::<usize>() / 2;
        let datagram = v2c(&hex(&format!("a2 {length:02x} 020107 {fields} 3000")));
        let mut decoder = Decoder::default();
        let decoded = decoder.decode(&datagram).expect(fields);
        let header = decoded.message.pdu().expect("a PDU").header;
        assert_eq!(header, PduHeader::response(7, ErrorStatus(status), index), "{fields}");
        assert!(decoded.anomalies.contains(Anomaly::OddField), "{fields}");
        assert!(ErrorStatus(status).name().is_none() || status == 5);
        assert!(Decoder::new(Rules::Strict).decode(&datagram).is_err(), "{fields}");
    }
    // A request-id that is not a number belongs to no request; nor do other types.
    for pdu in ["a211 02050100000000 020100 020100 3000", "a20d 020107 040100 020100 3000"] {
        assert!(Decoder::default().decode(&v2c(&hex(pdu))).is_err(), "{pdu}");
    }
}

/// Only receivers of notifications accept more, and only in notifications.
#[test]
fn forgiving_decoders() {
    let mut trap = trap();
    trap.version = Version::V2c;
    let foreign = encode(&trap);
    assert!(Decoder::default().decode(&foreign).is_err());
    let mut decoder = Decoder::for_notifications();
    let decoded = decoder.decode(&foreign).expect("forgiven");
    assert!(decoded.anomalies.contains(Anomaly::ForeignPdu));
    assert_eq!(Message::from(&decoded.message), trap);
    for kind in [PduKind::GetBulk, PduKind::Report] {
        let datagram = encode(&message(kind, Version::V1));
        assert!(decoder.decode(&datagram).is_err(), "{kind:?}");
    }
    let mut odd = v2c(&hex("a011 0405 0000000000 020100 020100 3000"));
    assert!(decoder.decode(&odd).is_err(), "a request has a number");
    let place = odd.iter().position(|octet| *octet == 0xa0).expect("the PDU");
    odd[place] = 0xa7;
    assert!(decoder.decode(&odd).expect("forgiven").anomalies.contains(Anomaly::OddField));
}

/// W9, CVE-2025-68615: an OID without octets is not a trap's identity, under any rules.
#[test]
fn empty_trap_oid() {
    for tag in ["a7", "a6"] {
        let pdu = format!("{tag}1b 020101 020100 020100 3010 300e 060a 2b060106030101040100 0600");
        let datagram = v2c(&hex(&pdu));
        assert_eq!(lenient_error(&datagram), ErrorKind::Anomaly(Anomaly::EmptyOid), "{tag}");
    }
    let ordinary = v2c(&hex("a70d 020101 020100 020100 3002 0600"));
    assert!(Decoder::default().decode(&ordinary).is_err(), "a varbind is a sequence");
    let v1 = hex("3019 020100 0400 a412 0600 4004 01020304 020106 020101 430101 3000");
    assert_eq!(lenient_error(&v1), ErrorKind::Anomaly(Anomaly::EmptyOid));
}

/// W10
#[test]
fn trailing_octets() {
    let mut datagram = encode(&message(PduKind::Get, Version::V1));
    datagram.push(0);
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&datagram).expect("lenient");
    assert_eq!(decoded.anomalies.iter().collect::<Vec<_>>(), [Anomaly::TrailingOctets]);
    assert!(Decoder::new(Rules::Strict).decode(&datagram).is_err());
}

/// CERT CA-2002-03: every prefix and every single-octet change of a message either reads or is an
/// error, and whatever reads can be gone through and written again.
#[test]
fn damaged_messages() {
    let mut decoder = Decoder::default();
    let mut read = 0;
    for whole in [encode(&message(PduKind::Response, Version::V2c)), encode(&trap())] {
        for end in 0..whole.len() {
            assert!(decoder.decode(&whole[..end]).is_err(), "{end} octets are no message");
        }
        for at in 0..whole.len() {
            for octet in 0..=255 {
                let mut damaged = whole.clone();
                damaged[at] = octet;
                if let Ok(decoded) = decoder.decode(&damaged) {
                    let message = Message::from(&decoded.message);
                    let again = encode(&message);
                    let mut strict = Decoder::default();
                    let decoded = strict.decode(&again).expect("own encoding");
                    assert_eq!(Message::from(&decoded.message), message);
                    read += 1;
                }
            }
        }
    }
    assert!(read > 1000, "only {read} were read");
}

fn trap() -> Message {
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.99999.1"),
        agent_addr: IpAddress([192, 0, 2, 7]),
        generic_trap: GenericTrap::ENTERPRISE_SPECIFIC,
        specific_trap: 12,
        time_stamp: TimeTicks(4711),
        varbinds: vec![VarBind::new(oid("1.3.6.1.4.1.99999.2.0"), 5)],
    };
    Message { version: Version::V1, community: b"public".to_vec(), body: OwnedBody::TrapV1(trap) }
}

#[test]
fn trap_v1_round_trips() {
    let message = trap();
    let datagram = encode(&message);
    let mut decoder = Decoder::new(Rules::Strict);
    let decoded = decoder.decode(&datagram).expect("own encoding");
    assert_eq!(Message::from(&decoded.message), message);
}

fn trap_v1() -> TrapV1 {
    match trap().body {
        OwnedBody::TrapV1(trap) => trap,
        OwnedBody::Pdu(_) => unreachable!(),
    }
}

/// C7, S12, P13: SNMPv1 to SNMPv2.
#[test]
fn trap_to_notification() {
    let names = |varbinds: &[VarBind]| varbinds.iter().map(|v| v.name.to_string()).collect::<Vec<_>>();
    let mut trap = trap_v1();
    let varbinds = notification_from_trap(&trap, b"public").expect("short");
    assert_eq!(
        names(&varbinds),
        [
            "1.3.6.1.2.1.1.3.0",
            "1.3.6.1.6.3.1.1.4.1.0",
            "1.3.6.1.4.1.99999.2.0",
            "1.3.6.1.6.3.18.1.3.0",
            "1.3.6.1.6.3.18.1.4.0",
            "1.3.6.1.6.3.1.1.4.3.0",
        ]
    );
    assert_eq!(varbinds[0].value, Value::TimeTicks(TimeTicks(4711)));
    assert_eq!(varbinds[1].value, Value::ObjectIdentifier(oid("1.3.6.1.4.1.99999.1.0.12")));
    assert_eq!(varbinds[3].value, Value::IpAddress(trap.agent_addr));
    for generic in 0..=5 {
        let identity = trap_oid(&trap.enterprise, GenericTrap(generic), 9).expect("short");
        assert_eq!(identity.to_string(), format!("1.3.6.1.6.3.1.1.5.{}", generic + 1));
    }
    // What is there already is not added again.
    trap.varbinds = varbinds[3..].to_vec();
    assert_eq!(notification_from_trap(&trap, b"other").expect("short")[2..], varbinds[3..]);
}

/// C8, S11: SNMPv2 to SNMPv1.
#[test]
fn notification_to_trap() {
    let own = IpAddress([10, 0, 0, 1]);
    let varbinds = |identity: &str| {
        vec![
            VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4711)),
            VarBind::new(oid("1.3.6.1.6.3.1.1.4.1.0"), oid(identity)),
            VarBind::new(oid("1.3.6.1.4.1.99999.2.0"), 5),
        ]
    };
    let specific = |identity| {
        let trap = trap_from_notification(&varbinds(identity), own).expect("convertible");
        (trap.enterprise.to_string(), trap.generic_trap, trap.specific_trap)
    };
    let six = GenericTrap::ENTERPRISE_SPECIFIC;
    assert_eq!(specific("1.3.6.1.4.1.99999.1.0.12"), ("1.3.6.1.4.1.99999.1".into(), six, 12));
    assert_eq!(specific("1.3.6.1.4.1.99999.1.12"), ("1.3.6.1.4.1.99999.1".into(), six, 12));
    assert_eq!(specific("1.3.6.1.6.3.1.1.5.3"), ("1.3.6.1.6.3.1.1.5".into(), GenericTrap::LINK_DOWN, 0));
    assert_eq!(specific("1.3.6.1.6.3.1.1.5.7"), ("1.3.6.1.6.3.1.1.5".into(), six, 7));

    // There and back again nothing is lost.
    let trap = trap_v1();
    let proxied = notification_from_trap(&trap, b"public").expect("short");
    let back = trap_from_notification(&proxied, own).expect("convertible");
    assert_eq!(back.agent_addr, trap.agent_addr, "snmpTrapAddress.0 goes before the sender's own");
    assert_eq!((back.enterprise, back.specific_trap), (trap.enterprise, trap.specific_trap));

    let mut with_counter = varbinds("1.3.6.1.4.1.99999.1.0.12");
    with_counter.push(VarBind::new(oid("1.3.6.1.4.1.99999.3.0"), Counter64(1)));
    assert_eq!(trap_from_notification(&with_counter, own), Err(NotConvertible::Counter64(4)));
    assert_eq!(trap_from_notification(&[], own), Err(NotConvertible::NoUpTime));
    assert_eq!(trap_from_notification(&with_counter[..1], own), Err(NotConvertible::NoTrapOid));
    assert_eq!(trap_from_notification(&with_counter[1..], own), Err(NotConvertible::NoUpTime));
}

/// C4
#[test]
fn error_status_for_v1() {
    let expected = [0, 1, 2, 3, 4, 5, 2, 3, 3, 3, 3, 2, 3, 5, 5, 5, 2, 2, 2, 5];
    for (status, expected) in (0..).zip(expected) {
        assert_eq!(ErrorStatus(status).to_v1(), ErrorStatus(expected), "{}", ErrorStatus(status));
    }
}
