//! Who gets a notification, and in which form (RFC 3413 §3.3, §5; RFC 3584 §3.2, §4.2.3, §5.2.3).

use super::lab::{Lab, Left, address, moved, oid, params, target, told};
use crate::access::{Family, Model, Refusal};
use crate::message::{GenericTrap, Level, NotConvertible, OwnedBody, PduKind, TrapV1, Version};
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::originator::{
    CommunityEntry, Delivered, Event, MpModel, Notify, NotifyError, NotifyType, Tag, TargetAddress, Unusable,
};
use crate::value::{Counter64, IpAddress, OctetString, TimeTicks, Value, VarBind};

fn addresses(left: &[Left]) -> Vec<TransportAddress> {
    left.iter().map(|left| left.to.clone()).collect()
}

/// N2: each tag selects the addresses that have it; one that two tags select gets one message, but both a trap and an
/// inform if one of them is for each.
#[test]
fn tags_select() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("both", target(1, "v2c", "traps informs")).expect("a row");
        tables.set_address("twice", target(2, "v2c", "traps night")).expect("a row");
        tables.set_address("none", target(3, "v2c", "trap")).expect("a row");
        let night = Notify { tag: Tag::new("night").expect("a tag"), notify_type: NotifyType::Trap };
        tables.set_notify("night", night).expect("a row");
        // A tag without octets selects nobody.
        tables.set_notify("empty", Notify::default()).expect("a row");
    });
    let ticket = lab.notify(&moved());
    let left = lab.leave();
    let mut found: Vec<_> = left.iter().map(|left| (left.to.to_string(), told(left))).collect();
    found.sort_by_key(|(to, (kind, _))| (to.clone(), *kind == PduKind::Inform));
    let identity = || oid("1.3.6.1.4.1.9999.0.7");
    let expected = [
        (address(1).to_string(), (PduKind::Trap, identity())),
        (address(1).to_string(), (PduKind::Inform, identity())),
        (address(2).to_string(), (PduKind::Trap, identity())),
    ];
    assert_eq!(found, expected);
    let inform = left.iter().find(|left| told(left).0 == PduKind::Inform).expect("an inform");
    assert!(lab.find_report(ticket).is_none(), "the inform is not acknowledged yet");
    lab.acknowledge(inform);
    let report = lab.report(ticket);
    let results: Vec<_> = report.deliveries().iter().map(|delivery| delivery.target.clone()).collect();
    assert_eq!(
        results,
        [b"both".to_vec(), b"twice".to_vec(), b"both".to_vec()],
        "by rows of snmpNotifyTable"
    );
    report.into_result().expect("all of it arrived");
    assert!(lab.originator.is_idle());
}

/// C9: an inform for SNMPv1 is a trap. C8: agent-addr, generic and specific traps.
#[test]
fn snmpv1() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v1", "informs traps")).expect("a row");
        let v6 = TransportAddress::Udp("[2001:db8::1]:162".parse().expect("an address"));
        tables.set_address("b", TargetAddress { address: v6, ..target(2, "v1", "traps") }).expect("a row");
    });
    let ticket = lab.notify(&moved());
    let left = lab.leave();
    let traps: Vec<TrapV1> = left
        .iter()
        .map(|left| match left.message().body {
            OwnedBody::TrapV1(trap) => trap,
            OwnedBody::Pdu(pdu) => panic!("a Trap-PDU of SNMPv1, not {pdu:?}"),
        })
        .collect();
    let [own, other] = traps.as_slice() else { panic!("one for each: {traps:?}") };
    assert_eq!(own.enterprise, oid("1.3.6.1.4.1.9999"));
    assert_eq!((own.generic_trap, own.specific_trap), (GenericTrap::ENTERPRISE_SPECIFIC, 7));
    assert_eq!(own.agent_addr, IpAddress([192, 0, 2, 250]));
    assert_eq!(other.agent_addr, IpAddress([0; 4]), "no IPv4 address leads there");
    lab.report(ticket).into_result().expect("sent");

    lab.notify(&Event::cold_start());
    let OwnedBody::TrapV1(cold) = lab.leave()[0].message().body else { panic!("a Trap-PDU") };
    assert_eq!((cold.generic_trap, cold.specific_trap), (GenericTrap::COLD_START, 0));
    assert_eq!(cold.enterprise, oid("1.3.6.1.6.3.1.1.5"));
}

