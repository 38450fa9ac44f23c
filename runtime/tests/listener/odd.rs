//! Notifications that break rules and are delivered all the same: nobody repeats a trap.

use crate::lab::{
    LINK_DOWN, Lab, Made, TRAP_OID, UP_TIME, encode, link_down, oid, operator, response_in, user, v2c, v3_lab,
};
use mibc_runtime::ber::Anomaly;
use mibc_runtime::listener::{Dropped, ReceivedNotification, Sender};
use mibc_runtime::message::{
    ErrorStatus, GenericTrap, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, TrapV1, Version,
};
use mibc_runtime::usm::{Auth, User};
use mibc_runtime::value::{IpAddress, TimeTicks, Value, VarBind};
use mibc_test_support::v3::with_scoped;

const ENTERPRISE: &[u8] = &[0x06, 0x07, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xce, 0x0f];
const ADDRESS: &[u8] = &[0x40, 0x04, 192, 0, 2, 1];
const SPECIFIC: &[u8] = &[0x02, 0x01, 6];
const FIVE: &[u8] = &[0x02, 0x01, 5];
const TIME: &[u8] = &[0x43, 0x01, 100];
/// ifIndex.7 = 7
const LIST: &[u8] = &[0x30, 0x11, 0x30, 0x0f, 0x06, 0x0a, 0x2b, 6, 1, 2, 1, 2, 2, 1, 1, 7, 0x02, 0x01, 7];

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut octets = vec![tag, u8::try_from(content.len()).expect("short")];
    octets.extend_from_slice(content);
    octets
}

/// A message of the community "traps" with a PDU of these fields.
fn message(version: u8, tag: u8, fields: &[&[u8]]) -> Vec<u8> {
    let pdu = tlv(tag, &fields.concat());
    tlv(0x30, &[&[0x02, 0x01, version][..], &tlv(0x04, b"traps"), &pdu].concat())
}

fn trap(fields: &[&[u8]]) -> ReceivedNotification<u16> {
    Lab::new().trap(&message(0, 0xa4, fields))
}

fn has(notification: &ReceivedNotification<u16>, anomaly: Anomaly) -> bool {
    notification.anomalies.contains(anomaly)
}

/// The trap's own varbinds, of those of a v1 trap.
fn own(notification: &ReceivedNotification<u16>) -> Vec<String> {
    let names = notification.varbinds.iter().map(|varbind| varbind.name.to_string());
    names.filter(|name| !name.starts_with("1.3.6.1.6.3.")).collect()
}

#[test]
fn a_regular_one_has_no_anomalies() {
    let received = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, LIST]);
    assert!(received.anomalies.is_empty(), "{:?}", received.anomalies);
    assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.9999.0.5")));
}

#[test]
fn pdus_of_another_version() {
    // Of SNMPv1 in a message of SNMPv2c.
    let mut lab = Lab::new();
    let received = lab.trap(&message(1, 0xa4, &[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, LIST]));
    assert_eq!(
        (received.version, received.trap_oid.clone()),
        (Version::V2c, Some(oid("1.3.6.1.4.1.9999.0.5")))
    );
    assert_eq!(
        (received.up_time, received.agent_addr()),
        (Some(TimeTicks(100)), Some(IpAddress([192, 0, 2, 1])))
    );
    assert_eq!(received.anomalies.iter().collect::<Vec<_>>(), [Anomaly::ForeignPdu]);
    // Of SNMPv2 in a message of SNMPv1.
    for kind in [PduKind::Trap, PduKind::Inform] {
        let pdu = Pdu { header: PduHeader::new(kind, 5), varbinds: link_down() };
        let message =
            Message { version: Version::V1, community: b"traps".to_vec(), body: OwnedBody::Pdu(pdu) };
        let outcome = lab.take(&encode(&message)).expect("taken");
        let received = outcome.notification.expect("delivered");
        assert_eq!((received.version, received.trap_oid.clone()), (Version::V1, Some(oid(LINK_DOWN))));
        assert!(has(&received, Anomaly::ForeignPdu));
        assert_eq!(outcome.reply.is_some(), kind == PduKind::Inform);
        if let Some(reply) = outcome.reply {
            let header = PduHeader::response(5, ErrorStatus::NO_ERROR, 0);
            assert_eq!(response_in(Version::V1, &reply, "traps"), (header, link_down()));
        }
    }
    // What is not a notification in any version is rejected.
    let mut get = v2c("traps", PduKind::GetBulk, 1, link_down());
    get[4] = 0;
    assert!(matches!(lab.take(&get), Err(Dropped::Malformed(_))));
}

