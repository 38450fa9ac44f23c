//! Requests over SNMPv3 (RFC 3412 §7.1 and §7.2, RFC 3413 §3.2).

use std::time::Instant;

use super::account::Grant;
use super::authority::{Authority, Member};
use super::counters::count;
use super::failure::Failure;
use super::responder::{Dropped, Envelope, Exchange, Reply, Request, Responder};
use super::waits::Waits;
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::engine::Report;
use crate::message::{Decoder, ErrorStatus, Level, PduHeader, PduKind, ScopedPduRef, USM, UsmRef, V3Ref};
use crate::usm::{self, EngineClock, EngineId, Protection};
use crate::value::{Counter32, Value, VarBind};

/// The message around a response: like the request's.
pub(super) struct Sealing<'m> {
    authority: &'m Authority,
    clock: EngineClock,
    msg_id: i32,
    user: &'m [u8],
    protection: Protection<'m>,
    context_engine_id: &'m [u8],
    context_name: &'m [u8],
}

/// A message that has been taken apart.
struct Incoming<'m> {
    now: Instant,
    message: V3Ref<'m>,
    usm: UsmRef<'m>,
}

impl Responder {
    /// As [`pass`](Self::pass), for a datagram that says that it is SNMPv3.
    pub(super) fn pass_v3(
        &self,
        authority: &Authority,
        datagram: &[u8],
        exchange: &mut Exchange,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let now = exchange.now();
        let Exchange { decoder, writer, plain, .. } = exchange;
        let (message, mut ledger) = decoder.decode_v3(datagram).map_err(|error| self.malformed(error))?;
        if message.header.security_model != USM {
            authority.counters().count(Report::UnknownSecurityModel);
            return Err(Dropped::SecurityModel(message.header.security_model));
        }
        let Some(level) = message.header.flags.level() else {
            authority.counters().count(Report::InvalidMessage);
            return Err(Dropped::InvalidFlags);
        };
        let usm = UsmRef::read(message.security, &mut ledger).map_err(|error| self.malformed(error))?;
        let incoming = Incoming { now, message, usm };
        let member = match authority.accept(now, datagram, &message, &usm, level, plain) {
            Ok(member) => member,
            Err(report) => return self.report(authority, &incoming, report, None, decoder, writer),
        };
        let data = if level.has_privacy() { plain.as_slice() } else { message.data };
        let scoped = match decoder.decode_scoped(data) {
            Ok((scoped, _)) => scoped,
            // A stream cipher gives something with every key: with the wrong one it is no PDU.
            Err(_) if level.has_privacy() => {
                let report = Report::DecryptionError;
                return self.report(authority, &incoming, report, None, &mut Decoder::default(), writer);
            }
            Err(error) => return Err(self.malformed(error)),
        };
        let handled = [authority.engine_id(), &EngineId::LOCAL]
            .iter()
            .any(|engine_id| engine_id.as_bytes() == scoped.context_engine_id);
        let report = match scoped.pdu.header.kind {
            PduKind::Get | PduKind::GetNext | PduKind::GetBulk | PduKind::Set if handled => {
                (!scoped.context_name.is_empty()).then_some(Report::UnknownContext)
            }
            _ => Some(Report::UnknownPduHandler),
        };
        if let Some(report) = report {
            let mut other = Decoder::default();
            return self.report(authority, &incoming, report, Some(&scoped), &mut other, writer);
        }
        self.perform_v3(authority, member, &incoming, level, &scoped, writer, waits)
    }

    /// Does what an accepted request asks for.
    #[allow(clippy::too_many_arguments)] // one call, of one thing in its parts
    fn perform_v3(
        &self,
        authority: &Authority,
        member: &Member,
        incoming: &Incoming<'_>,
        level: Level,
        scoped: &ScopedPduRef<'_>,
        writer: &mut Writer,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let header = &incoming.message.header;
        let Some(protection) = member.keys.protection(level) else { return Err(Dropped::InvalidFlags) };
        let sealing = Sealing {
            authority,
            clock: authority.clock(incoming.now),
            msg_id: header.msg_id,
            user: incoming.usm.user,
            protection,
            context_engine_id: scoped.context_engine_id,
            context_name: scoped.context_name,
        };
        let taken = usize::try_from(header.max_size).unwrap_or(MAX_MESSAGE);
        let mut reply = Reply {
            writer,
            envelope: Envelope::V3(sealing),
            request: &scoped.pdu,
            limit: self.limit().min(taken),
        };
        match member.account.grant(level) {
            Some(grant) => self.perform(Request::of(grant, &scoped.pdu), &mut reply, waits),
            // There is no access at this level (RFC 3413 §3.2, noAccessEntry).
            None => {
                let refused = reply.fail(Failure::of_request(ErrorStatus::AUTHORIZATION_ERROR));
                self.written(refused, &mut reply)
            }
        }
    }

