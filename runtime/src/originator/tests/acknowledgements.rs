//! Acknowledgements that are none (N3), and damaged ones.

use std::time::Duration;

use mibc_test_support::{Xorshift, malformed};

use super::lab::{Lab, Left, address, encode, moved, target};
use crate::engine::Dropped;
use crate::message::{ErrorStatus, Pdu, PduHeader, PduKind, Version};
use crate::originator::{Delivered, NotifyError, Ticket};

fn lab() -> Lab {
    Lab::new(|tables| {
        tables.set_address("a", target(1, "v2c", "informs")).expect("a row");
    })
}

fn inform(lab: &mut Lab) -> (Ticket, Left) {
    let ticket = lab.notify(&moved());
    let mut left = lab.leave();
    assert_eq!(left.len(), 1);
    (ticket, left.remove(0))
}

/// What does not answer the inform is passed over, and the inform goes on.
#[test]
fn what_is_not_an_acknowledgement() {
    let mut lab = lab();
    let (ticket, inform) = inform(&mut lab);
    let Pdu { header, varbinds } = inform.pdu();
    let with = |version, community: &[u8], header| {
        encode(version, community, Pdu { header, varbinds: varbinds.clone() })
    };
    let response = |id| PduHeader::response(id, ErrorStatus::NO_ERROR, 0);
    let id = header.request_id;
    let not_it = [
        with(Version::V2c, b"s3cret", response(id.wrapping_add(1))),
        with(Version::V1, b"s3cret", response(id)),
        with(Version::V2c, b"public", response(id)),
        with(Version::V2c, b"s3cret", PduHeader::new(PduKind::Report, id)),
        // The inform itself, as it would come back from a network with a loop.
        inform.datagram.clone(),
    ];
    for datagram in &not_it {
        let taken = lab.take(&inform.to, datagram);
        assert!(taken.is_err(), "{datagram:02x?}");
    }
    // From another address, also one that other notifications go to.
    let other = lab.take(&address(2), &inform.response());
    assert!(matches!(other, Err(Dropped::WrongSource(_))), "{other:?}");
    assert!(lab.find_report(ticket).is_none());
    lab.wait(Duration::from_secs(1));
    assert_eq!(lab.leave().len(), 1, "it is sent again");
    lab.acknowledge(&inform);
    let report = lab.report(ticket);
    assert!(
        matches!(report.deliveries()[0].result, Ok(Delivered::Acknowledged { attempts: 2, .. })),
        "{report:?}"
    );
    // A second acknowledgement is nobody's.
    let late = lab.take(&inform.to, &inform.response());
    assert!(matches!(late, Err(Dropped::UnknownRequest)), "{late:?}");
}

/// An error in the acknowledgement is told.
#[test]
fn refusals() {
    let mut lab = lab();
    let (ticket, inform) = inform(&mut lab);
    let Pdu { header, varbinds } = inform.pdu();
    let refusal = PduHeader::response(header.request_id, ErrorStatus::AUTHORIZATION_ERROR, 0);
    let refusal = encode(Version::V2c, b"s3cret", Pdu { header: refusal, varbinds });
    lab.take(&inform.to, &refusal).expect("it ends the inform");
    let result = lab.report(ticket).into_result();
    let expected = ErrorStatus::AUTHORIZATION_ERROR;
    assert!(matches!(result, Err(NotifyError::Refused { status, .. }) if status == expected), "{result:?}");
    assert_eq!(lab.originator.counters().unacknowledged(), 1);
}

/// CVE-2002-0012: acknowledgements with every value malformed in every way, and 20,000 damaged ones. Whatever comes,
/// every inform ends, and nothing is left of it.
#[test]
fn damaged_acknowledgements() {
    let mut lab = lab();
    let mut random = Xorshift(0x2002_0012);
    let (_, first) = inform(&mut lab);
    let mut odd = malformed(&first.response());
    assert!(odd.len() > 100, "{}", odd.len());
    odd.extend((0..20_000).map(|_| random.damaged(&first.response())));
    let mut current = first;
    for datagram in odd {
        let _ = lab.take(&current.to, &datagram);
        if lab.originator.is_idle() {
            current = inform(&mut lab).1;
        }
    }
    lab.acknowledge(&current);
    assert!(lab.originator.is_idle());
    // It still works.
    let (ticket, inform) = inform(&mut lab);
    lab.acknowledge(&inform);
    lab.report(ticket).into_result().expect("acknowledged");
    assert_eq!(lab.originator.places.len(), 0);
}