/// Each field of a Trap-PDU: of another type, length or range, and missing. The others are none the worse.
#[test]
fn fields_of_v1_traps() {
    let mapped = tlv(0x04, &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let no_address = IpAddress([0; 4]);
    for (address, expected) in [
        (&[0x40, 0][..], no_address),
        (&mapped, no_address),
        (&tlv(0x40, &mapped), no_address),
        (&[0x05, 0], no_address),
        (&[0x02, 4, 10, 0, 0, 1], no_address),
        (&[0x04, 4, 10, 0, 0, 1], IpAddress([10, 0, 0, 1])),
        (&[], no_address),
    ] {
        let received = trap(&[ENTERPRISE, address, SPECIFIC, FIVE, TIME, LIST]);
        assert_eq!(received.agent_addr(), Some(expected), "{address:02x?}");
        assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.9999.0.5")), "{address:02x?}");
        assert_eq!((received.up_time, own(&received).len()), (Some(TimeTicks(100)), 1), "{address:02x?}");
        assert!(has(&received, Anomaly::OddField), "{address:02x?}");
    }
    for (time, expected) in [
        (&[0x42, 1, 100][..], 100),
        (&[0x02, 1, 100], 100),
        (&[0x02, 1, 0xff], u32::MAX),
        (&[0x43, 5, 0, 0xff, 0xff, 0xff, 0xff], u32::MAX),
        (&[0x43, 5, 1, 0, 0, 0, 0], 0),
        (&[0x04, 1, 100], 0),
        (&[0x05, 0], 0),
        (&[], 0),
    ] {
        let received = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, time, LIST]);
        assert_eq!(received.up_time, Some(TimeTicks(expected)), "{time:02x?}");
        assert_eq!((received.trap_oid.is_some(), own(&received).len()), (true, 1), "{time:02x?}");
    }
    let unsigned = [0x02, 5, 0, 0xff, 0xff, 0xff, 0xff];
    let huge = [0x02, 6, 1, 0, 0, 0, 0, 0];
    for (generic, specific, expected) in [
        (SPECIFIC, &unsigned[..], Some("1.3.6.1.4.1.9999.0.4294967295")),
        (SPECIFIC, &[0x02, 1, 0xff], Some("1.3.6.1.4.1.9999.0.4294967295")),
        (SPECIFIC, &[0x42, 1, 5], Some("1.3.6.1.4.1.9999.0.5")),
        (&unsigned, FIVE, Some("1.3.6.1.4.1.9999.0.5")),
        (&[0x02, 1, 3], &huge, Some("1.3.6.1.6.3.1.1.5.4")),
        (&[0x42, 1, 3], FIVE, Some("1.3.6.1.6.3.1.1.5.4")),
        (SPECIFIC, &huge, None),
        (SPECIFIC, &[0x04, 1, 5], None),
        (&[0x05, 0], FIVE, None),
    ] {
        let received = trap(&[ENTERPRISE, ADDRESS, generic, specific, TIME, LIST]);
        assert_eq!(received.trap_oid, expected.map(oid), "{generic:02x?} {specific:02x?}");
        assert_eq!(has(&received, Anomaly::UnknownTrapNumber), expected.is_none());
        assert_eq!((received.up_time, own(&received).len()), (Some(TimeTicks(100)), 1));
    }
}

