//! Messages that own their content, for tests, tools and programs that keep them.

use super::{Body, GenericTrap, MessageRef, PduHeader, TrapV1Ref, Version, trap_v1, write_community};
use crate::ber::{VarBinds, Writer};
use crate::oid::Oid;
use crate::value::{IpAddress, TimeTicks, VarBind};

/// A message of version 1 or 2c.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Version of the message.
    pub version: Version,
    /// The community string.
    pub community: Vec<u8>,
    /// The PDU.
    pub body: OwnedBody,
}

/// The two structures of PDUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedBody {
    /// Any operation but the SNMPv1 trap.
    Pdu(Pdu),
    /// The SNMPv1 trap.
    TrapV1(TrapV1),
}

/// A PDU with its varbinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdu {
    /// Everything but the varbinds.
    pub header: PduHeader,
    /// The varbinds.
    pub varbinds: Vec<VarBind>,
}

/// An SNMPv1 trap; the fields are those of [`TrapV1Ref`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapV1 {
    /// sysObjectID of the sender, or what the MIB names as ENTERPRISE.
    pub enterprise: Oid,
    /// Address that the sender gives as its own.
    pub agent_addr: IpAddress,
    /// Which generic trap, or enterpriseSpecific.
    pub generic_trap: GenericTrap,
    /// Which trap of the enterprise.
    pub specific_trap: i32,
    /// sysUpTime of the sender, in hundredths of a second.
    pub time_stamp: TimeTicks,
    /// The varbinds.
    pub varbinds: Vec<VarBind>,
}

impl Message {
    /// Writes the message in front of whatever `writer` has.
    pub fn write(&self, writer: &mut Writer) {
        write_community(writer, self.version, &self.community, |w| match &self.body {
            OwnedBody::Pdu(pdu) => pdu.write(w),
            OwnedBody::TrapV1(trap) => trap.write(w),
        });
    }
}

impl From<&MessageRef<'_>> for Message {
    fn from(message: &MessageRef<'_>) -> Self {
        let body = match &message.body {
            Body::Pdu(pdu) => OwnedBody::Pdu(Pdu { header: pdu.header, varbinds: to_owned(&pdu.varbinds) }),
            Body::TrapV1(trap) => OwnedBody::TrapV1(trap.into()),
        };
        Self { version: message.version, community: message.community.to_vec(), body }
    }
}

impl Pdu {
    /// Writes the PDU without a message around it.
    pub fn write(&self, writer: &mut Writer) {
        self.header.write(writer, self.varbinds.iter().map(VarBind::as_ref));
    }
}

impl From<&TrapV1Ref<'_>> for TrapV1 {
    fn from(trap: &TrapV1Ref<'_>) -> Self {
        Self {
            enterprise: trap.enterprise.to_oid(),
            agent_addr: trap.agent_addr,
            generic_trap: trap.generic_trap,
            specific_trap: trap.specific_trap,
            time_stamp: trap.time_stamp,
            varbinds: to_owned(&trap.varbinds),
        }
    }
}

impl TrapV1 {
    /// Writes the Trap-PDU without a message around it.
    pub fn write(&self, writer: &mut Writer) {
        let mark = writer.mark();
        for varbind in self.varbinds.iter().rev() {
            let varbind = varbind.as_ref();
            writer.varbind(varbind.name.as_ber(), varbind.value);
        }
        let fields = TrapV1Ref {
            enterprise: self.enterprise.as_ref(),
            agent_addr: self.agent_addr,
            generic_trap: self.generic_trap,
            specific_trap: self.specific_trap,
            time_stamp: self.time_stamp,
            varbinds: VarBinds::default(),
        };
        trap_v1::wrap(writer, mark, self.enterprise.as_ber(), &fields);
    }
}

fn to_owned(varbinds: &VarBinds<'_>) -> Vec<VarBind> {
    varbinds.iter().map(|varbind| varbind.to_varbind()).collect()
}
