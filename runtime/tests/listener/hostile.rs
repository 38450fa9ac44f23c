//! 100,000 datagrams that are nearly notifications: nobody panics, nobody is fooled, memory stays bounded.

use crate::lab::{Lab, Made, encode, link_down, oid, operator, user, v2c, v3_lab};
use allocation_counter::measure;
use mibc_runtime::listener::{Receiver, Sender};
use mibc_runtime::message::{GenericTrap, Level, Message, OwnedBody, PduKind, TrapV1, Version};
use mibc_runtime::usm::{Auth, User};
use mibc_runtime::value::{IpAddress, OctetString, TimeTicks, VarBind};
use mibc_test_support::Xorshift;

const COUNT: usize = 100_000;

fn trap_v1() -> Vec<u8> {
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.9999"),
        agent_addr: IpAddress([192, 0, 2, 1]),
        generic_trap: GenericTrap::ENTERPRISE_SPECIFIC,
        specific_trap: 3,
        time_stamp: TimeTicks(0),
        varbinds: link_down(),
    };
    encode(&Message { version: Version::V1, community: b"traps".to_vec(), body: OwnedBody::TrapV1(trap) })
}

/// CVE-2002-0012, CVE-2002-0013, CVE-2008-0960, CVE-2026-8836: after each of them the next good notification arrives.
#[test]
fn mutated_notifications() {
    let mut lab = v3_lab(None);
    let mut random = Xorshift(0x9e37_79b9_7f4a_7c15);
    let signed = [
        Made::trap(&operator(), "switch").datagram(),
        Made::trap(&user("signer", Auth::Sha1, None), "switch").datagram(),
        Made::inform(&operator()).datagram(),
        Made::inform(&user("signer", Auth::Sha1, None)).datagram(),
    ];
    let unsigned = [
        v2c("traps", PduKind::Trap, 1, link_down()),
        v2c("traps", PduKind::Inform, 1, link_down()),
        trap_v1(),
        Made::trap(&User::new("guest"), "switch").datagram(),
        Made::inform(&User::new("guest")).datagram(),
    ];
    let (mut delivered, mut forged) = (0, 0);
    for n in 0..COUNT {
        let seed = match n % 9 {
            n @ 0..4 => &signed[n],
            n => &unsigned[n - 4],
        };
        let datagram = random.damaged(seed);
        let Ok(outcome) = lab.take(&datagram) else { continue };
        let Some(notification) = outcome.notification else { continue };
        delivered += 1;
        if let Sender::User(sender) = &notification.sender
            && sender.level > Level::NoAuthNoPriv
            && !signed.iter().any(|seed| datagram.starts_with(seed))
        {
            forged += 1;
        }
    }
    assert_eq!(forged, 0, "what a key vouches for cannot be changed");
    // Damage to a value makes another notification, not none.
    assert!(delivered > 1_000 && delivered < COUNT / 2, "{delivered}");
    assert_eq!(lab.receiver.counters().in_pkts() as usize, COUNT);
    lab.pass(1_000);
    let mut trap = Made::trap(&operator(), "switch");
    trap.clock.boots += 1;
    lab.trap(&trap.datagram());
}

/// What is refused leaves nothing behind, and costs no memory that is not given back.
#[test]
fn refused_notifications_leave_nothing() {
    let mut lab = v3_lab(None);
    let mut forged = Made::trap(&user("signer", Auth::Sha1, None), "switch");
    forged.keys = Made::trap(&user("signer", Auth::Sha1, None), "other").keys;
    // One engine after the other, none of which can sign.
    let datagrams: Vec<Vec<u8>> = (0..2_000u32)
        .map(|n| {
            forged.engine_id = [&[0x80, 0, 0, 1, 5][..], &n.to_be_bytes()].concat();
            forged.datagram()
        })
        .collect();
    let mut pass = || {
        for datagram in &datagrams {
            assert!(lab.receiver.handle(lab.now, &1, datagram, true).is_err());
        }
    };
    pass();
    assert_eq!(measure(pass).count_current, 0, "allocations that are left");
}

/// The number of notifications that are remembered is bounded, whatever arrives.
#[test]
fn memory_is_bounded() {
    let mut lab = Lab::of(Receiver::new([b"traps".to_vec()], 7));
    let mut varbinds = link_down();
    varbinds.push(VarBind::new(oid("1.3.6.1.2.1.1.5.0"), OctetString::from(vec![b'x'; 1_000])));
    let mut flood = |from: i32| {
        for n in from..from + 20_000 {
            lab.trap(&v2c("traps", PduKind::Trap, n, varbinds.clone()));
        }
    };
    flood(0);
    let grown = measure(|| flood(20_000)).bytes_current;
    assert!(grown < 64 * 1_024, "{grown} octets more after 20,000 further notifications");
}
