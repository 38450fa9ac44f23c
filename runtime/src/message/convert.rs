//! Notifications between SNMPv1 and SNMPv2 (RFC 3584 §3), as pure functions.

use super::decoder::SNMP_TRAP_OID_0;
use super::{GenericTrap, TrapV1};
use crate::oid::{Oid, OidError};
use crate::value::{IpAddress, OctetString, TimeTicks, Value, VarBind};

const SYS_UP_TIME_0: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAPS: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 5];
const SNMP_TRAP_ADDRESS_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 3, 0];
const SNMP_TRAP_COMMUNITY_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 4, 0];
const SNMP_TRAP_ENTERPRISE_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0];

/// Why a notification has no SNMPv1 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotConvertible {
    /// The first varbind is not sysUpTime.0 with a TimeTicks.
    #[error("the first varbind is not sysUpTime.0")]
    NoUpTime,
    /// The second varbind is not snmpTrapOID.0 with an OBJECT IDENTIFIER.
    #[error("the second varbind is not snmpTrapOID.0")]
    NoTrapOid,
    /// A varbind is a Counter64, which SNMPv1 does not have: such a notification is not sent.
    #[error("varbind {0} is a Counter64, which SNMPv1 does not have")]
    Counter64(usize),
    /// snmpTrapOID.0 is too short to take an enterprise from.
    #[error("snmpTrapOID.0 has no enterprise")]
    NoEnterprise,
}

/// The snmpTrapOID of an SNMPv1 trap (RFC 3584 §3.1 (2), (3)): a generic trap n is snmpTraps.(n+1),
/// a specific one is enterprise.0.specific. A negative number is taken as the unsigned one of its
/// bits.
///
/// # Errors
/// The OID would have more than 128 sub-identifiers.
pub fn trap_oid(enterprise: &Oid, generic: GenericTrap, specific: i32) -> Result<Oid, OidError> {
    match generic.0 {
        n @ 0..=5 => Oid::from_arcs(SNMP_TRAPS)?.child(n as u32 + 1),
        _ => enterprise.child(0)?.child(specific as u32),
    }
}

/// The varbinds of the SNMPv2 form of an SNMPv1 trap (RFC 3584 §3.1): sysUpTime.0, snmpTrapOID.0, the
/// trap's own, and, if these are not among them, snmpTrapAddress.0, snmpTrapCommunity.0 and
/// snmpTrapEnterprise.0 as a proxy adds them.
///
/// # Errors
/// The snmpTrapOID would have more than 128 sub-identifiers.
pub fn notification_from_trap(trap: &TrapV1, community: &[u8]) -> Result<Vec<VarBind>, OidError> {
    let trap_oid = trap_oid(&trap.enterprise, trap.generic_trap, trap.specific_trap)?;
    let mut varbinds = vec![
        VarBind { name: Oid::from_arcs(SYS_UP_TIME_0)?, value: Value::TimeTicks(trap.time_stamp) },
        VarBind { name: Oid::from_ber(SNMP_TRAP_OID_0)?, value: Value::ObjectIdentifier(trap_oid) },
    ];
    varbinds.extend(trap.varbinds.iter().cloned());
    add_origin(&mut varbinds, trap, Some(community));
    Ok(varbinds)
}

/// Adds what a proxy adds to the varbinds of an SNMPv1 trap, if it is not among them.
pub(crate) fn add_origin(varbinds: &mut Vec<VarBind>, trap: &TrapV1, community: Option<&[u8]>) {
    let additions = [
        Some((SNMP_TRAP_ADDRESS_0, Value::IpAddress(trap.agent_addr))),
        community.map(|text| (SNMP_TRAP_COMMUNITY_0, Value::OctetString(OctetString(text.into())))),
        Some((SNMP_TRAP_ENTERPRISE_0, Value::ObjectIdentifier(trap.enterprise.clone()))),
    ];
    for (name, value) in additions.into_iter().flatten() {
        if let Ok(name) = Oid::from_arcs(name)
            && varbinds.iter().all(|varbind| varbind.name != name)
        {
            varbinds.push(VarBind { name, value });
        }
    }
}

