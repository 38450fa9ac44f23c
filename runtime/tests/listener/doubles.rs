//! What is a duplicate, and what only looks like one: senders exist whose numbers say nothing.

use crate::lab::{Lab, Made, SENDER, TRAP_OID, UP_TIME, encode, link_down, oid, operator, user, v2c, v3_lab};
use mibc_runtime::listener::{DOUBLED_WINDOW, DUPLICATE_WINDOW, Dropped, RETRY_WINDOW};
use mibc_runtime::message::{GenericTrap, Message, OwnedBody, PduKind, TrapV1, Version};
use mibc_runtime::usm::{Auth, User};
use mibc_runtime::value::{IpAddress, TimeTicks, VarBind};
use std::time::Duration;

/// linkDown at this sysUpTime, or without one.
fn at(up_time: Option<u32>) -> Vec<VarBind> {
    let mut varbinds = link_down();
    match up_time {
        Some(ticks) => varbinds[0] = VarBind::new(oid(UP_TIME), TimeTicks(ticks)),
        None => drop(varbinds.remove(0)),
    }
    varbinds
}

fn v1(time: u32) -> Vec<u8> {
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.9999"),
        agent_addr: IpAddress([192, 0, 2, 1]),
        generic_trap: GenericTrap::LINK_DOWN,
        specific_trap: 0,
        time_stamp: TimeTicks(time),
        varbinds: vec![],
    };
    encode(&Message { version: Version::V1, community: b"traps".to_vec(), body: OwnedBody::TrapV1(trap) })
}

/// How many of some that come at this distance are delivered.
fn delivered(lab: &mut Lab, distance: Duration, datagrams: &[Vec<u8>]) -> usize {
    let mut delivered = 0;
    for datagram in datagrams {
        match lab.take_from(SENDER, datagram) {
            Ok(outcome) => delivered += usize::from(outcome.notification.is_some()),
            Err(reason) => assert_eq!(reason, Dropped::Duplicate),
        }
        lab.now += distance;
    }
    delivered
}

const SECOND: Duration = Duration::from_secs(1);

/// An alarm of a sender with one request-id and a sysUpTime that is missing, 0 or stands still comes again and again.
#[test]
fn recurring_alarms() {
    for up_time in [None, Some(0), Some(4_200)] {
        let alarm = v2c("traps", PduKind::Trap, 1, at(up_time));
        assert_eq!(delivered(&mut Lab::new(), SECOND, &vec![alarm; 5]), 5, "{up_time:?}");
    }
    for up_time in [None, Some(0)] {
        let alarm = v2c("traps", PduKind::Inform, 1, at(up_time));
        assert_eq!(delivered(&mut Lab::new(), SECOND, &vec![alarm; 5]), 5, "inform {up_time:?}");
        // SNMPv3: at one msgID, and at others.
        for (user, level) in [(operator(), 3), (user("signer", Auth::Sha1, None), 2), (User::new("guest"), 1)]
        {
            let mut lab = v3_lab(None);
            let mut made = Made::trap(&user, "switch");
            made.varbinds = at(up_time);
            let alarms: Vec<_> = (0..5)
                .map(|n| {
                    made.clock.time += 1;
                    made.msg_id += n % 2;
                    made.datagram()
                })
                .collect();
            assert_eq!(delivered(&mut lab, SECOND, &alarms), 5, "level {level}, {up_time:?}");
        }
    }
    for time in [0, 100] {
        assert_eq!(delivered(&mut Lab::new(), SECOND, &vec![v1(time); 5]), 5, "v1 at {time}");
    }
}

/// What the network doubles comes once, if there is any number in it.
#[test]
fn doubled_by_the_network() {
    let soon = DOUBLED_WINDOW / 2;
    for kind in [PduKind::Trap, PduKind::Inform] {
        for up_time in [None, Some(0), Some(4_200)] {
            let datagram = v2c("traps", kind, 1, at(up_time));
            assert_eq!(delivered(&mut Lab::new(), soon, &vec![datagram; 2]), 1, "{kind:?} {up_time:?}");
        }
    }
    assert_eq!(delivered(&mut Lab::new(), soon, &vec![v1(100); 2]), 1);
    assert_eq!(delivered(&mut Lab::new(), soon, &vec![v1(0); 2]), 2);
    let guest = Made::trap(&User::new("guest"), "switch").datagram();
    assert_eq!(delivered(&mut v3_lab(None), soon, &vec![guest; 2]), 1);
}

/// An authentic message has the engine's time in it: the same octets later are a replay.
#[test]
fn replayed_messages() {
    let mut made = Made::trap(&user("signer", Auth::Sha1, None), "switch");
    made.varbinds = at(Some(0));
    let mut lab = v3_lab(None);
    assert_eq!(delivered(&mut lab, Duration::from_secs(50), &vec![made.datagram(); 3]), 1);
}

/// An inform that is repeated since its acknowledgement was lost is delivered once and acknowledged each time.
#[test]
fn retried_informs() {
    // With a sysUpTime the first one will do.
    let inform = v2c("traps", PduKind::Inform, 5, at(Some(4_200)));
    assert_eq!(delivered(&mut Lab::new(), RETRY_WINDOW / 3, &vec![inform.clone(); 3]), 1);
    // Without, once the sender is known to change its request-ids.
    let mut lab = Lab::new();
    lab.take(&v2c("traps", PduKind::Inform, 4, at(None))).expect("an inform");
    let inform = v2c("traps", PduKind::Inform, 5, at(None));
    assert_eq!(delivered(&mut lab, RETRY_WINDOW / 3, &vec![inform.clone(); 3]), 1);
    assert!(lab.take(&inform).is_ok_and(|outcome| outcome.reply.is_some()));
    lab.now += RETRY_WINDOW + SECOND;
    assert_eq!(delivered(&mut lab, SECOND, &[inform]), 1);
    // SNMPv3: at another msgID.
    let mut lab = v3_lab(None);
    let mut made = Made::inform(&operator());
    let informs: Vec<_> = (0..3)
        .map(|n| {
            made.msg_id += n;
            made.datagram()
        })
        .collect();
    assert_eq!(delivered(&mut lab, SECOND, &informs), 1);
}

/// A sender whose numbers move vouches for them: what has the same ones is the same event.
#[test]
fn numbers_that_move() {
    let mut lab = Lab::new();
    let first = v2c("traps", PduKind::Trap, 5, at(Some(100)));
    assert_eq!(delivered(&mut lab, SECOND, &[first, v2c("traps", PduKind::Trap, 6, at(Some(200)))]), 2);
    let again = v2c("traps", PduKind::Trap, 6, at(Some(200)));
    assert_eq!(delivered(&mut lab, DUPLICATE_WINDOW / 3, &vec![again; 3]), 0);
    // What differs in content is another one, also at the same moment.
    let mut other = at(Some(200));
    other[1] = VarBind::new(oid(TRAP_OID), oid("1.3.6.1.6.3.1.1.5.4"));
    assert_eq!(delivered(&mut lab, SECOND, &[v2c("traps", PduKind::Trap, 6, other)]), 1);
    // SNMPv1 has a time for a number.
    let mut lab = Lab::new();
    assert_eq!(delivered(&mut lab, SECOND, &[v1(100), v1(200), v1(200), v1(200), v1(0), v1(0)]), 4);
}
