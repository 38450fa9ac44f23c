//! Messages of SNMPv3 (RFC 3412 §7.2): whose they are, and Reports about those that are nobody's.
//!
//! A message says two things before its security is looked at: the authoritative engine, and its msgID. A request or an
//! inform names this engine, or none while it asks for its ID, and has the reportable flag; a response or Report has the
//! msgID of a message of ours, and no such flag (RFC 3412 §6.4); a trap names the engine of its sender. An engine that
//! talks to itself, and one whose peer has hit upon the same msgID, are told apart by the flag. Responses that have it
//! all the same are taken, unless they may be meant for this engine.

use super::applications::{Accepted, Answer, Refusal, TakesNotifications, TakesRequests, TakesResponses};
use super::arrival::Arrival;
use super::dispatcher::{Dispatched, Dispatcher, Result};
use crate::ber::{self, ErrorKind, MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Dropped, Report};
use crate::message::{Decoder, PduKind, ScopedPduRef, TRAP_V1};
use crate::security::{Authority, Buffers, SecurityModel, Unread, UsmHeader, V3Message, count};
use crate::usm::EngineId;

impl From<Unread> for Dropped {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(error) => Self::malformed(error),
            Unread::SecurityModel(model) => Self::SecurityModel(model),
            Unread::Flags => Self::InvalidFlags,
        }
    }
}

