//! Requests over SNMPv3 (RFC 3412 §7.1 and §7.2, RFC 3413 §3.2).

use std::time::Instant;

use super::account::Account;
use super::arrival::Arrival;
use super::dropped::Dropped;
use super::exchange::Exchange;
use super::reply::{Envelope, Reply};
use super::requests::{Patience, view_type};
use super::responder::Responder;
use super::standard::AuthenticationFailure;
use crate::access::{Model, Principal, Refusal};
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Report, count};
use crate::entity::{Recipient, Request, Transaction};
use crate::message::ScopedPduRef;
use crate::net::{EngineState, source_of};
use crate::security::{Authority, SecurityModel, Unread, UsmHeader, V3Message};
use crate::usm::{Credentials, EngineId, KeyCache, UserError};

/// The engine of an agent with these users.
pub(super) fn authority(
    state: EngineState,
    started: Instant,
    salt: u64,
    accounts: &[Account],
) -> Result<Authority<()>, UserError> {
    let cache = KeyCache::new();
    let users: Result<Vec<_>, _> = accounts
        .iter()
        .map(|account| Credentials::new(account.user(), &cache).map(|credentials| (credentials, ())))
        .collect();
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
    /// As [`accept`](Self::accept), for a datagram that says that it is SNMPv3.
    pub(super) fn accept_v3(
        &self,
        authority: &Authority<()>,
        arrival: Arrival<'_>,
        exchange: &mut Exchange,
        patience: Patience,
    ) -> Result<Option<Transaction>, Dropped> {
        let Exchange { decoder, writer, plain, retrieval, failure } = exchange;
        let message = V3Message::read(decoder, arrival.now, arrival.octets, self.counters())?;
        let session = authority.session();
        let (member, state) = match session.process_incoming(&message, plain) {
            Ok(accepted) => accepted,
            Err(report) => {
                *failure = AuthenticationFailure::of_report(report);
                return self.report(authority, arrival, &message, report, None, writer).map(|()| None);
            }
        };
        let scoped = match message.scoped(decoder, plain) {
            Ok((scoped, _)) => scoped,
            // A stream cipher gives something with every key: with the wrong one it is no PDU.
            Err(_) if message.level.has_privacy() => {
                *failure = Some(AuthenticationFailure::Decryption);
                let report = Report::DecryptionError;
                return self.report(authority, arrival, &message, report, None, writer).map(|()| None);
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
            let report = Report::UnknownPduHandler;
            return self.report(authority, arrival, &message, report, Some(&scoped), writer).map(|()| None);
        };
        let who = Principal::new(Model::USM, member.name())
            .level(message.level)
            .context(scoped.context_name)
            .origin(arrival.origin);
        let view = match self.access().view(&who, scoped.context_name, kind) {
            Err(Refusal::NoSuchContext) => {
                let report = Report::UnknownContext;
                return self
                    .report(authority, arrival, &message, report, Some(&scoped), writer)
                    .map(|()| None);
            }
            view => view,
        };
        let header = &message.message.header;
        let answer = UsmHeader {
            msg_id: header.msg_id,
            reportable: false,
            context_engine_id: scoped.context_engine_id,
            context_name: scoped.context_name,
        };
        let taken = usize::try_from(header.max_size).unwrap_or(MAX_MESSAGE);
        let limit = self.limit().min(taken);
        let envelope = Envelope::V3(state, answer);
        let mut reply = Reply { writer, envelope, request: &scoped.pdu, limit };
        match view {
            Ok(view) => {
                let request = Request { pdu: &scoped.pdu, view: &view, who: &who };
                let (msg_id, context_engine_id) = (header.msg_id, scoped.context_engine_id);
                let recipient =
                    || Recipient::User { msg_id, context_engine_id: context_engine_id.to_vec(), limit };
                self.perform(&request, &mut reply, retrieval, patience, recipient)
            }
            Err(_) => self.unauthorized(&mut reply).map(|()| None),
        }
    }

    /// Answers with a Report, if the message may be answered with one at all.
    fn report(
        &self,
        authority: &Authority<()>,
        arrival: Arrival<'_>,
        message: &V3Message<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        writer: &mut Writer,
    ) -> Result<(), Dropped> {
        if report == Report::UnknownPduHandler {
            count(&self.counters().unknown_pdus);
        }
        writer.set_limit(self.limit());
        let source = arrival.origin.and_then(|origin| source_of(origin));
        match authority.report(source, message, report, scoped, self.counters(), writer) {
            Ok(true) => {
                count(&self.counters().out_pkts);
                Ok(())
            }
            Ok(false) => Err(Dropped::Reported(report)),
            Err(TooLarge { limit }) => Err(Dropped::Silent { limit }),
        }
    }
}
