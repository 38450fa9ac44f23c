//! Requests over SNMPv3 (RFC 3412 §7.1 and §7.2, RFC 3413 §3.2).

use std::time::Instant;

use super::account::{Account, Grant};
use super::failure::Failure;
use super::responder::{Dropped, Envelope, Exchange, Reply, Request, Responder};
use super::waits::Waits;
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Random, Report, count};
use crate::message::{ErrorStatus, PduKind, PduRef, ScopedPduRef};
use crate::net::{EngineState, OsRandom};
use crate::security::{Authority, Member, SecurityModel, Unread, UsmHeader, UsmState, V3Message};
use crate::usm::{Credentials, EngineId, KeyCache, UserError};

/// The engine of an agent with these users.
pub(super) fn authority(
    state: EngineState,
    started: Instant,
    accounts: impl IntoIterator<Item = Account>,
) -> Result<Authority<Account>, UserError> {
    let cache = KeyCache::new();
    let users: Result<Vec<_>, _> = accounts
        .into_iter()
        .map(|account| Credentials::new(account.user(), &cache).map(|credentials| (credentials, account)))
        .collect();
    let mut random = OsRandom::new();
    let salt = u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
    Ok(Authority::new(state.engine_id, state.boots, started, salt, users?))
}

impl From<Unread> for Dropped {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(error) => Self::malformed(error),
            Unread::SecurityModel(model) => Self::SecurityModel(model),
            Unread::Flags => Self::InvalidFlags,
        }
    }
}

impl Responder {
    /// As [`pass`](Self::pass), for a datagram that says that it is SNMPv3.
    pub(super) fn pass_v3(
        &self,
        authority: &Authority<Account>,
        datagram: &[u8],
        exchange: &mut Exchange,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let now = exchange.now();
        let Exchange { decoder, writer, plain, .. } = exchange;
        let message = V3Message::read(decoder, now, datagram, self.counters())?;
        let (member, state) = match authority.process_incoming(&message, plain) {
            Ok(accepted) => accepted,
            Err(report) => return self.report(authority, &message, report, None, writer),
        };
        let scoped = match message.scoped(decoder, plain) {
            Ok((scoped, _)) => scoped,
            // A stream cipher gives something with every key: with the wrong one it is no PDU.
            Err(_) if message.level.has_privacy() => {
                return self.report(authority, &message, Report::DecryptionError, None, writer);
            }
            Err(error) => {
                self.counters().count_malformed(&error);
                return Err(Dropped::malformed(error));
            }
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
        match report {
            Some(report) => self.report(authority, &message, report, Some(&scoped), writer),
            None => self.perform_v3(member, state, &message, &scoped, writer, waits),
        }
    }

    /// Does what an accepted request asks for.
    fn perform_v3(
        &self,
        member: &Member<Account>,
        state: UsmState<'_>,
        message: &V3Message<'_>,
        scoped: &ScopedPduRef<'_>,
        writer: &mut Writer,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let header = &message.message.header;
        let answer = UsmHeader {
            msg_id: header.msg_id,
            reportable: false,
            context_engine_id: scoped.context_engine_id,
            context_name: scoped.context_name,
        };
        let taken = usize::try_from(header.max_size).unwrap_or(MAX_MESSAGE);
        let mut reply = Reply {
            writer,
            envelope: Envelope::V3(state, answer),
            request: &scoped.pdu,
            limit: self.limit().min(taken),
        };
        match member.entry.grant(message.level) {
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
        authority: &Authority<Account>,
        message: &V3Message<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        writer: &mut Writer,
    ) -> Result<(), Dropped> {
        if report == Report::UnknownPduHandler {
            count(&self.counters().unknown_pdus);
        }
        writer.set_limit(self.limit());
        match authority.report(message, report, scoped, self.counters(), writer) {
            Ok(true) => {
                count(&self.counters().out_pkts);
                Ok(())
            }
            Ok(false) => Err(Dropped::Reported(report)),
            Err(TooLarge { limit }) => Err(Dropped::Silent { limit }),
        }
    }
}

impl<'r> Request<'r> {
    fn of(grant: &'r Grant, pdu: &'r PduRef<'r>) -> Self {
        Self { pdu, view: grant.accessible(), writable: grant.is_writable(), v1: false }
    }
}