    /// Answers with a Report, if the message may be answered with one at all.
    fn report(
        &self,
        authority: &Authority,
        incoming: &Incoming<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        decoder: &mut Decoder,
        writer: &mut Writer,
    ) -> Result<(), Dropped> {
        let value = authority.counters().count(report);
        if report == Report::UnknownPduHandler {
            count(&self.counters().unknown_pdus);
        }
        let Incoming { now, message, usm } = incoming;
        // Of an encrypted message nothing is known but what its sender says.
        let is_plain = message.header.flags.level().is_some_and(|level| !level.has_privacy());
        let read = if is_plain { decoder.decode_scoped(message.data).ok().map(|(pdu, _)| pdu) } else { None };
        let scoped = scoped.or(read.as_ref());
        let expected = match scoped {
            Some(scoped) => scoped.pdu.header.kind.is_confirmed(),
            None => message.header.flags.is_reportable(),
        };
        if !expected || (report == Report::UnknownUser && !authority.may_tell_unknown_user(*now)) {
            return Err(Dropped::Reported(report));
        }
        // Signed where a clock is to be moved by it; then the user is known, and its digest was right.
        let member = authority.member(usm.user);
        let protection = match member.and_then(|member| member.keys.protection(Level::AuthNoPriv)) {
            Some(signed) if report == Report::NotInTimeWindow => signed,
            _ => Protection::None,
        };
        let sealing = Sealing {
            authority,
            clock: authority.clock(*now),
            msg_id: message.header.msg_id,
            user: usm.user,
            protection,
            context_engine_id: authority.engine_id().as_bytes(),
            context_name: scoped.map_or(&[], |scoped| scoped.context_name),
        };
        let request_id = scoped.map_or(0, |scoped| scoped.pdu.header.request_id);
        let name = report.oid().ok_or(Dropped::Reported(report))?;
        let varbind = VarBind { name, value: Value::Counter32(Counter32(value)) };
        let header = PduHeader::new(PduKind::Report, request_id);
        writer.clear();
        writer.set_limit(self.limit());
        let sealed = sealing.seal(writer, |writer| header.write(writer, [varbind.as_ref()]));
        sealed.map_err(|TooLarge { limit }| Dropped::Silent { limit })?;
        count(&self.counters().out_pkts);
        Ok(())
    }
}

impl<'r> Request<'r> {
    fn of(grant: &'r Grant, pdu: &'r crate::message::PduRef<'r>) -> Self {
        Self { pdu, view: grant.accessible(), writable: grant.is_writable(), v1: false }
    }
}

impl Sealing<'_> {
    /// Octets of the message around the varbinds, at most.
    pub(super) fn overhead(&self) -> usize {
        /// Headers with long lengths, integers of full size, digest, salt and padding.
        const FIXED: usize = 11 * 6 + 9 * 6 + usm::MAX_MAC + usm::SALT + 8;
        FIXED + self.user.len() + self.context_engine_id.len() + self.context_name.len() + usm::MAX_ENGINE_ID
    }

    pub(super) fn seal(
        &self,
        writer: &mut Writer,
        write_pdu: impl FnOnce(&mut Writer),
    ) -> Result<(), TooLarge> {
        let envelope = usm::Envelope {
            msg_id: self.msg_id,
            max_size: MAX_MESSAGE as i32,
            reportable: false,
            engine_id: self.authority.engine_id().as_bytes(),
            clock: self.clock,
            user: self.user,
            context_engine_id: self.context_engine_id,
            context_name: self.context_name,
            salt: self.authority.next_salt(),
        };
        usm::seal(writer, &envelope, self.protection, write_pdu)
    }
}
