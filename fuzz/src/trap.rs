//! Notifications: what a datagram says, and its form in the other version.

use mibc_runtime::ber::Rules;
use mibc_runtime::message::{
    Decoder, GenericTrap, Message, NotConvertible, OwnedBody, PduKind, TrapV1, notification_from_trap,
    trap_from_notification, trap_oid,
};
use mibc_runtime::value::{IpAddress, Value, VarBind};

const SENDER: IpAddress = IpAddress([192, 0, 2, 1]);

/// Datagrams of any bytes: a trap has a form of version 2, which leads back to it; a notification has one of version
/// 1 or says why not, and what the other side makes of that has its values.
pub fn trap(data: &[u8]) {
    let lenient = decoded(&mut Decoder::new(Rules::Lenient), data);
    let forgiven = decoded(&mut Decoder::for_notifications(), data);
    if let Some(message) = &lenient {
        assert_eq!(Some(message), forgiven.as_ref(), "what is read without forgiveness is read so with it");
    }
    // Also what only receivers put up with.
    let Some(message) = forgiven else { return };
    match message.body {
        OwnedBody::TrapV1(trap) => from_v1(&trap, &message.community),
        OwnedBody::Pdu(pdu) if matches!(pdu.header.kind, PduKind::Trap | PduKind::Inform) => {
            from_v2(&pdu.varbinds);
        }
        OwnedBody::Pdu(_) => {}
    }
}

fn decoded(decoder: &mut Decoder, data: &[u8]) -> Option<Message> {
    decoder.decode(data).ok().map(|decoded| Message::from(&decoded.message))
}

fn from_v1(trap: &TrapV1, community: &[u8]) {
    let Ok(varbinds) = notification_from_trap(trap, community) else {
        assert!(trap.enterprise.len() > 126 || trap_oid(&trap.enterprise, trap.generic_trap, 0).is_err());
        return;
    };
    assert!(varbinds.len() >= 5.min(2 + trap.varbinds.len()));
    assert!(varbinds.iter().skip(2).take(trap.varbinds.len()).eq(&trap.varbinds));
    let back = match trap_from_notification(&varbinds, SENDER) {
        Ok(back) => back,
        Err(error) => {
            let counter = |varbind: &VarBind| matches!(varbind.value, Value::Counter64(_));
            assert!(trap.varbinds.iter().any(counter), "{error}");
            return;
        }
    };
    assert_eq!(back.time_stamp, trap.time_stamp);
    match trap.generic_trap {
        GenericTrap(0..=5) => assert_eq!(back.generic_trap, trap.generic_trap),
        _ => {
            assert_eq!(back.generic_trap, GenericTrap::ENTERPRISE_SPECIFIC);
            assert_eq!((&back.enterprise, back.specific_trap), (&trap.enterprise, trap.specific_trap));
        }
    }
}

fn from_v2(varbinds: &[VarBind]) {
    match trap_from_notification(varbinds, SENDER) {
        Ok(trap) => {
            assert!(trap.varbinds.iter().eq(varbinds.iter().skip(2)));
            if let Ok(again) = notification_from_trap(&trap, b"public") {
                assert!(again.len() >= varbinds.len());
                assert!(again.iter().skip(2).take(trap.varbinds.len()).eq(&trap.varbinds));
            }
        }
        Err(NotConvertible::Counter64(place)) => {
            let varbind = varbinds.get(place - 1).expect("the place is counted from 1");
            assert!(matches!(varbind.value, Value::Counter64(_)));
        }
        Err(_) => {}
    }
}