impl<E: TakesResponses, C: TakesRequests, N: TakesNotifications> Dispatcher<'_, E, C, N> {
    pub(super) fn take_in_v3(&mut self, arrival: Arrival<'_>, buffers: &mut Buffers) -> Result<E, C, N> {
        let Buffers { decoder, writer, plain } = buffers;
        let message = V3Message::read(decoder, arrival.now, arrival.octets)?;
        if E::IS_THERE && self.responses.waits_for(message.message.header.msg_id) && !self.is_for_us(&message)
        {
            match self.responses.respond_v3(&message, decoder, plain) {
                // A trap, or a request for another engine.
                Err(Dropped::UnknownPdu) if self.engine.is_some() => {}
                taken => return taken.map(Dispatched::Response),
            }
        }
        let Some(engine) = self.engine else { return Err(Dropped::UnknownRequest) };
        if message.usm.engine_id == engine.engine_id().as_bytes() {
            self.take_in_own(engine, arrival, &message, (decoder, writer, plain))
        } else {
            self.take_in_other(engine, arrival, &message, (decoder, writer, plain))
        }
    }

    /// Whether it may be a request to this engine, whatever its msgID.
    fn is_for_us(&self, message: &V3Message<'_>) -> bool {
        let named = message.usm.engine_id;
        message.message.header.flags.is_reportable()
            && self.engine.is_some_and(|own| named.is_empty() || named == own.engine_id().as_bytes())
    }

    /// A message that names this engine.
    fn take_in_own(
        &mut self,
        engine: &Authority,
        arrival: Arrival<'_>,
        message: &V3Message<'_>,
        (decoder, writer, plain): (&mut Decoder, &mut Writer, &mut Vec<u8>),
    ) -> Result<E, C, N> {
        let session = engine.session();
        let (member, state) = match session.process_incoming(message, plain) {
            Ok(accepted) => accepted,
            Err(report) => return self.report(engine, arrival, message, report, None, writer),
        };
        let (scoped, anomalies) = match message.scoped(decoder, plain) {
            Ok(scoped) => scoped,
            Err(error) if self.notifications.is_there() && is_trap_v1(&error) => {
                let taken =
                    self.notifications.odd_trap(arrival, *engine.engine_id(), message, decoder, plain);
                return taken.map(Dispatched::Notification);
            }
            // A stream cipher gives something with every key: with the wrong one that is not a PDU.
            Err(_) if message.level.has_privacy() => {
                return self.report(engine, arrival, message, Report::DecryptionError, None, writer);
            }
            Err(error) => return Err(Dropped::malformed(error)),
        };
        let header = &message.message.header;
        let taken = usize::try_from(header.max_size).unwrap_or(MAX_MESSAGE);
        let accepted = Accepted { user: member.name(), level: message.level, scoped: &scoped, anomalies };
        let answer = Answer {
            state,
            header: UsmHeader {
                msg_id: header.msg_id,
                reportable: false,
                context_engine_id: scoped.context_engine_id,
                context_name: scoped.context_name,
            },
            limit: self.limit.min(taken),
        };
        let kind = scoped.pdu.header.kind;
        let is_request = matches!(kind, PduKind::Get | PduKind::GetNext | PduKind::GetBulk | PduKind::Set);
        let is_notification = matches!(kind, PduKind::Trap | PduKind::Inform);
        let is_own = is_own(engine, scoped.context_engine_id);
        if !is_own
            && (is_request || is_notification)
            && let Some(taken) = self.requests.pass_on_v3(arrival, &accepted, Some(&answer))
        {
            return Ok(Dispatched::Request(taken));
        }
        let refusal = if is_request && is_own {
            match self.requests.request_v3(arrival, accepted, answer, writer) {
                Ok(taken) => return Ok(Dispatched::Request(taken)),
                Err(refusal) => refusal,
            }
        } else if is_notification && self.notifications.is_there() {
            let engine_id = *engine.engine_id();
            let taken = self.notifications.notify_v3(arrival, engine_id, accepted, Some(answer), writer);
            return taken.map(Dispatched::Notification);
        } else {
            Refusal::Report(Report::UnknownPduHandler)
        };
        match refusal {
            Refusal::Report(report) => self.report(engine, arrival, message, report, Some(&scoped), writer),
            Refusal::Drop(dropped) => Err(dropped),
        }
    }

    /// A message that names another engine: a trap of that engine, or a question by somebody who does not know this one's
    /// ID.
    fn take_in_other(
        &mut self,
        engine: &Authority,
        arrival: Arrival<'_>,
        message: &V3Message<'_>,
        (decoder, writer, plain): (&mut Decoder, &mut Writer, &mut Vec<u8>),
    ) -> Result<E, C, N> {
        let expects_answer = message.message.header.flags.is_reportable()
            && (message.level.has_privacy()
                || message
                    .scoped(decoder, &[])
                    .is_ok_and(|(scoped, _)| scoped.pdu.header.kind.is_confirmed()));
        // Users of who passes on are not those of who receives.
        let (engine_id, is_only_passed_on) = match self.notifications.authenticate(message, plain) {
            Ok(engine_id) => (engine_id, false),
            Err(report) if !expects_answer => match self.requests.authenticate(message, plain) {
                Ok(engine_id) => (engine_id, true),
                Err(_) => return self.report(engine, arrival, message, report, None, writer),
            },
            Err(report) => {
                let report = if expects_answer { Report::UnknownEngineId } else { report };
                return self.report(engine, arrival, message, report, None, writer);
            }
        };
        let (scoped, anomalies) = match message.scoped(decoder, plain) {
            Ok(scoped) => scoped,
            Err(error) if is_trap_v1(&error) && !is_only_passed_on => {
                let taken = self.notifications.odd_trap(arrival, engine_id, message, decoder, plain);
                return taken.map(Dispatched::Notification);
            }
            Err(_) if message.level.has_privacy() => {
                return self.report(engine, arrival, message, Report::DecryptionError, None, writer);
            }
            Err(error) => return Err(Dropped::malformed(error)),
        };
        match scoped.pdu.header.kind {
            PduKind::Trap => {}
            kind if kind.is_confirmed() && expects_answer => {
                let report = Report::UnknownEngineId;
                return self.report(engine, arrival, message, report, Some(&scoped), writer);
            }
            PduKind::Inform => return Err(Dropped::OtherEngine),
            _ => return Err(Dropped::UnknownPdu),
        }
        let accepted = Accepted { user: message.usm.user, level: message.level, scoped: &scoped, anomalies };
        if !is_own(engine, scoped.context_engine_id)
            && let Some(taken) = self.requests.pass_on_v3(arrival, &accepted, None)
        {
            return Ok(Dispatched::Request(taken));
        }
        if is_only_passed_on {
            return Err(Dropped::UnknownPdu);
        }
        let taken = self.notifications.notify_v3(arrival, engine_id, accepted, None, writer);
        taken.map(Dispatched::Notification)
    }

    /// Answers with a Report, if the message may be answered with one at all.
    fn report(
        &self,
        engine: &Authority,
        arrival: Arrival<'_>,
        message: &V3Message<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        writer: &mut Writer,
    ) -> Result<E, C, N> {
        if report == Report::UnknownPduHandler {
            count(&self.counters.unknown_pdus);
        }
        writer.set_limit(self.limit);
        #[cfg(any(feature = "agent", feature = "listener"))]
        let source = arrival.origin.and_then(|origin| crate::net::source_of(origin));
        #[cfg(not(any(feature = "agent", feature = "listener")))]
        let source = {
            let _ = arrival;
            None
        };
        match engine.report(source, message, report, scoped, self.counters, writer) {
            Ok(true) => {
                count(&self.counters.out_pkts);
                Ok(Dispatched::Report(report))
            }
            Ok(false) => Err(Dropped::Reported(report)),
            Err(TooLarge { limit }) => Err(Dropped::Silent { limit }),
        }
    }
}

/// Whether a context is of this engine, by its name or as RFC 5343 has it.
fn is_own(engine: &Authority, context_engine_id: &[u8]) -> bool {
    [engine.engine_id(), &EngineId::LOCAL].iter().any(|own| own.as_bytes() == context_engine_id)
}

/// Whether a scoped PDU cannot be read because it has the Trap-PDU of SNMPv1 in it.
fn is_trap_v1(error: &ber::Error) -> bool {
    matches!(error.kind, ErrorKind::PduType(TRAP_V1))
}