/// C8: what has a Counter64 is not sent over SNMPv1, which is told; the others get it.
#[test]
fn counter64() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v1", "traps")).expect("a row");
        tables.set_address("b", target(2, "v2c", "traps")).expect("a row");
    });
    let charged = Event::new(oid("1.3.6.1.4.1.9999.0.8"))
        .varbinds([VarBind::new(oid("1.3.6.1.4.1.9999.1.2.0"), Counter64(1))]);
    let ticket = lab.notify(&charged);
    assert_eq!(addresses(&lab.leave()), [address(2)]);
    let report = lab.report(ticket);
    let [first, second] = report.deliveries() else { panic!("two: {report:?}") };
    assert!(matches!(first.result, Err(NotifyError::NotV1(NotConvertible::Counter64(3)))), "{first:?}");
    assert!(matches!(second.result, Ok(Delivered::Sent)), "{second:?}");
    assert_eq!((lab.originator.counters().failed(), lab.originator.counters().sent()), (1, 1));
}

/// A forwarded SNMPv1 trap says where it is from, and by which community, and becomes the same trap again.
#[test]
fn forwarded_traps() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps")).expect("a row");
        tables.set_address("b", target(2, "v1", "traps")).expect("a row");
    });
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.9999"),
        agent_addr: IpAddress([198, 51, 100, 7]),
        generic_trap: GenericTrap::LINK_DOWN,
        specific_trap: 0,
        time_stamp: TimeTicks(77),
        varbinds: vec![VarBind::new(oid("1.3.6.1.2.1.2.2.1.1.7"), 7)],
    };
    lab.notify(&Event::forwarded(&trap, b"theirs").expect("it has an OID"));
    let left = lab.leave();
    let pdu = left[0].pdu();
    assert_eq!(pdu.varbinds[0].value, Value::from(TimeTicks(77)));
    let own = &pdu.varbinds[3..];
    let expected = [
        VarBind::new(oid("1.3.6.1.6.3.18.1.3.0"), IpAddress([198, 51, 100, 7])),
        VarBind::new(oid("1.3.6.1.6.3.18.1.4.0"), "theirs"),
        VarBind::new(oid("1.3.6.1.6.3.1.1.4.3.0"), oid("1.3.6.1.4.1.9999")),
    ];
    assert_eq!(own, expected);
    let OwnedBody::TrapV1(again) = left[1].message().body else { panic!("a Trap-PDU") };
    assert_eq!((&again.enterprise, again.agent_addr), (&trap.enterprise, trap.agent_addr));
    assert_eq!((again.generic_trap, again.time_stamp), (trap.generic_trap, trap.time_stamp));
}

fn see_only(lab: &Lab, subtrees: &[&str]) {
    lab.vacm.edit(|tables| {
        tables.remove_family(b"noc", &Oid::ZERO);
        for subtree in subtrees {
            tables.set_family("noc", Family::included(oid(subtree)));
        }
    });
}

