//! From datagram to [`MessageRef`], mending what can be mended.

#[cfg(all(feature = "listener", feature = "usm"))]
use super::ScopedTrapRef;
use super::{
    Body, MessageRef, PduKind, PduRef, ScopedPduRef, TrapV1Ref, V3Ref, trap_v1, write_community, write_scoped,
};
use crate::ber::{
    Anomalies, Anomaly, Error, ErrorKind, Failed, Ledger, MAX_MESSAGE, RawForm, Rules, VarBinds, Writer,
    readable_oid, tag, unpad_oid,
};

/// Name of snmpTrapOID.0, 1.3.6.1.6.3.1.1.4.1.0, as content octets.
pub(super) const SNMP_TRAP_OID_0: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// A message and what was odd about it.
#[derive(Clone, Copy, Debug)]
pub struct Decoded<'a> {
    /// The message. Every OID in it is canonical.
    pub message: MessageRef<'a>,
    /// Deviations from the encoding rules that were accepted.
    pub anomalies: Anomalies,
}

/// Decodes messages. Keep one per socket: it has a buffer for the rare message with padded OIDs,
/// which must be copied to be mended. No other message is copied or allocates.
#[derive(Debug, Default)]
pub struct Decoder {
    rules: Rules,
    /// Also what only a notification is forgiven for.
    forgiving: bool,
    /// And other messages come as well.
    mixed: bool,
    mended: Vec<u8>,
}

impl Decoder {
    /// A decoder under `rules`.
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// A decoder for receivers of notifications, under lenient rules. Nobody repeats a trap, so it also takes in
    /// notifications in the PDU of another version, with odd or missing fields, and such as end too early:
    /// each is noted ([`Anomaly::ForeignPdu`], [`Anomaly::OddField`], [`Anomaly::UnknownTrapNumber`],
    /// [`Anomaly::Truncated`]), and what can be read is kept.
    pub fn for_notifications() -> Self {
        Self { forgiving: true, ..Self::default() }
    }

    /// A decoder for all messages, under lenient rules: [forgiving](Self::for_notifications) to notifications, and to nothing
    /// else.
    #[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
    pub(crate) fn for_all() -> Self {
        Self { forgiving: true, mixed: true, ..Self::default() }
    }

    /// Whether what was read so gently must be read anew, without forgiveness: it is not a notification.
    fn is_too_gentle(&self, anomalies: Anomalies, kind: Option<PduKind>) -> bool {
        self.mixed
            && !anomalies.is_empty()
            && kind.is_some_and(|kind| !matches!(kind, PduKind::Trap | PduKind::Inform))
    }

    fn ledger(&self) -> Ledger {
        if self.forgiving { Ledger::forgiving() } else { Ledger::new(self.rules) }
    }

    /// Reads and checks the whole datagram. After an error nothing of it should be acted on.
    ///
    /// # Errors
    /// The datagram is not an SNMP message, or deviates from the encoding in a way that the rules do not allow.
    pub fn decode<'a>(&'a mut self, datagram: &'a [u8]) -> Result<Decoded<'a>, Error> {
        let mut ledger = self.ledger();
        let message = check_length(datagram, &mut ledger).and_then(|()| read(datagram, &mut ledger));
        let mut message = message.map_err(|Failed| ledger.error())?;
        if self.is_too_gentle(ledger.anomalies(), message.pdu().map(|pdu| pdu.header.kind)) {
            ledger = Ledger::new(self.rules);
            message = read(datagram, &mut ledger).map_err(|Failed| ledger.error())?;
        }
        let anomalies = ledger.anomalies();
        if !wants_mending(anomalies) {
            return Ok(Decoded { message, anomalies });
        }
        mend(&message, &mut self.mended);
        let message = read(&self.mended, &mut ledger).map_err(|Failed| ledger.error())?;
        Ok(Decoded { message, anomalies })
    }

