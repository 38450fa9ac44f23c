//! Traps as messages of each version: for whoever sends them, an agent or a program that is none.

use std::time::Duration;

use crate::ber::{TooLarge, Writer};
use crate::message::{
    Message, NotConvertible, OwnedBody, PduHeader, PduKind, TrapV1, Version, trap_from_notification,
};
use crate::oid::Oid;
use crate::security::{CommunityState, Protect};
#[cfg(all(feature = "agent", feature = "manager"))]
use crate::value::Value;
use crate::value::{IpAddress, TimeTicks, VarBind};

#[cfg(feature = "usm")]
use crate::security::{UsmHeader, UsmState};

const SYS_UP_TIME_0: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// How long a trap may take to leave: a connection has to be opened, and its receiver has to read.
pub(crate) const TRAP_TIMEOUT: Duration = Duration::from_secs(10);

/// How a trap is written.
pub(crate) enum Form<'f> {
    /// The Trap-PDU of SNMPv1. Who sends it has this IPv4 address.
    V1 {
        community: &'f [u8],
        own: std::net::Ipv4Addr,
    },
    /// The same, with a Trap-PDU that is there already.
    V1AsItIs {
        community: &'f [u8],
        trap: &'f TrapV1,
    },
    V2c {
        community: &'f [u8],
    },
    /// Of the sender's engine (RFC 3414 §3.1 (6b)).
    #[cfg(feature = "usm")]
    V3 {
        state: UsmState<'f>,
        msg_id: i32,
        context_engine_id: &'f [u8],
        context_name: &'f [u8],
    },
}

/// Why a trap was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritten {
    #[error(transparent)]
    NotV1(#[from] NotConvertible),
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// The varbinds of a notification: sysUpTime.0 and snmpTrapOID.0, then its own (RFC 3416 §4.2.6).
pub(crate) fn varbinds(
    up_time: TimeTicks,
    identity: Oid,
    own: impl IntoIterator<Item = VarBind>,
) -> Vec<VarBind> {
    let known = |arcs: &[u32]| Oid::from_arcs(arcs).unwrap_or(Oid::ZERO);
    let mut all =
        vec![VarBind::new(known(&SYS_UP_TIME_0), up_time), VarBind::new(known(&SNMP_TRAP_OID_0), identity)];
    all.extend(own);
    all
}

/// What such varbinds begin with; `None` if they do not say what they are.
#[cfg(all(feature = "agent", feature = "manager"))]
pub(crate) fn identity(up_time: VarBind, identity: VarBind) -> Option<(TimeTicks, Oid)> {
    let is = |name: &Oid, arcs: &[u32]| name.arcs().eq(arcs.iter().copied());
    match (up_time.value, identity.value) {
        (Value::TimeTicks(ticks), Value::ObjectIdentifier(oid))
            if is(&up_time.name, &SYS_UP_TIME_0) && is(&identity.name, &SNMP_TRAP_OID_0) =>
        {
            Some((ticks, oid))
        }
        _ => None,
    }
}

/// Writes a whole message, within the writer's limit. `varbinds` begin with sysUpTime.0 and snmpTrapOID.0.
pub(crate) fn write(
    writer: &mut Writer,
    form: &Form<'_>,
    request_id: i32,
    varbinds: &[VarBind],
) -> Result<(), Unwritten> {
    let header = PduHeader::new(PduKind::Trap, request_id);
    let pdu = |writer: &mut Writer| header.write(writer, varbinds.iter().map(VarBind::as_ref));
    match form {
        Form::V1 { community, own } => {
            let trap = trap_from_notification(varbinds, IpAddress(own.octets()))?;
            write_v1(writer, community, trap)?;
        }
        Form::V1AsItIs { community, trap } => write_v1(writer, community, TrapV1::clone(trap))?,
        Form::V2c { community } => {
            CommunityState { version: Version::V2c, community }.generate(&(), writer, pdu)?;
        }
        #[cfg(feature = "usm")]
        Form::V3 { state, msg_id, context_engine_id, context_name } => {
            // The reportable bit of a trap is never set (RFC 3412 §6.4).
            let header = UsmHeader { msg_id: *msg_id, reportable: false, context_engine_id, context_name };
            state.generate(&header, writer, pdu)?;
        }
    }
    Ok(())
}

fn write_v1(writer: &mut Writer, community: &[u8], trap: TrapV1) -> Result<(), TooLarge> {
    writer.clear();
    let body = OwnedBody::TrapV1(trap);
    Message { version: Version::V1, community: community.to_vec(), body }.write(writer);
    writer.finish().map(drop)
}