/// CVE-2025-68615: an enterprise that is empty or cannot be read is not an identity; generic traps need none.
#[test]
fn enterprises() {
    let too_large = [0x06, 7, 0x2b, 0x90, 0x80, 0x80, 0x80, 0x00, 1];
    for enterprise in [&[0x06, 0][..], &too_large, &[0x05, 0], &[0x04, 2, 0x2b, 6], &[]] {
        let received = trap(&[enterprise, ADDRESS, SPECIFIC, FIVE, TIME, LIST]);
        assert_eq!(
            (received.trap_oid.clone(), received.up_time),
            (None, Some(TimeTicks(100))),
            "{enterprise:02x?}"
        );
        assert!(has(&received, Anomaly::OddField));
        assert_eq!(received.agent_addr(), Some(IpAddress([192, 0, 2, 1])));
        assert!(received.varbinds.iter().all(|varbind| varbind.name != oid("1.3.6.1.6.3.1.1.4.3.0")));
        let generic = trap(&[enterprise, ADDRESS, &[0x02, 1, 2], &[0x02, 1, 0], TIME, LIST]);
        assert_eq!(generic.trap_oid, Some(oid(LINK_DOWN)));
    }
    // 128 sub-identifiers leave no room for .0.specific.
    let trap = TrapV1 {
        enterprise: oid(&format!("1.3{}", ".1".repeat(126))),
        agent_addr: IpAddress([192, 0, 2, 1]),
        generic_trap: GenericTrap::ENTERPRISE_SPECIFIC,
        specific_trap: 1,
        time_stamp: TimeTicks(1),
        varbinds: vec![],
    };
    let body = OwnedBody::TrapV1(trap);
    let message = Message { version: Version::V1, community: b"traps".to_vec(), body };
    let received = Lab::new().trap(&encode(&message));
    assert!(received.trap_oid.is_none() && has(&received, Anomaly::OddField));
}

/// Cut off behind any octet of the PDU: what is in front of the cut is delivered.
#[test]
fn cut_off() {
    let mut lab = Lab::new();
    let v1 = message(0, 0xa4, &[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, LIST]);
    let mut varbinds = link_down();
    varbinds.push(VarBind::new(oid("1.3.6.1.2.1.2.2.1.2.7"), Value::from("ethernet")));
    let v2 = v2c("traps", PduKind::Trap, 5, varbinds.clone());
    // Headers of message and PDU, version, community.
    const HEAD: usize = 2 + 3 + 7 + 2;
    for whole in [&v1, &v2] {
        for end in HEAD..whole.len() {
            let received = Lab::new().trap(&whole[..end]);
            assert!(has(&received, Anomaly::Truncated), "{end}");
        }
        for end in 0..HEAD - 2 {
            assert!(lab.take(&whole[..end]).is_err(), "{end} octets have no community");
        }
    }
    // Whole varbinds stay what they are, and of one that is cut the name is known.
    let last = &v2[..v2.len() - 3];
    let received = lab.trap(last);
    assert_eq!((received.up_time, received.trap_oid), (Some(TimeTicks(4_200)), Some(oid(LINK_DOWN))));
    assert_eq!(received.varbinds[0], varbinds[2]);
    assert_eq!(received.varbinds[1].name, varbinds[3].name);
    assert!(matches!(received.varbinds[1].value, Value::Undecodable { .. }));
    // A number is never read from half of its octets.
    let cut = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, &LIST[..LIST.len() - 1]]);
    assert!(matches!(cut.varbinds[0].value, Value::Undecodable { .. }), "{:?}", cut.varbinds[0]);
    // An inform is acknowledged with what came of it.
    let mut inform = v2c("traps", PduKind::Inform, 5, varbinds.clone());
    inform.truncate(inform.len() - 24);
    let outcome = lab.take(&inform).expect("an inform");
    assert!(outcome.notification.is_some());
    let (header, echoed) = response_in(Version::V2c, &outcome.reply.expect("acknowledged"), "traps");
    assert_eq!((header.request_id, &echoed[..]), (5, &varbinds[..3]));
    // Nothing of the kind for messages of which only the digest says what is meant: they are refused.
    let mut v3 = v2;
    v3[4] = 3;
    assert!(lab.take(&v3[..40]).is_err());
}

