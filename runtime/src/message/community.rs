//! The message format of SNMPv1 and SNMPv2c: version, community, PDU (RFC 1157 §4, RFC 1901 §3).

use super::{PduKind, PduRef, TrapV1Ref, Version, trap_v1};
use crate::ber::{Anomaly, ErrorKind, Failed, Ledger, Reader, Writer, tag};

/// A message borrowed from a datagram.
#[derive(Clone, Copy, Debug)]
pub struct MessageRef<'a> {
    /// Version of the message.
    pub version: Version,
    /// The community string, which by definition is not text.
    pub community: &'a [u8],
    /// The PDU.
    pub body: Body<'a>,
}

/// The two structures of PDUs.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Any operation but the SNMPv1 trap.
    Pdu(PduRef<'a>),
    /// The SNMPv1 trap.
    TrapV1(TrapV1Ref<'a>),
}

impl<'a> MessageRef<'a> {
    /// Reads a message whose OIDs may still be padded; see [`Decoder`](super::Decoder).
    pub(super) fn read(datagram: &'a [u8], ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut outer = Reader::new(datagram);
        let mut fields = outer.open(tag::SEQUENCE, ledger)?;
        let offset = fields.offset();
        let number = fields.integer(ledger)?;
        let version = Version::from_number(number)
            .filter(|version| *version != Version::V3)
            .ok_or_else(|| ledger.fail(offset, ErrorKind::Version(number)))?;
        let community = fields.octets(ledger)?;
        let body = Body::read(version, &mut fields, ledger)?;
        fields.finish(ledger)?;
        outer.finish(ledger)?;
        Ok(Self { version, community, body })
    }

    /// The PDU, unless it is an SNMPv1 trap.
    pub fn pdu(&self) -> Option<&PduRef<'a>> {
        match &self.body {
            Body::Pdu(pdu) => Some(pdu),
            Body::TrapV1(_) => None,
        }
    }
}

impl<'a> Body<'a> {
    fn read(version: Version, fields: &mut Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let offset = fields.offset();
        let (tag, content) = fields.open_any(ledger)?;
        match PduKind::from_tag(tag) {
            Some(kind) if kind.is_in(version) => Ok(Body::Pdu(PduRef::read(kind, content, ledger)?)),
            None if tag == trap_v1::TAG && version == Version::V1 => {
                Ok(Body::TrapV1(TrapV1Ref::read(content, ledger)?))
            }
            kind if ledger.is_forgiving() => Self::read_foreign(kind, tag, offset, content, ledger),
            _ => Err(ledger.fail(offset, ErrorKind::PduType(tag))),
        }
    }

    /// A notification in the PDU of another version: nothing in it is in doubt.
    #[cold]
    fn read_foreign(
        kind: Option<PduKind>,
        tag: u8,
        offset: u32,
        content: Reader<'a>,
        ledger: &mut Ledger,
    ) -> Result<Self, Failed> {
        let body = match kind {
            Some(kind @ (PduKind::Trap | PduKind::Inform)) => Body::Pdu(PduRef::read(kind, content, ledger)?),
            None if tag == trap_v1::TAG => Body::TrapV1(TrapV1Ref::read(content, ledger)?),
            _ => return Err(ledger.fail(offset, ErrorKind::PduType(tag))),
        };
        ledger.note(Anomaly::ForeignPdu, offset)?;
        Ok(body)
    }
}

/// Writes a whole message around the PDU that `write_pdu` writes.
pub fn write_community(
    writer: &mut Writer,
    version: Version,
    community: &[u8],
    write_pdu: impl FnOnce(&mut Writer),
) {
    let mark = writer.mark();
    write_pdu(writer);
    writer.tlv(tag::OCTET_STRING, community);
    writer.integer(version.number());
    writer.wrap(tag::SEQUENCE, mark);
}
