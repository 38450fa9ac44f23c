//! SNMPv1 and SNMPv2c.

use crate::lab::{LINK_DOWN, Lab, TRAP_OID, UP_TIME, encode, link_down, oid, ok, response, v2c};
use mibc_runtime::ber::Anomaly;
use mibc_runtime::listener::{DUPLICATE_WINDOW, Dropped, Receiver, Sender};
use mibc_runtime::message::{
    ErrorStatus, GenericTrap, Message, OwnedBody, PduHeader, PduKind, TrapV1, Version,
};
use mibc_runtime::value::{IpAddress, OctetString, TimeTicks, Value, VarBind};

fn trap_v1(community: &str, generic: GenericTrap, specific: i32, time: u32) -> Message {
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.9999"),
        agent_addr: IpAddress([192, 0, 2, 1]),
        generic_trap: generic,
        specific_trap: specific,
        time_stamp: TimeTicks(time),
        varbinds: vec![VarBind::new(oid("1.3.6.1.2.1.2.2.1.1.7"), 7)],
    };
    Message { version: Version::V1, community: community.into(), body: OwnedBody::TrapV1(trap) }
}

/// P13: the first two varbinds say when and what.
#[test]
fn a_v2c_trap() {
    let mut lab = Lab::new();
    let received = lab.trap(&v2c("traps", PduKind::Trap, 1, link_down()));
    assert_eq!((received.source, received.version, received.is_inform), (50_000, Version::V2c, false));
    assert_eq!(received.sender, Sender::Community(b"traps".to_vec()));
    assert_eq!((received.up_time, received.trap_oid), (Some(TimeTicks(4_200)), Some(oid(LINK_DOWN))));
    assert_eq!(received.varbinds, link_down()[2..]);
    assert!(received.anomalies.is_empty());
    assert_eq!(lab.receiver.counters().in_pkts(), 1);
}

/// P13: a receiver tolerates that sysUpTime.0 or snmpTrapOID.0 is missing, or both, or that they are elsewhere.
#[test]
fn an_incomplete_heading() {
    let mut lab = Lab::new();
    let [up_time, trap_oid, own] = link_down().try_into().expect("three");
    let cases = [
        (vec![], None, None, 0),
        (vec![own.clone()], None, None, 1),
        (vec![up_time.clone(), own.clone()], Some(TimeTicks(4_200)), None, 1),
        (vec![trap_oid.clone(), own.clone()], None, Some(oid(LINK_DOWN)), 1),
        (
            vec![trap_oid.clone(), up_time.clone(), own.clone()],
            Some(TimeTicks(4_200)),
            Some(oid(LINK_DOWN)),
            1,
        ),
        // Elsewhere than in the first two places.
        (
            vec![own.clone(), own.clone(), up_time.clone(), trap_oid.clone()],
            Some(TimeTicks(4_200)),
            Some(oid(LINK_DOWN)),
            2,
        ),
        // Those of another type are varbinds like others.
        (vec![VarBind::new(oid(UP_TIME), 1), VarBind::new(oid(TRAP_OID), 1)], None, None, 2),
        (
            vec![up_time.clone(), up_time.clone(), trap_oid.clone()],
            Some(TimeTicks(4_200)),
            Some(oid(LINK_DOWN)),
            1,
        ),
    ];
    for (n, (varbinds, up_time, trap_oid, rest)) in (0..).zip(cases) {
        let received = lab.trap(&v2c("traps", PduKind::Trap, n, varbinds));
        assert_eq!(
            (received.up_time, received.trap_oid, received.varbinds.len()),
            (up_time, trap_oid, rest),
            "{n}"
        );
        assert_eq!(received.anomalies.iter().collect::<Vec<_>>(), [Anomaly::OddHeading], "{n}");
    }
}

