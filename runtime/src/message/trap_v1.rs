//! The Trap-PDU of SNMPv1 (RFC 1157 §4.1.6).

use super::odd;
use crate::ber::{Anomaly, ErrorKind, Failed, Ledger, Mark, Reader, VarBinds, Writer, tag};
use crate::oid::OidRef;
use crate::value::{IpAddress, TimeTicks};
use core::fmt;

/// Identifier octet of the Trap-PDU.
pub(crate) const TAG: u8 = 0xa4;

/// The generic-trap field. Open: other numbers survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GenericTrap(pub i32);

#[allow(missing_docs)] // each is the RFC's name in upper case
impl GenericTrap {
    pub const COLD_START: Self = Self(0);
    pub const WARM_START: Self = Self(1);
    pub const LINK_DOWN: Self = Self(2);
    pub const LINK_UP: Self = Self(3);
    pub const AUTHENTICATION_FAILURE: Self = Self(4);
    pub const EGP_NEIGHBOR_LOSS: Self = Self(5);
    pub const ENTERPRISE_SPECIFIC: Self = Self(6);
}

impl fmt::Display for GenericTrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            0 => "coldStart",
            1 => "warmStart",
            2 => "linkDown",
            3 => "linkUp",
            4 => "authenticationFailure",
            5 => "egpNeighborLoss",
            6 => "enterpriseSpecific",
            other => return write!(f, "unknown({other})"),
        })
    }
}

/// An SNMPv1 trap borrowed from a message.
#[derive(Clone, Copy, Debug)]
pub struct TrapV1Ref<'a> {
    /// sysObjectID of the sender, or what the MIB names as ENTERPRISE.
    pub enterprise: OidRef<'a>,
    /// Address that the sender gives as its own; often 0.0.0.0.
    pub agent_addr: IpAddress,
    /// Which generic trap, or enterpriseSpecific.
    pub generic_trap: GenericTrap,
    /// Which trap of the enterprise, when the generic trap is enterpriseSpecific.
    pub specific_trap: i32,
    /// sysUpTime of the sender, in hundredths of a second.
    pub time_stamp: TimeTicks,
    /// The varbinds, all checked.
    pub varbinds: VarBinds<'a>,
}

impl<'a> TrapV1Ref<'a> {
    /// Reads the content of a Trap-PDU.
    pub(super) fn read(fields: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        match Self::read_right(fields, ledger) {
            Err(Failed) if ledger.is_forgiving() => odd::trap(fields, ledger),
            result => result,
        }
    }

    fn read_right(mut fields: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let offset = fields.offset();
        let enterprise = fields.expect(tag::OBJECT_IDENTIFIER, ledger)?;
        if enterprise.is_empty() {
            // Even lenient reading gives no trap the identity 0.0.
            return Err(ledger.fail(offset, ErrorKind::Anomaly(Anomaly::EmptyOid)));
        }
        let enterprise = OidRef::trusted(enterprise.into_oid(ledger)?);
        let offset = fields.offset();
        let address = fields.expect(tag::IP_ADDRESS, ledger)?.rest();
        let agent_addr = address.try_into().map_err(|_| {
            let kind = ErrorKind::WrongLength {
                expected: 4,
                found: u32::try_from(address.len()).unwrap_or(u32::MAX),
            };
            ledger.fail(offset, kind)
        })?;
        let generic_trap = GenericTrap(fields.integer(ledger)?);
        let specific_trap = fields.integer(ledger)?;
        let time_stamp = fields.expect(tag::TIME_TICKS, ledger)?.into_unsigned(ledger)?;
        let varbinds = VarBinds::read(&mut fields, ledger)?;
        fields.finish(ledger)?;
        Ok(Self {
            enterprise,
            agent_addr: IpAddress(agent_addr),
            generic_trap,
            specific_trap,
            time_stamp: TimeTicks(time_stamp),
            varbinds,
        })
    }

    /// Closes a Trap-PDU with this one's fields around the varbinds written since `mark`; its own
    /// varbinds are not looked at.
    pub fn wrap(&self, writer: &mut Writer, mark: Mark) {
        wrap(writer, mark, self.enterprise.as_ber(), self);
    }
}

/// As [`TrapV1Ref::wrap`], with `enterprise` given apart.
pub(super) fn wrap(writer: &mut Writer, mark: Mark, enterprise: &[u8], trap: &TrapV1Ref<'_>) {
    writer.wrap(tag::SEQUENCE, mark);
    writer.unsigned(tag::TIME_TICKS, trap.time_stamp.0.into());
    writer.integer(trap.specific_trap);
    writer.integer(trap.generic_trap.0);
    writer.tlv(tag::IP_ADDRESS, &trap.agent_addr.0);
    writer.tlv(tag::OBJECT_IDENTIFIER, enterprise);
    writer.wrap(TAG, mark);
}