    /// Takes a message of SNMPv3 apart as far as possible without its security.
    ///
    /// # Errors
    /// The datagram is not an SNMPv3 message, or deviates from the encoding in a way that the rules do not allow.
    pub fn decode_v3<'a>(&self, datagram: &'a [u8]) -> Result<(V3Ref<'a>, Ledger), Error> {
        let mut ledger = Ledger::new(self.rules);
        let message = check_length(datagram, &mut ledger).and_then(|()| V3Ref::read(datagram, &mut ledger));
        message.map(|message| (message, ledger)).map_err(|Failed| ledger.error())
    }

    /// Reads the Trap-PDU of SNMPv1 that a scoped PDU should not have, and some have. Offsets in errors count from its
    /// first octet. Only for [receivers of notifications](Self::for_notifications).
    #[cfg(all(feature = "listener", feature = "usm"))]
    #[cold]
    pub(crate) fn decode_scoped_trap<'a>(
        &'a mut self,
        scoped: &'a [u8],
    ) -> Result<(ScopedTrapRef<'a>, Anomalies), Error> {
        let mut ledger = self.ledger();
        let trap = ScopedTrapRef::read(scoped, &mut ledger).map_err(|Failed| ledger.error())?;
        let anomalies = ledger.anomalies();
        if !wants_mending(anomalies) {
            return Ok((trap, anomalies));
        }
        let mut writer = Writer::with_limit(MAX_MENDED);
        write_scoped(&mut writer, trap.context_engine_id, trap.context_name, |w| mend_trap(&trap.trap, w));
        self.mended.clear();
        self.mended.extend_from_slice(writer.finish().unwrap_or_default());
        let trap = ScopedTrapRef::read(&self.mended, &mut ledger).map_err(|Failed| ledger.error())?;
        Ok((trap, anomalies))
    }

    /// Reads and checks a scoped PDU of SNMPv3. Offsets in errors count from its first octet.
    ///
    /// # Errors
    /// The octets are not a scoped PDU, or deviate from the encoding in a way that the rules do not allow.
    pub fn decode_scoped<'a>(&'a mut self, scoped: &'a [u8]) -> Result<(ScopedPduRef<'a>, Anomalies), Error> {
        let mut ledger = self.ledger();
        let mut pdu = read_scoped(scoped, &mut ledger).map_err(|Failed| ledger.error())?;
        if self.is_too_gentle(ledger.anomalies(), Some(pdu.pdu.header.kind)) {
            ledger = Ledger::new(self.rules);
            pdu = read_scoped(scoped, &mut ledger).map_err(|Failed| ledger.error())?;
        }
        let anomalies = ledger.anomalies();
        if !wants_mending(anomalies) {
            return Ok((pdu, anomalies));
        }
        mend_scoped(&pdu, &mut self.mended);
        let pdu = read_scoped(&self.mended, &mut ledger).map_err(|Failed| ledger.error())?;
        Ok((pdu, anomalies))
    }
}

fn read<'a>(datagram: &'a [u8], ledger: &mut Ledger) -> Result<MessageRef<'a>, Failed> {
    let message = MessageRef::read(datagram, ledger)?;
    if let Some(pdu) = message.pdu()
        && ledger.anomalies().contains(Anomaly::EmptyOid)
    {
        refuse_empty_trap_oid(pdu, ledger)?;
    }
    Ok(message)
}

fn read_scoped<'a>(octets: &'a [u8], ledger: &mut Ledger) -> Result<ScopedPduRef<'a>, Failed> {
    let scoped = ScopedPduRef::read(octets, ledger)?;
    if ledger.anomalies().contains(Anomaly::EmptyOid) {
        refuse_empty_trap_oid(&scoped.pdu, ledger)?;
    }
    Ok(scoped)
}

fn check_length(datagram: &[u8], ledger: &mut Ledger) -> Result<(), Failed> {
    if datagram.len() > MAX_MESSAGE {
        return Err(ledger.fail(0, ErrorKind::TooLong(u32::try_from(datagram.len()).unwrap_or(u32::MAX))));
    }
    Ok(())
}

