//! Notifications whose own fields are not as they should be, for receivers: nobody repeats a trap.
//!
//! What is read by its evident meaning is said at each field; the rest is nothing, and noted.

use super::{GenericTrap, TrapV1Ref};
use crate::ber::{Anomaly, Failed, Ledger, Reader, VarBinds, tag};
use crate::oid::OidRef;
use crate::value::{IpAddress, TimeTicks, odd};

/// Content of the OID 0.0.
const ZERO_OID: &[u8] = &[0];

/// Takes off a field that should be a number; gives it if it is one, whatever its type and size. A list is left where
/// it is: then the number is missing.
pub(super) fn number(fields: &mut Reader<'_>, ledger: &mut Ledger) -> Option<i128> {
    if fields.peek_tag() == Some(tag::SEQUENCE) {
        return None;
    }
    let (tag, content) = fields.tlv(ledger).ok()?;
    match content.rest() {
        [] if tag == tag::INTEGER => Some(0),
        octets => odd::number(tag, octets),
    }
}

/// Reads the content of a Trap-PDU.
#[cold]
pub(super) fn trap<'a>(mut fields: Reader<'a>, ledger: &mut Ledger) -> Result<TrapV1Ref<'a>, Failed> {
    ledger.note(Anomaly::OddField, fields.offset())?;
    let enterprise = enterprise(&mut fields, ledger);
    let agent_addr = agent_addr(&mut fields, ledger);
    let (generic_trap, specific_trap) = trap_number(&mut fields, ledger)?;
    let time_stamp = number(&mut fields, ledger).and_then(bits).unwrap_or(0);
    let varbinds = VarBinds::read(&mut fields, ledger)?;
    fields.finish(ledger)?;
    Ok(TrapV1Ref {
        enterprise: OidRef::trusted(enterprise),
        agent_addr,
        generic_trap,
        specific_trap,
        time_stamp: TimeTicks(time_stamp),
        varbinds,
    })
}

/// The enterprise, or 0.0, which no enterprise has.
fn enterprise<'a>(fields: &mut Reader<'a>, ledger: &mut Ledger) -> &'a [u8] {
    match fields.peek_tag() {
        Some(tag::OBJECT_IDENTIFIER) => fields.oid(ledger).unwrap_or(ZERO_OID),
        // It is missing.
        Some(tag::IP_ADDRESS | tag::INTEGER) | None => ZERO_OID,
        Some(_) => {
            let _ = fields.tlv(ledger);
            ZERO_OID
        }
    }
}

/// The address, also if it is an OCTET STRING; 0.0.0.0 if it is not one of IPv4, or missing.
fn agent_addr(fields: &mut Reader<'_>, ledger: &mut Ledger) -> IpAddress {
    let mut ahead = *fields;
    let mut next = || ahead.tlv(ledger).map(|(tag, _)| tag).ok();
    let next = [next(), next(), next()];
    let is_missing =
        matches!(next, [Some(tag::INTEGER), Some(tag::INTEGER), third] if third != Some(tag::INTEGER));
    if is_missing || matches!(next, [None | Some(tag::SEQUENCE | tag::TIME_TICKS), ..]) {
        return IpAddress([0; 4]);
    }
    let (found, content) = match fields.tlv(ledger) {
        Ok((found, content)) => (found, content.rest()),
        Err(Failed) => (tag::NULL, &[][..]),
    };
    let address = matches!(found, tag::IP_ADDRESS | tag::OCTET_STRING).then(|| content.try_into().ok());
    IpAddress(address.flatten().unwrap_or([0; 4]))
}

/// generic-trap and specific-trap. A number from 2^31 on is taken as the unsigned one that it was meant to be.
fn trap_number(fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<(GenericTrap, i32), Failed> {
    let offset = fields.offset();
    let (generic, specific) = (number(fields, ledger), number(fields, ledger));
    let generic = generic.map(|number| GenericTrap(i32::try_from(number).unwrap_or(i32::MAX)));
    let specific = specific.and_then(bits).map(|number| number as i32);
    Ok(match (generic, specific) {
        (Some(generic @ GenericTrap(0..=5)), specific) => (generic, specific.unwrap_or(0)),
        (Some(generic), Some(specific)) => (generic, specific),
        _ => {
            ledger.note(Anomaly::UnknownTrapNumber, offset)?;
            (GenericTrap::ENTERPRISE_SPECIFIC, 0)
        }
    })
}

/// A number of 32 bits, signed or not, as an unsigned one.
fn bits(number: i128) -> Option<u32> {
    u32::try_from(number).ok().or_else(|| i32::try_from(number).ok().map(|number| number as u32))
}
