//! Writing PDUs.

use mibc_runtime::oid::OidRef;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, ValueRef};

use super::error::TooLong;
use super::header::{ByteOrder, Flags, HEADER, MAX_PAYLOAD, VERSION};
use super::kind::Kind;
use super::status::Status;
use super::value_type;

/// What a PDU is addressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The order of the octets of its numbers.
    pub order: ByteOrder,
    /// h.sessionID.
    pub session_id: u32,
    /// h.transactionID.
    pub transaction_id: u32,
    /// h.packetID.
    pub packet_id: u32,
}

/// Writes one PDU behind what is in a buffer.
#[derive(Debug)]
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// Where the PDU begins.
    start: usize,
    order: ByteOrder,
}

impl<'o> Writer<'o> {
    /// Writes the header, and the context if there is one.
    pub fn new(out: &'o mut Vec<u8>, to: Envelope, kind: Kind, flags: Flags, context: Option<&[u8]>) -> Self {
        let start = out.len();
        let flags = flags
            .with(Flags::NETWORK_BYTE_ORDER, to.order == ByteOrder::Big)
            .with(Flags::NON_DEFAULT_CONTEXT, context.is_some());
        out.extend_from_slice(&[VERSION, kind as u8, flags.0, 0]);
        let mut writer = Self { out, start, order: to.order };
        for number in [to.session_id, to.transaction_id, to.packet_id, 0] {
            writer.u32(number);
        }
        if let Some(context) = context {
            writer.octets(context);
        }
        writer
    }

    /// The answer to a PDU; varbinds may follow.
    pub fn response(out: &'o mut Vec<u8>, to: Envelope, up_time: u32, status: Status, index: u16) -> Self {
        let mut writer = Self::new(out, to, Kind::Response, Flags::default(), None);
        writer.u32(up_time);
        writer.u16(status.0);
        writer.u16(index);
        writer
    }

    /// Octets of payload so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len() - self.start - HEADER
    }

    /// Whether the payload is still empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The end of the PDU.
    ///
    /// # Errors
    ///
    /// It is too long. Nothing of it is in the buffer then.
    pub fn finish(self) -> Result<(), TooLong> {
        let octets = self.len();
        if octets > MAX_PAYLOAD {
            self.out.truncate(self.start);
            return Err(TooLong { octets });
        }
        let length = self.order.of_u32(octets as u32);
        if let Some(place) = self.out.get_mut(self.start + HEADER - 4..self.start + HEADER) {
            place.copy_from_slice(&length);
        }
        Ok(())
    }

    pub(super) fn four(&mut self, octets: [u8; 4]) {
        self.out.extend_from_slice(&octets);
    }

    pub(super) fn u16(&mut self, number: u16) {
        self.out.extend_from_slice(&self.order.of_u16(number));
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.out.extend_from_slice(&self.order.of_u32(number));
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.out.extend_from_slice(&self.order.of_u64(number));
    }

    /// An octet string: its length, and it, filled up to a multiple of four octets.
    pub(super) fn octets(&mut self, octets: &[u8]) {
        // Longer ones do not fit a PDU, which `finish` says.
        self.u32(u32::try_from(octets.len()).unwrap_or(u32::MAX));
        self.out.extend_from_slice(octets);
        let filled = octets.len().next_multiple_of(4) - octets.len();
        self.out.extend_from_slice([0; 4].get(..filled).unwrap_or_default());
    }

    /// An OID, with the prefix 1.3.6.1.x left out where it has one. 0.0 is the null OID.
    pub fn oid(&mut self, oid: OidRef<'_>, include: bool) {
        let mut arcs = oid.arcs();
        let mut left = oid.len();
        if oid.as_ber() == [0] {
            return self.four([0, 0, include.into(), 0]);
        }
        let mut prefix = 0;
        if left > 4 && oid.as_ber().starts_with(&[0x2b, 6, 1]) {
            let mut behind = arcs.clone();
            if let Some(x @ 1..=255) = behind.nth(4) {
                (prefix, left, arcs) = (x as u8, left - 5, behind);
            }
        }
        // An OID has at most 128 sub-identifiers.
        self.four([left as u8, prefix, include.into(), 0]);
        for arc in arcs {
            self.u32(arc);
        }
    }

    /// What a GetBulk-PDU has before its ranges.
    pub fn bulk(&mut self, non_repeaters: u16, max_repetitions: u16) {
        self.u16(non_repeaters);
        self.u16(max_repetitions);
    }

    /// A search range (RFC 2741 §5.2).
    pub fn range(&mut self, start: OidRef<'_>, include: bool, end: Option<OidRef<'_>>) {
        self.oid(start, include);
        match end {
            Some(end) => self.oid(end, false),
            None => self.four([0; 4]),
        }
    }

    /// A varbind (RFC 2741 §5.4). A value that could not be decoded is none.
    pub fn varbind(&mut self, name: OidRef<'_>, value: ValueRef<'_>) {
        self.u16(value_type::of(value));
        self.u16(0);
        self.oid(name, false);
        match value {
            ValueRef::Integer(number) => self.u32(number as u32),
            ValueRef::Counter32(Counter32(number))
            | ValueRef::Gauge32(Gauge32(number))
            | ValueRef::TimeTicks(TimeTicks(number)) => self.u32(number),
            ValueRef::Counter64(Counter64(number)) => self.u64(number),
            ValueRef::OctetString(octets) | ValueRef::Opaque(octets) => self.octets(octets),
            ValueRef::IpAddress(IpAddress(octets)) => self.octets(&octets),
            ValueRef::ObjectIdentifier(oid) => self.oid(oid, false),
            _ => {}
        }
    }
}