/// A notification whose snmpTrapOID.0 is an OID without octets has no identity: lenient reading must
/// not give it that of 0.0. A receiver that takes in all notifications has to see to that itself.
fn refuse_empty_trap_oid(pdu: &PduRef<'_>, ledger: &mut Ledger) -> Result<(), Failed> {
    if ledger.is_forgiving() || !matches!(pdu.header.kind, PduKind::Trap | PduKind::Inform) {
        return Ok(());
    }
    for raw in pdu.varbinds.raw() {
        let is_empty_oid = raw.tag == tag::OBJECT_IDENTIFIER && raw.value.is_empty();
        if is_empty_oid && raw.name.rest() == SNMP_TRAP_OID_0 {
            let kind = ErrorKind::Anomaly(Anomaly::EmptyOid);
            return Err(ledger.fail(raw.value.offset(), kind));
        }
    }
    Ok(())
}

/// Whether a message must be written again before its varbinds can be gone through.
fn wants_mending(anomalies: Anomalies) -> bool {
    !anomalies.is_empty()
        && [Anomaly::PaddedSubId, Anomaly::UndecodableName, Anomaly::Truncated]
            .into_iter()
            .any(|anomaly| anomalies.contains(anomaly))
}

/// Longest message that has been mended: what cannot be read of the shortest varbind, of two octets, gets a name and
/// headers.
const MAX_MENDED: usize = 5 * MAX_MESSAGE;

/// Writes the message again, with every OID canonical, every varbind one, and every length right.
#[cold]
fn mend(message: &MessageRef<'_>, out: &mut Vec<u8>) {
    let mut writer = Writer::with_limit(MAX_MENDED);
    write_community(&mut writer, message.version, message.community, |w| match &message.body {
        Body::Pdu(pdu) => mend_pdu(pdu, w),
        Body::TrapV1(trap) => mend_trap(trap, w),
    });
    out.clear();
    out.extend_from_slice(writer.finish().unwrap_or_default());
}

/// The same for a scoped PDU.
#[cold]
fn mend_scoped(scoped: &ScopedPduRef<'_>, out: &mut Vec<u8>) {
    let mut writer = Writer::with_limit(MAX_MENDED);
    write_scoped(&mut writer, scoped.context_engine_id, scoped.context_name, |w| mend_pdu(&scoped.pdu, w));
    out.clear();
    out.extend_from_slice(writer.finish().unwrap_or_default());
}

fn mend_pdu(pdu: &PduRef<'_>, writer: &mut Writer) {
    let mark = writer.mark();
    mend_varbinds(&pdu.varbinds, writer);
    pdu.header.wrap(writer, mark);
}

fn mend_trap(trap: &TrapV1Ref<'_>, writer: &mut Writer) {
    let mark = writer.mark();
    mend_varbinds(&trap.varbinds, writer);
    let mut enterprise = Vec::new();
    unpad_oid(trap.enterprise.as_ber(), &mut enterprise);
    trap_v1::wrap(writer, mark, &enterprise, trap);
}

fn mend_varbinds(varbinds: &VarBinds<'_>, writer: &mut Writer) {
    let raw: Vec<_> = varbinds.raw().take(varbinds.len()).collect();
    let mut oid = Vec::new();
    for varbind in raw.iter().rev() {
        let mark = writer.mark();
        let name = varbind.name.rest();
        let readable = readable_oid(name);
        let kept_whole = varbind.form == RawForm::NoName || readable.len() < name.len();
        match varbind.form {
            RawForm::NoName => writer.tlv(tag::SEQUENCE, varbind.value.rest()),
            _ if kept_whole => writer.tlv(tag::SEQUENCE, varbind.content.rest()),
            RawForm::NoValue => writer.octets(varbind.value.rest()),
            RawForm::Right if tag::is_high(varbind.tag) => {
                writer.octets(varbind.value.rest());
                writer.octets(&[varbind.tag]);
            }
            RawForm::Right if varbind.tag == tag::OBJECT_IDENTIFIER => {
                oid.clear();
                unpad_oid(varbind.value.rest(), &mut oid);
                writer.tlv(varbind.tag, &oid);
            }
            RawForm::Right => writer.tlv(varbind.tag, varbind.value.rest()),
        }
        oid.clear();
        unpad_oid(readable, &mut oid);
        if kept_whole && oid.is_empty() {
            oid.push(0); // 0.0, as for a name without octets
        }
        writer.tlv(tag::OBJECT_IDENTIFIER, &oid);
        writer.wrap(tag::SEQUENCE, mark);
    }
}