/// The SNMPv1 form of an SNMPv2 notification (RFC 3584 §3.2). `varbinds` begin with sysUpTime.0 and
/// snmpTrapOID.0. An snmpTrapAddress.0 among them is the agent address, otherwise `agent_addr`: the
/// sender's own IPv4 address, or 0.0.0.0. The enterprise of a generic trap is snmpTrapEnterprise.0 if
/// it is among them, otherwise snmpTraps.
///
/// # Errors
/// The first two varbinds are not sysUpTime.0 and snmpTrapOID.0, a value is a Counter64, or the snmpTrapOID is too
/// short.
pub fn trap_from_notification(varbinds: &[VarBind], agent_addr: IpAddress) -> Result<TrapV1, NotConvertible> {
    let [up_time, identity, own @ ..] = varbinds else {
        return Err(if varbinds.is_empty() { NotConvertible::NoUpTime } else { NotConvertible::NoTrapOid });
    };
    let time_stamp = match up_time.value {
        Value::TimeTicks(ticks) if is(&up_time.name, SYS_UP_TIME_0) => ticks,
        _ => return Err(NotConvertible::NoUpTime),
    };
    let trap_oid = match &identity.value {
        Value::ObjectIdentifier(oid) if identity.name.as_ber() == SNMP_TRAP_OID_0 => oid,
        _ => return Err(NotConvertible::NoTrapOid),
    };
    if let Some(n) = varbinds.iter().position(|v| matches!(v.value, Value::Counter64(_))) {
        return Err(NotConvertible::Counter64(n + 1));
    }
    let find = |name| own.iter().find(|varbind| is(&varbind.name, name)).map(|varbind| &varbind.value);
    let agent_addr = match find(SNMP_TRAP_ADDRESS_0) {
        Some(Value::IpAddress(address)) => *address,
        _ => agent_addr,
    };
    let (generic_trap, specific_trap, enterprise) = match generic_number(trap_oid) {
        Some(generic) => {
            let enterprise = match find(SNMP_TRAP_ENTERPRISE_0) {
                Some(Value::ObjectIdentifier(enterprise)) => enterprise.clone(),
                _ => Oid::from_arcs(SNMP_TRAPS).map_err(|_| NotConvertible::NoEnterprise)?,
            };
            (GenericTrap(generic), 0, enterprise)
        }
        None => {
            let (enterprise, specific) = split_trap_oid(trap_oid)?;
            (GenericTrap::ENTERPRISE_SPECIFIC, specific, enterprise)
        }
    };
    let time_stamp = TimeTicks(time_stamp.0);
    Ok(TrapV1 { enterprise, agent_addr, generic_trap, specific_trap, time_stamp, varbinds: own.to_vec() })
}

/// 0 to 5 for snmpTraps.1 to snmpTraps.6.
fn generic_number(trap_oid: &Oid) -> Option<i32> {
    let mut rest = trap_oid.arcs();
    if !SNMP_TRAPS.iter().all(|arc| rest.next() == Some(*arc)) {
        return None;
    }
    match (rest.next(), rest.next()) {
        (Some(n @ 1..=6), None) => Some(n as i32 - 1),
        _ => None,
    }
}

/// Enterprise and specific-trap of a trap OID: the last sub-identifier goes, and a 0 before it.
fn split_trap_oid(trap_oid: &Oid) -> Result<(Oid, i32), NotConvertible> {
    let arcs: Vec<u32> = trap_oid.arcs().collect();
    let (specific, enterprise) = arcs.split_last().ok_or(NotConvertible::NoEnterprise)?;
    let enterprise = match enterprise {
        [shorter @ .., 0] => shorter,
        whole => whole,
    };
    let enterprise = Oid::from_arcs(enterprise).map_err(|_| NotConvertible::NoEnterprise)?;
    Ok((enterprise, *specific as i32))
}

fn is(name: &Oid, arcs: &[u32]) -> bool {
    name.arcs().eq(arcs.iter().copied())
}