/// V7: the notification and every variable of it must be in the notify view, else nothing is sent.
#[test]
fn notify_views() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps")).expect("a row");
    });
    let always = ["1.3.6.1.2.1.1.3", "1.3.6.1.6.3.1.1.4.1"];
    let hidden = |lab: &mut Lab| {
        let ticket = lab.notify(&moved());
        let sent = lab.leave().len();
        match lab.report(ticket).into_result() {
            Ok(()) if sent == 1 => None,
            Err(NotifyError::Hidden { name, .. }) if sent == 0 => Some(name.to_string()),
            other => panic!("{sent} datagrams, {other:?}"),
        }
    };
    assert_eq!(hidden(&mut lab), None);
    see_only(&lab, &always);
    assert_eq!(hidden(&mut lab).as_deref(), Some("1.3.6.1.4.1.9999.0.7"));
    see_only(&lab, &["1.3.6.1.4.1.9999.0"]);
    assert_eq!(hidden(&mut lab).as_deref(), Some("1.3.6.1.4.1.9999.1.1.0"));
    see_only(&lab, &["1.3.6.1.4.1.9999.1.1"]);
    assert_eq!(hidden(&mut lab), None);
    lab.vacm.edit(|tables| tables.remove_family(b"noc", &oid("1.3.6.1.2.1.1.3")));
    assert_eq!(
        hidden(&mut lab).as_deref(),
        Some("1.3.6.1.2.1.1.3.0"),
        "sysUpTime.0 is a variable like others"
    );
    assert_eq!(lab.originator.counters().hidden(), 3);
    // Another context, other answers.
    let ticket = lab.notify(&moved().context("elsewhere"));
    let refused = lab.report(ticket).into_result();
    assert!(
        matches!(refused, Err(NotifyError::NoView { refusal: Refusal::NoSuchContext, .. })),
        "{refused:?}"
    );
    // Who has left the group has no view at all.
    lab.vacm.edit(|tables| tables.remove_group(Model::V2C, b"noc"));
    let ticket = lab.notify(&moved());
    let refused = lab.report(ticket).into_result();
    assert!(matches!(refused, Err(NotifyError::NoView { refusal: Refusal::NoGroupName, .. })), "{refused:?}");
}

/// N1: the profile of the parameters filters; without profile, and with one without rows, all passes.
#[test]
fn filter_profiles() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps")).expect("a row");
        let other = params(MpModel::V2C, Model::V2C, "noc", Level::NoAuthNoPriv);
        tables.set_params("other", other).expect("a row");
        tables.set_address("b", target(2, "other", "traps")).expect("a row");
        tables.set_filter_profile("v2c", "quiet").expect("a row");
    });
    lab.notify(&moved());
    assert_eq!(lab.leave().len(), 2, "a profile without rows");
    lab.targets
        .edit(|tables| tables.set_filter("quiet", Family::included(oid("1.3.6.1.6.3"))))
        .expect("a row");
    let ticket = lab.notify(&moved());
    assert_eq!(addresses(&lab.leave()), [address(2)]);
    let report = lab.report(ticket);
    assert!(matches!(report.deliveries()[0].result, Ok(Delivered::Filtered)));
    report.into_result().expect("a filter is not a failure");
    assert_eq!(lab.originator.counters().filtered(), 1);
    lab.notify(&Event::cold_start());
    assert_eq!(lab.leave().len(), 2);
    // The values of the first two varbinds are as good as others.
    let clock = Family::excluded(oid("1.3.6.1.2.1.1.3"));
    lab.targets.edit(|tables| tables.set_filter("quiet", clock)).expect("a row");
    lab.notify(&Event::cold_start());
    assert_eq!(addresses(&lab.leave()), [address(2)]);
    lab.targets.edit(|tables| tables.remove_filter_profile(b"v2c"));
    lab.notify(&moved());
    assert_eq!(lab.leave().len(), 2);
}

/// C10: the community is the first row with security name, context and transport tag.
#[test]
fn communities() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps inside")).expect("a row");
        tables.set_address("b", target(2, "v2c", "traps")).expect("a row");
        let row = |name: &str, context: &str, tag: &str| CommunityEntry {
            context_name: context.into(),
            transport_tag: Tag::new(tag).expect("a tag"),
            ..CommunityEntry::new(name, "noc")
        };
        tables.set_community("a", row("inside", "", "inside")).expect("a row");
        tables.set_community("z", row("vlan", "vlan-7", "inside")).expect("a row");
    });
    lab.show_context("vlan-7");
    let communities = |left: &[Left]| -> Vec<String> {
        left.iter().map(|left| String::from_utf8_lossy(&left.message().community).into_owned()).collect()
    };
    lab.notify(&moved());
    assert_eq!(communities(&lab.leave()), ["inside", "s3cret"]);
    let ticket = lab.notify(&moved().context("vlan-7"));
    assert_eq!(communities(&lab.leave()), ["vlan"]);
    let report = lab.report(ticket);
    assert!(matches!(report.deliveries()[1].result, Err(NotifyError::NoCommunity { .. })), "{report:?}");
    // A context at another engine.
    let ticket = lab.notify(&moved().context_engine_id([1, 2, 3, 4, 5]));
    assert_eq!(lab.leave().len(), 0);
    assert!(matches!(lab.report(ticket).into_result(), Err(NotifyError::NoCommunity { .. })));
}

