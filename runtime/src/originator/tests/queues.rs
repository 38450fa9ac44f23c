//! What waits, and for how long.

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use super::lab::{Lab, address, moved, target};
use crate::originator::{Delivered, Limits, NotifyError, QueueLimit, TargetAddress};

fn informs(lab: &mut Lab, count: u8) {
    lab.targets.edit(|tables| {
        for number in 1..=count {
            let name = format!("target-{number:03}");
            tables.set_address(name, target(number, "v2c", "informs")).expect("a row");
        }
    });
}

/// §3 row 15: of ten receivers one is dead; the other nine have the notification at once.
#[test]
fn a_dead_receiver_delays_nobody() {
    let mut lab = Lab::new(|_| {});
    informs(&mut lab, 10);
    let dead = address(4);
    let tickets: Vec<_> = (0..3).map(|_| lab.notify(&moved())).collect();
    let left = lab.leave();
    assert_eq!(left.len(), 30, "all of it leaves at the same time");
    for inform in left.iter().filter(|inform| inform.to != dead) {
        lab.acknowledge(inform);
    }
    let counters = std::sync::Arc::clone(lab.originator.counters());
    assert_eq!(counters.acknowledged(), 27);
    // The dead one's come again, with the same content and request-id (N3): after 1, then 2 seconds and a bit.
    lab.wait(Duration::from_secs(1));
    let again = lab.leave();
    assert!(again.iter().all(|inform| inform.to == dead) && again.len() == 3);
    let first: HashSet<Vec<u8>> = left.iter().map(|inform| inform.datagram.clone()).collect();
    assert!(again.iter().all(|inform| first.contains(&inform.datagram)));
    lab.wait(Duration::from_millis(2_500));
    assert_eq!(lab.leave().len(), 3);
    lab.wait(Duration::from_secs(5));
    assert_eq!(lab.leave().len(), 0);
    for ticket in tickets {
        let report = lab.report(ticket);
        let failed: Vec<_> = report.deliveries().iter().filter(|delivery| delivery.result.is_err()).collect();
        let [failed] = failed.as_slice() else { panic!("one is dead: {report:?}") };
        assert_eq!(failed.address, dead);
        assert!(matches!(failed.result, Err(NotifyError::Unacknowledged { attempts: 3, .. })), "{failed:?}");
    }
    assert_eq!(counters.unacknowledged(), 3);
    assert!(lab.originator.is_idle() && lab.engine.is_empty());
    assert_eq!(lab.originator.places.len(), 0, "nothing is left of it");
}

/// 10,000 notifications for a receiver that does not answer: what waits is limited, and the rest is counted.
#[test]
fn a_slow_receiver_costs_no_more_than_the_limits() {
    let limits = Limits { in_flight: 4, queued: 100, ..Limits::default() };
    let mut lab = Lab::new(|_| {}).limits(limits);
    informs(&mut lab, 2);
    let mut slow = 0;
    for _ in 0..10_000 {
        lab.originator.post(lab.now, &moved(), crate::value::TimeTicks(0));
        for inform in lab.leave() {
            if inform.to == address(1) { lab.acknowledge(&inform) } else { slow += 1 }
        }
    }
    let counters = std::sync::Arc::clone(lab.originator.counters());
    assert_eq!(counters.acknowledged(), 10_000);
    assert_eq!((slow, lab.originator.outstanding()), (4, 104));
    assert_eq!(counters.dropped(), 10_000 - 104);
    // Now it answers, and gets what has waited, in order.
    let mut ids = Vec::new();
    lab.wait(Duration::from_secs(1));
    loop {
        let left = lab.leave();
        if left.is_empty() {
            break;
        }
        for inform in left {
            ids.push(inform.pdu().header.request_id);
            lab.acknowledge(&inform);
        }
    }
    assert_eq!(ids.len(), 104);
    assert_eq!(counters.acknowledged(), 10_104);
    assert!(lab.originator.is_idle());
}