/// A list whose elements are not all varbinds.
#[test]
fn lists() {
    let good = &LIST[2..];
    let list =
        tlv(0x30, &[good, &[0x04, 3, b'a', b'b', b'c'], &[0x30, 2, 0x05, 0], &[0x30, 0], good].concat());
    let received = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, &list]);
    let expected = ["1.3.6.1.2.1.2.2.1.1.7", "0.0", "0.0", "0.0", "1.3.6.1.2.1.2.2.1.1.7"];
    assert_eq!(own(&received), expected);
    assert!(has(&received, Anomaly::UndecodableName));
    let kept = received.varbinds[1..4].iter().map(|varbind| match &varbind.value {
        Value::Undecodable { tag: 0x30, bytes } => bytes.to_vec(),
        other => panic!("{other:?}"),
    });
    assert_eq!(kept.collect::<Vec<_>>(), [vec![0x04, 3, b'a', b'b', b'c'], vec![0x05, 0], vec![]]);
    // Behind an element of unknown length nothing can be told.
    let list = tlv(0x30, &[good, &[0x30, 0x80], good].concat());
    let received = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, &list]);
    assert_eq!(own(&received).len(), 1);
    assert!(has(&received, Anomaly::Truncated));
    // No list at all.
    let received = trap(&[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME]);
    assert!(own(&received).is_empty() && has(&received, Anomaly::Truncated));
}

/// A request-id of 32 bits without sign, and other fields that are no INTEGER of 32 bits.
#[test]
fn fields_of_v2_notifications() {
    let mut lab = Lab::new();
    let zero: &[u8] = &[0x02, 1, 0];
    let list = message(1, 0xa7, &[FIVE, zero, zero, LIST]);
    assert!(!has(&lab.trap(&list), Anomaly::OddField));
    let unsigned: &[u8] = &[0x02, 5, 0, 0xff, 0xff, 0xff, 0xfe];
    for fields in [[unsigned, zero, zero], [FIVE, unsigned, zero], [&[0x42, 1, 5], zero, &[0x05, 0]]] {
        let received = lab.trap(&message(1, 0xa7, &[&fields.concat(), LIST]));
        assert!(has(&received, Anomaly::OddField), "{fields:02x?}");
        assert_eq!(received.varbinds.len(), 1);
        lab.pass(60);
        let inform = lab.take(&message(1, 0xa6, &[&fields.concat(), LIST])).expect("an inform");
        assert!(inform.reply.is_some() && inform.notification.is_some());
    }
    // Missing fields.
    let received = lab.trap(&message(1, 0xa7, &[FIVE, LIST]));
    assert_eq!((received.varbinds.len(), has(&received, Anomaly::OddField)), (1, true));
}

/// CVE-2025-68615: an snmpTrapOID.0 without octets is not an identity, nor is 0.0.
#[test]
fn trap_oids_without_octets() {
    let up_time =
        tlv(0x30, &[oid(UP_TIME).as_ber()].map(|name| [&tlv(0x06, name)[..], TIME].concat()).concat());
    for identity in [&[0x06, 0][..], &[0x06, 1, 0], &[0x04, 0]] {
        let trap_oid = tlv(0x30, &[&tlv(0x06, oid(TRAP_OID).as_ber()), identity].concat());
        let list = tlv(0x30, &[up_time.clone(), trap_oid, LIST[2..].to_vec()].concat());
        for tag in [0xa7, 0xa6] {
            let zero: &[u8] = &[0x02, 1, 0];
            let outcome = Lab::new().take(&message(1, tag, &[FIVE, zero, zero, &list])).expect("taken");
            let received = outcome.notification.expect("delivered");
            assert_eq!((received.trap_oid.clone(), received.up_time), (None, Some(TimeTicks(100))));
            assert_eq!((received.varbinds.len(), has(&received, Anomaly::OddHeading)), (2, true));
        }
    }
}

