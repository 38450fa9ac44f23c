//! The PDU that every operation but the SNMPv1 trap shares (RFC 3416 §3).

use super::{ErrorStatus, Version, odd};
use crate::ber::{Anomaly, Failed, Ledger, Mark, Reader, Rules, VarBinds, Writer, tag};
use crate::value::VarBindRef;

/// Which operation a PDU is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PduKind {
    /// GetRequest-PDU.
    Get,
    /// GetNextRequest-PDU.
    GetNext,
    /// Response-PDU, in SNMPv1 GetResponse-PDU.
    Response,
    /// SetRequest-PDU.
    Set,
    /// GetBulkRequest-PDU; not in SNMPv1.
    GetBulk,
    /// InformRequest-PDU; not in SNMPv1.
    Inform,
    /// SNMPv2-Trap-PDU; not in SNMPv1.
    Trap,
    /// Report-PDU; not in SNMPv1.
    Report,
}

impl PduKind {
    /// The identifier octet.
    pub fn tag(self) -> u8 {
        match self {
            PduKind::Get => 0xa0,
            PduKind::GetNext => 0xa1,
            PduKind::Response => 0xa2,
            PduKind::Set => 0xa3,
            PduKind::GetBulk => 0xa5,
            PduKind::Inform => 0xa6,
            PduKind::Trap => 0xa7,
            PduKind::Report => 0xa8,
        }
    }

    /// The kind with this identifier octet. `a4`, the SNMPv1 trap, has another structure and none here.
    pub fn from_tag(tag: u8) -> Option<PduKind> {
        Some(match tag {
            0xa0 => PduKind::Get,
            0xa1 => PduKind::GetNext,
            0xa2 => PduKind::Response,
            0xa3 => PduKind::Set,
            0xa5 => PduKind::GetBulk,
            0xa6 => PduKind::Inform,
            0xa7 => PduKind::Trap,
            0xa8 => PduKind::Report,
            _ => return None,
        })
    }

    /// True for operations that are answered by a Response (RFC 3411 §2.8: confirmed class).
    pub fn is_confirmed(self) -> bool {
        use PduKind::{Get, GetBulk, GetNext, Inform, Set};
        matches!(self, Get | GetNext | GetBulk | Set | Inform)
    }

    /// True when messages of `version` can carry this kind.
    pub fn is_in(self, version: Version) -> bool {
        use PduKind::{Get, GetNext, Response, Set};
        match version {
            Version::V1 => matches!(self, Get | GetNext | Response | Set),
            Version::V2c | Version::V3 => true,
        }
    }
}

/// A PDU without its varbinds.
///
/// A GetBulkRequest has non-repeaters and max-repetitions in the two places that are error-status and
/// error-index elsewhere; build it with [`bulk`](Self::bulk), read it with
/// [`non_repeaters`](Self::non_repeaters) and [`max_repetitions`](Self::max_repetitions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PduHeader {
    /// Which operation.
    pub kind: PduKind,
    /// Pairs a response with its request; any 32-bit value, negative ones as well (RFC 3416 §3).
    pub request_id: i32,
    /// Zero except in a response; non-repeaters in a GetBulkRequest.
    pub error_status: ErrorStatus,
    /// Which varbind the status is about, counted from 1, or 0 for none; max-repetitions in a
    /// GetBulkRequest.
    pub error_index: i32,
}

impl PduHeader {
    /// A request or notification, with error fields 0.
    pub fn new(kind: PduKind, request_id: i32) -> Self {
        Self { kind, request_id, error_status: ErrorStatus::NO_ERROR, error_index: 0 }
    }

    /// A GetBulkRequest. Values above 2147483647 are sent as that.
    pub fn bulk(request_id: i32, non_repeaters: u32, max_repetitions: u32) -> Self {
        let clamp = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        Self {
            kind: PduKind::GetBulk,
            request_id,
            error_status: ErrorStatus(clamp(non_repeaters)),
            error_index: clamp(max_repetitions),
        }
    }

    /// A Response; `error_index` counts from 1, 0 means no varbind in particular.
    pub fn response(request_id: i32, error_status: ErrorStatus, error_index: i32) -> Self {
        Self { kind: PduKind::Response, request_id, error_status, error_index }
    }

