//! Requests over SNMPv3 (RFC 3412 §7.1 and §7.2, RFC 3413 §3.2).

use std::sync::Arc;
use std::time::Instant;

use super::account::Account;
use super::responder::{Dropped, Envelope, Exchange, Reply, Request, Responder, view_type};
use super::standard::AuthenticationFailure;
use super::waits::Waits;
use crate::access::{Model, Principal, Refusal, View};
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Random, Report, count};
use crate::message::ScopedPduRef;
use crate::net::{EngineState, OsRandom};
use crate::security::{Authority, SecurityModel, Unread, UsmHeader, UsmState, V3Message};
use crate::usm::{Credentials, EngineId, KeyCache, UserError};

/// The engine of an agent with these users.
pub(super) fn authority(
    state: EngineState,
    started: Instant,
    accounts: &[Account],
) -> Result<Authority<()>, UserError> {
    let cache = KeyCache::new();
    let users: Result<Vec<_>, _> = accounts
        .iter()
        .map(|account| Credentials::new(account.user(), &cache).map(|credentials| (credentials, ())))
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
        authority: &Authority<()>,
        datagram: &[u8],
        exchange: &mut Exchange,
        waits: &Waits,
    ) -> Result<(), Dropped> {
        let now = exchange.now();
        let Exchange { decoder, writer, plain, origin, failure, .. } = exchange;
        let message = V3Message::read(decoder, now, datagram, self.counters())?;
        let (member, state) = match authority.process_incoming(&message, plain) {
            Ok(accepted) => accepted,
            Err(report) => {
                *failure = AuthenticationFailure::of_report(report);
                return self.report(authority, &message, report, None, writer);
            }
        };
        let scoped = match message.scoped(decoder, plain) {
            Ok((scoped, _)) => scoped,
            // A stream cipher gives something with every key: with the wrong one it is no PDU.
            Err(_) if message.level.has_privacy() => {
                *failure = Some(AuthenticationFailure::Decryption);
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
        let kind = view_type(scoped.pdu.header.kind).filter(|_| handled);
        let Some(kind) = kind else {
            return self.report(authority, &message, Report::UnknownPduHandler, Some(&scoped), writer);
        };
        let principal = Principal::new(Model::USM, member.name())
            .level(message.level)
            .context(scoped.context_name)
            .origin(origin.clone());
        match self.access().view(&principal, scoped.context_name, kind) {
            Err(Refusal::NoSuchContext) => {
                self.report(authority, &message, Report::UnknownContext, Some(&scoped), writer)
            }
            view => self.perform_v3(view, state, &message, &scoped, writer, waits),
        }
    }

    /// Does what an accepted request asks for, if there is a view for it.
    fn perform_v3(
        &self,
        view: Result<Arc<View>, Refusal>,
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
        match view {
            Ok(view) => {
                let request =
                    Request { pdu: &scoped.pdu, view: &view, context: scoped.context_name, v1: false };
                self.perform(request, &mut reply, waits)
            }
            Err(_) => self.unauthorized(&mut reply),
        }
    }

    /// Answers with a Report, if the message may be answered with one at all.
    fn report(
        &self,
        authority: &Authority<()>,
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