/// An SNMPv1 Trap-PDU in a message of SNMPv3, at each level: by its sender's engine, and by the listener's own.
#[test]
fn a_trap_of_snmpv1_in_a_message_of_snmpv3() {
    let pdu = tlv(0xa4, &[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, TIME, LIST].concat());
    for (made, level) in [
        (Made::trap(&operator(), "agent"), Level::AuthPriv),
        (Made::trap(&user("signer", Auth::Sha1, None), "agent"), Level::AuthNoPriv),
        (Made::trap(&User::new("guest"), "agent"), Level::NoAuthNoPriv),
        (Made::inform(&operator()), Level::AuthPriv),
    ] {
        let mut lab = v3_lab(None);
        let context = [tlv(0x04, &made.context_engine_id), tlv(0x04, made.context_name.as_bytes())].concat();
        let scoped = tlv(0x30, &[context, pdu.clone()].concat());
        let trap = Made { reportable: false, ..made.clone() }.datagram();
        let datagram = with_scoped(&trap, &made.keys, &scoped);
        let received = lab.trap(&datagram);
        assert_eq!(
            (received.version, received.trap_oid.clone()),
            (Version::V3, Some(oid("1.3.6.1.4.1.9999.0.5")))
        );
        assert_eq!(received.up_time, Some(TimeTicks(100)));
        assert_eq!(received.agent_addr(), Some(IpAddress([192, 0, 2, 1])));
        assert_eq!(own(&received), ["1.3.6.1.2.1.2.2.1.1.7"]);
        let names = received.varbinds.iter().map(|varbind| varbind.name.to_string());
        assert!(!names.into_iter().any(|name| name == "1.3.6.1.6.3.18.1.4.0"), "there is no community");
        assert_eq!(received.anomalies.iter().collect::<Vec<_>>(), [Anomaly::ForeignPdu]);
        let Sender::User(sender) = &received.sender else { panic!("a user") };
        assert_eq!((sender.level, sender.context_name.as_slice()), (level, &b"vlan-7"[..]));
        // The same again is a duplicate; one of another time is not.
        assert!(matches!(lab.take(&datagram), Err(Dropped::Duplicate)), "{level:?}");
        let later = scoped.iter().map(|octet| if *octet == 100 { 101 } else { *octet }).collect::<Vec<_>>();
        assert_eq!(lab.trap(&with_scoped(&trap, &made.keys, &later)).up_time, Some(TimeTicks(101)));
        // Cut off, or with a field that is odd: as in the older versions.
        let odd = tlv(0xa4, &[ENTERPRISE, ADDRESS, SPECIFIC, FIVE, &[0x42, 0x01, 100], LIST].concat());
        let context = [tlv(0x04, &made.context_engine_id), tlv(0x04, b"")].concat();
        let odd = with_scoped(&trap, &made.keys, &tlv(0x30, &[context, odd].concat()));
        assert!(has(&lab.trap(&odd), Anomaly::OddField), "{level:?}");
    }
    // Not from a user who is to protect it better.
    let weak = Made { level: Level::NoAuthNoPriv, ..Made::trap(&operator(), "agent") };
    let context = [tlv(0x04, &weak.context_engine_id), tlv(0x04, b"")].concat();
    let scoped = tlv(0x30, &[context, pdu].concat());
    let weak = with_scoped(&weak.datagram(), &weak.keys, &scoped);
    assert!(matches!(v3_lab(None).take(&weak), Err(Dropped::Level)));
}