    /// Of a GetBulkRequest: how many leading varbinds are read once. Negative reads as 0.
    pub fn non_repeaters(&self) -> u32 {
        u32::try_from(self.error_status.0).unwrap_or(0)
    }

    /// Of a GetBulkRequest: how often the other varbinds are read. Negative reads as 0.
    pub fn max_repetitions(&self) -> u32 {
        u32::try_from(self.error_index).unwrap_or(0)
    }

    /// Closes the PDU around the varbinds that were written since `mark`.
    pub fn wrap(&self, writer: &mut Writer, mark: Mark) {
        writer.wrap(tag::SEQUENCE, mark);
        writer.integer(self.error_index);
        writer.integer(self.error_status.0);
        writer.integer(self.request_id);
        writer.wrap(self.kind.tag(), mark);
    }

    /// Writes the whole PDU.
    pub fn write<'v, I>(&self, writer: &mut Writer, varbinds: I)
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let mark = writer.mark();
        for varbind in varbinds.into_iter().rev() {
            writer.varbind(varbind.name.as_ber(), varbind.value);
        }
        self.wrap(writer, mark);
    }

    /// Reads everything up to the varbinds from the content of a PDU.
    fn read(kind: PduKind, fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let request_id = fields.integer(ledger)?;
        let offset = fields.offset();
        let mut first = fields.integer(ledger)?;
        let mut second = fields.integer(ledger)?;
        if kind == PduKind::GetBulk && (first < 0 || second < 0) {
            ledger.note(Anomaly::NegativeBulkField, offset)?;
            first = first.max(0);
            second = second.max(0);
        }
        Ok(Self { kind, request_id, error_status: ErrorStatus(first), error_index: second })
    }

    /// The same of an answer whose error fields are numbers of more than 32 bits: nobody knows what they mean, but it is
    /// an answer to its request. The status is the nearest number of 32 bits, which has no name either.
    #[cold]
    fn read_long(kind: PduKind, fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let request_id = fields.integer(ledger)?;
        let offset = fields.offset();
        let mut long = || match fields.peek_tag() {
            Some(tag::INTEGER) => odd::number(fields, ledger),
            _ => None,
        };
        let (Some(status), Some(index)) = (long(), long()) else { return Err(Failed) };
        ledger.note(Anomaly::OddField, offset)?;
        let status = status.clamp(i128::from(i32::MIN), i128::from(i32::MAX)) as i32;
        let error_index = i32::try_from(index).unwrap_or(0);
        Ok(Self { kind, request_id, error_status: ErrorStatus(status), error_index })
    }

    /// The same of a notification with a field that is not an INTEGER of 32 bits. What the two behind the request-id
    /// say is nothing to anybody.
    #[cold]
    fn read_odd(kind: PduKind, fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<Self, Failed> {
        ledger.note(Anomaly::OddField, fields.offset())?;
        // The lower 32 bits of one that is larger.
        let request_id = odd::number(fields, ledger).map_or(0, |number| number as i32);
        odd::number(fields, ledger);
        odd::number(fields, ledger);
        Ok(Self::new(kind, request_id))
    }
}

/// A PDU borrowed from a message.
#[derive(Clone, Copy, Debug)]
pub struct PduRef<'a> {
    /// Everything but the varbinds.
    pub header: PduHeader,
    /// The varbinds, all checked.
    pub varbinds: VarBinds<'a>,
}

impl<'a> PduRef<'a> {
    /// Reads the content of a PDU of this kind.
    pub(super) fn read(kind: PduKind, mut fields: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let start = fields;
        let header = match PduHeader::read(kind, &mut fields, ledger) {
            Err(Failed) if ledger.is_forgiving() && matches!(kind, PduKind::Trap | PduKind::Inform) => {
                fields = start;
                PduHeader::read_odd(kind, &mut fields, ledger)?
            }
            Err(Failed) if kind == PduKind::Response && ledger.rules() == Rules::Lenient => {
                // What is wrong besides is said as it was.
                let refused = *ledger;
                fields = start;
                match PduHeader::read_long(kind, &mut fields, ledger) {
                    Ok(header) => header,
                    Err(Failed) => {
                        *ledger = refused;
                        return Err(Failed);
                    }
                }
            }
            header => header?,
        };
        let varbinds = VarBinds::read(&mut fields, ledger)?;
        fields.finish(ledger)?;
        Ok(Self { header, varbinds })
    }
}