/// Rows that do not go together are told, and nothing is sent.
#[test]
fn rows_that_cannot_be_used() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "missing", "traps")).expect("a row");
        tables.set_address("b", target(2, "mixed", "traps")).expect("a row");
        tables.set_address("c", target(3, "level", "traps")).expect("a row");
        tables.set_address("d", target(4, "user", "traps")).expect("a row");
        let mixed = params(MpModel::V1, Model::V2C, "noc", Level::NoAuthNoPriv);
        tables.set_params("mixed", mixed).expect("a row");
        let level = params(MpModel::V2C, Model::V2C, "noc", Level::AuthPriv);
        tables.set_params("level", level).expect("a row");
        let user = params(MpModel::V3, Model::USM, "noc", Level::AuthPriv);
        tables.set_params("user", user).expect("a row");
    });
    let ticket = lab.notify(&moved());
    assert_eq!(lab.leave().len(), 0);
    let found: Vec<Unusable> = lab
        .report(ticket)
        .into_deliveries()
        .into_iter()
        .map(|delivery| match delivery.result {
            Err(NotifyError::Unusable { reason, .. }) => reason,
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        Unusable::NoParams,
        Unusable::Models { mp_model: 0, security_model: 2 },
        Unusable::CommunityLevel(Level::AuthPriv),
        #[cfg(feature = "usm")]
        Unusable::NoUser,
        #[cfg(not(feature = "usm"))]
        Unusable::Models { mp_model: 3, security_model: 3 },
    ];
    assert_eq!(found, expected);
}

/// snmpTargetAddrMMS limits messages of the older versions.
#[test]
fn sizes() {
    let mut lab = Lab::new(|tables| {
        for (name, tag) in [("a", "traps"), ("b", "informs")] {
            tables.set_address(name, TargetAddress { mms: 484, ..target(1, "v2c", tag) }).expect("a row");
        }
        tables.set_address("c", target(3, "v2c", "traps")).expect("a row");
    });
    let long = moved().varbinds([VarBind::new(
        oid("1.3.6.1.4.1.9999.1.3.0"),
        OctetString::from(vec![b'x'; 480].as_slice()),
    )]);
    let ticket = lab.notify(&long);
    assert_eq!(addresses(&lab.leave()), [address(3)]);
    let report = lab.report(ticket);
    let failed =
        report.deliveries().iter().filter(|one| matches!(one.result, Err(NotifyError::TooLarge(_)))).count();
    assert_eq!(failed, 2, "{report:?}");
    lab.notify(&moved());
    assert_eq!(lab.leave().len(), 3);
}

/// P13
#[test]
fn varbinds_of_a_message() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps informs")).expect("a row");
    });
    lab.notify(&moved());
    let left = lab.leave();
    assert_eq!(left.len(), 2);
    for left in left {
        let pdu = left.pdu();
        assert_eq!(left.message().version, Version::V2c);
        assert_eq!((pdu.header.error_status, pdu.header.error_index), (Default::default(), 0));
        let expected = [
            VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4_200)),
            VarBind::new(oid("1.3.6.1.6.3.1.1.4.1.0"), oid("1.3.6.1.4.1.9999.0.7")),
            VarBind::new(oid("1.3.6.1.4.1.9999.1.1.0"), "attic"),
        ];
        assert_eq!(pdu.varbinds, expected);
    }
}