/// Each limit drops the newest, and says which limit it was.
#[test]
fn every_limit_drops() {
    let with = |limits: Limits, receivers: u8, count: usize| {
        let mut lab = Lab::new(|_| {}).limits(limits);
        informs(&mut lab, receivers);
        let tickets: Vec<_> = (0..count).map(|_| lab.notify(&moved())).collect();
        let last = lab.report(*tickets.last().expect("one"));
        match last.into_result() {
            Err(NotifyError::QueueFull { limit, waiting, .. }) => (limit, waiting),
            other => panic!("{other:?}"),
        }
    };
    let one = Limits { in_flight: 1, ..Limits::default() };
    assert_eq!(with(Limits { queued: 2, ..one }, 1, 4), (QueueLimit::Receiver(2), 2));
    assert_eq!(with(Limits { queued: 0, in_flight: 0, ..one }, 1, 2), (QueueLimit::Receiver(0), 0));
    // Three leave at once, two wait.
    let total = Limits { queued_in_total: 2, ..one };
    let mut lab = Lab::new(|_| {}).limits(total);
    informs(&mut lab, 3);
    lab.notify(&moved());
    let ticket = lab.notify(&moved());
    lab.leave().iter().take(3).for_each(|inform| lab.acknowledge(inform));
    let _ = lab.leave().iter().map(|inform| lab.acknowledge(inform)).count();
    let report = lab.report(ticket);
    let results: Vec<_> = report.deliveries().iter().map(|one| &one.result).collect();
    assert!(matches!(results[..2], [Ok(_), Ok(_)]), "{results:?}");
    assert!(
        matches!(results[2], Err(NotifyError::QueueFull { limit: QueueLimit::Total(2), waiting: 2, .. })),
        "{results:?}"
    );
    let (limit, waiting) = with(Limits { octets_in_total: 1_000, ..one }, 1, 20);
    assert!(limit == QueueLimit::Octets(1_000) && waiting <= 1_000, "{limit} {waiting}");
}

/// More receivers than may be served at a time: the others wait for their turn, and none is forgotten.
#[test]
fn many_receivers() {
    const RECEIVERS: u32 = 10_000;
    let mut lab = Lab::new(|tables| {
        for number in 0..RECEIVERS {
            let ip = std::net::SocketAddr::from((std::net::Ipv4Addr::from(0x0a00_0000 + number), 162));
            let row = TargetAddress { address: ip.into(), ..target(1, "v2c", "informs") };
            tables.set_address(format!("{number:05}"), row).expect("a row");
        }
    });
    let ticket = lab.notify(&moved());
    let mut count = 0;
    loop {
        let left = lab.leave();
        if left.is_empty() {
            break;
        }
        count += left.len();
        left.iter().for_each(|inform| lab.acknowledge(inform));
    }
    assert_eq!(count, RECEIVERS as usize);
    lab.report(ticket).into_result().expect("all have it");
    assert_eq!(lab.originator.places.len(), 0);
}

/// Traps that the system does not take have failed.
#[test]
fn traps_that_do_not_leave() {
    let mut lab = Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "traps")).expect("a row");
        tables.set_address("b", target(2, "v2c", "traps")).expect("a row");
    });
    let ticket = lab.notify(&moved());
    let left = lab.poll();
    lab.originator.send_failed(lab.now, left[0].id, io::ErrorKind::NetworkUnreachable.into());
    assert!(lab.find_report(ticket).is_none());
    lab.originator.send_failed(lab.now, left[1].id, io::ErrorKind::TimedOut.into());
    let report = lab.report(ticket);
    let kinds: Vec<_> = report
        .deliveries()
        .iter()
        .map(|one| match &one.result {
            Err(NotifyError::Socket { source, .. }) => source.kind(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [io::ErrorKind::NetworkUnreachable, io::ErrorKind::TimedOut]);
    // Late news change nothing.
    lab.originator.sent(lab.now, left[1].id);
    assert_eq!(lab.originator.counters().sent(), 0);
    assert!(lab.originator.is_idle() && lab.engine.is_empty());

    // An inform that cannot be sent at all has failed, too.
    lab.targets.edit(|tables| tables.set_address("a", target(1, "v2c", "informs"))).expect("a row");
    let ticket = lab.notify(&moved());
    let left = lab.poll();
    let inform = left.iter().find(|one| one.to == address(1)).expect("an inform");
    lab.originator.send_failed(lab.now, inform.id, io::ErrorKind::ConnectionRefused.into());
    let trap = left.iter().find(|one| one.to == address(2)).expect("a trap");
    lab.originator.sent(lab.now, trap.id);
    let results: Vec<_> = lab.report(ticket).into_deliveries().into_iter().map(|one| one.result).collect();
    assert!(matches!(results[0], Err(NotifyError::Socket { .. })), "{results:?}");
    assert!(matches!(results[1], Ok(Delivered::Sent)), "{results:?}");
}

/// Rows that change while notifications wait: those go where they were to go.
#[test]
fn rows_change_meanwhile() {
    let mut lab = Lab::new(|_| {}).limits(Limits { in_flight: 1, ..Limits::default() });
    informs(&mut lab, 1);
    let tickets = [lab.notify(&moved()), lab.notify(&moved())];
    lab.targets.edit(|tables| tables.remove_address(b"target-001"));
    assert!(lab.notify(&moved()) != tickets[0]);
    for _ in 0..2 {
        let left = lab.leave();
        assert_eq!(left.len(), 1);
        lab.acknowledge(&left[0]);
    }
    for ticket in tickets {
        lab.report(ticket).into_result().expect("acknowledged");
    }
}