/// C7: generic 0 to 5 are snmpTraps.1 to .6, a specific one is enterprise.0.specific; address, community and enterprise
/// follow the trap's own varbinds.
#[test]
fn v1_traps_become_v2() {
    let mut lab = Lab::new();
    for generic in 0..=5 {
        let received = lab.trap(&encode(&trap_v1("traps", GenericTrap(generic), 0, 100)));
        assert_eq!(received.trap_oid, Some(oid(&format!("1.3.6.1.6.3.1.1.5.{}", generic + 1))));
    }
    let received = lab.trap(&encode(&trap_v1("traps", GenericTrap::ENTERPRISE_SPECIFIC, 4, 100)));
    assert_eq!((received.version, received.up_time), (Version::V1, Some(TimeTicks(100))));
    assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.9999.0.4")));
    assert_eq!(received.agent_addr(), Some(IpAddress([192, 0, 2, 1])));
    let names: Vec<String> = received.varbinds.iter().map(|varbind| varbind.name.to_string()).collect();
    let expected =
        ["1.3.6.1.2.1.2.2.1.1.7", "1.3.6.1.6.3.18.1.3.0", "1.3.6.1.6.3.18.1.4.0", "1.3.6.1.6.3.1.1.4.3.0"];
    assert_eq!(names, expected);
    assert_eq!(received.varbinds[2].value, Value::OctetString(OctetString::from("traps")));
}

/// P14: same request-id, same varbinds, error 0/0; and the same community.
#[test]
fn informs_are_acknowledged() {
    let mut lab = Lab::new();
    for request_id in [i32::MIN, -1, 0, 1, i32::MAX] {
        let outcome = lab.take(&v2c("traps", PduKind::Inform, request_id, link_down())).expect("an inform");
        let reply = outcome.reply.expect("an acknowledgement");
        assert_eq!(response(&reply, "traps"), (ok(request_id), link_down()));
        assert!(outcome.notification.expect("a notification").is_inform);
    }
    assert_eq!(lab.receiver.counters().out_pkts(), 5);
}

/// RFC 3416 §4.2.7: a response that does not fit is tooBig without varbinds, and the notification is not delivered.
#[test]
fn an_inform_that_is_too_big() {
    let mut lab = Lab::of(Receiver::new([b"traps".to_vec()], 7).max_response(0));
    let mut varbinds = link_down();
    varbinds.push(VarBind::new(oid("1.3.6.1.2.1.1.5.0"), OctetString::from(vec![b'x'; 400])));
    let outcome = lab.take(&v2c("traps", PduKind::Inform, 5, varbinds.clone())).expect("an inform");
    let header = PduHeader::response(5, ErrorStatus::TOO_BIG, 0);
    assert_eq!(response(&outcome.reply.expect("an answer"), "traps"), (header, vec![]));
    assert!(outcome.notification.is_none());
    // A trap has no answer to be too big.
    lab.trap(&v2c("traps", PduKind::Trap, 5, varbinds));
    // Not even tooBig fits: dropped and counted.
    let long = "c".repeat(484);
    let mut lab = Lab::of(Receiver::new([long.clone().into_bytes()], 7).max_response(484));
    let dropped = lab.take(&v2c(&long, PduKind::Inform, 5, link_down())).expect_err("dropped");
    assert_eq!(dropped, Dropped::Silent { limit: 484 });
    assert_eq!(lab.receiver.counters().silent_drops(), 1);
}

/// A duplicate inform is acknowledged again, and delivered once; a duplicate trap is dropped.
#[test]
fn duplicates() {
    let mut lab = Lab::new();
    let inform = v2c("traps", PduKind::Inform, 5, link_down());
    let first = lab.take(&inform).expect("an inform");
    assert!(first.notification.is_some());
    let again = lab.take(&inform).expect("an inform");
    assert_eq!((again.reply, again.notification), (first.reply, None));
    // What differs in source, number, kind or content is another one.
    assert!(lab.take_from(1, &inform).is_ok_and(|outcome| outcome.notification.is_some()));
    let trap = v2c("traps", PduKind::Trap, 5, link_down());
    lab.trap(&trap);
    lab.trap(&v2c("traps", PduKind::Trap, 6, link_down()));
    lab.trap(&v2c("traps", PduKind::Trap, 5, link_down()[..2].to_vec()));
    assert_eq!(lab.take(&trap).map(|_| ()), Err(Dropped::Duplicate));
    // After the window the number may be in use again.
    lab.now += DUPLICATE_WINDOW;
    assert_eq!(lab.take(&trap).map(|_| ()), Err(Dropped::Duplicate));
    lab.pass(1);
    lab.trap(&trap);
    // SNMPv1 has no numbers: the time stands for one, if there is a time.
    let trap = encode(&trap_v1("traps", GenericTrap::LINK_DOWN, 0, 100));
    lab.trap(&trap);
    assert_eq!(lab.take(&trap).map(|_| ()), Err(Dropped::Duplicate));
    let timeless = encode(&trap_v1("traps", GenericTrap::LINK_DOWN, 0, 0));
    lab.trap(&timeless);
    lab.trap(&timeless);
}

/// What cannot be delivered is not acknowledged, and not taken for a duplicate when it comes again.
#[test]
fn without_room() {
    let mut lab = Lab::new();
    let inform = v2c("traps", PduKind::Inform, 5, link_down());
    lab.has_room = false;
    assert_eq!(lab.take(&inform).map(|_| ()), Err(Dropped::NoRoom));
    lab.has_room = true;
    assert!(lab.take(&inform).is_ok_and(|outcome| outcome.notification.is_some()));
    // An acknowledgement that was lost is repeated, room or not.
    lab.has_room = false;
    assert!(lab.take(&inform).is_ok_and(|outcome| outcome.reply.is_some() && outcome.notification.is_none()));
}

/// C10, N5: unknown communities are counted and dropped; a listener has none by default. CVE-2014-2284: an empty
/// one is treated like any other.
#[test]
fn communities() {
    let mut lab = Lab::new();
    for community in ["", "public", "private", "trap", "trapsx"] {
        for kind in [PduKind::Trap, PduKind::Inform] {
            let dropped = lab.take(&v2c(community, kind, 1, link_down())).map(|_| ());
            assert_eq!(dropped, Err(Dropped::UnknownCommunity), "{community:?}");
        }
        let dropped = lab.take(&encode(&trap_v1(community, GenericTrap::COLD_START, 0, 1))).map(|_| ());
        assert_eq!(dropped, Err(Dropped::UnknownCommunity), "{community:?}");
    }
    assert_eq!(lab.receiver.counters().bad_community_names(), 15);
    for receiver in [Receiver::new([vec![]], 7), Receiver::new([], 7).any_community()] {
        let mut lab = Lab::of(receiver);
        let received = lab.trap(&v2c("", PduKind::Trap, 1, link_down()));
        assert_eq!(received.sender, Sender::Community(vec![]));
        let received = lab.trap(&encode(&trap_v1("", GenericTrap::COLD_START, 0, 1)));
        assert_eq!(received.varbinds[2].value, Value::OctetString(OctetString::from("")));
    }
}

/// C15, N5: other versions, other PDUs and what is not a message: each moves its own counter.
#[test]
fn what_is_no_notification() {
    let mut lab = Lab::new();
    for kind in
        [PduKind::Get, PduKind::GetNext, PduKind::GetBulk, PduKind::Set, PduKind::Response, PduKind::Report]
    {
        let dropped = lab.take(&v2c("traps", kind, 1, link_down())).map(|_| ());
        assert_eq!(dropped, Err(Dropped::UnknownPdu), "{kind:?}");
    }
    let mut other = v2c("traps", PduKind::Trap, 1, link_down());
    for version in [2, 3, 77] {
        other[4] = version;
        let dropped = lab.take(&other).map(|_| ());
        assert_eq!(dropped, Err(Dropped::UnknownVersion(version.into())));
    }
    assert!(matches!(lab.take(b"\x30\x03abc"), Err(Dropped::Malformed(_))));
    let counters = lab.receiver.counters();
    let found = (counters.unknown_pdu_handlers(), counters.bad_versions(), counters.asn_parse_errs());
    assert_eq!(found, (6, 3, 1));
}

/// W: odd encodings are accepted and reported.
#[test]
fn anomalies_are_told() {
    let mut lab = Lab::new();
    let mut datagram = v2c("traps", PduKind::Trap, 1, link_down());
    // Octets behind the end of the message.
    datagram.extend_from_slice(&[0, 0, 0]);
    let received = lab.trap(&datagram);
    assert!(received.anomalies.contains(Anomaly::TrailingOctets), "{:?}", received.anomalies);
}

/// No secrets in logs.
#[test]
fn debug_hides_the_community() {
    let mut lab = Lab::of(Receiver::new([b"s3cret".to_vec()], 7));
    let received = lab.trap(&v2c("s3cret", PduKind::Trap, 1, link_down()));
    for text in [format!("{:?}", received.sender), format!("{:?}", lab.receiver)] {
        let octets = format!("{:?}", b"s3cret");
        assert!(!text.contains("s3cret") && !text.contains(octets.trim_matches(['[', ']'])), "{text}");
    }
}
