//! What the dispatcher brings to a responder: requests, and messages that are for others.

use super::community::{CommunityMember, KnownCommunity};
use super::reply::{Envelope, Reply};
use super::requests::{Named, Patience, view_type};
use super::responder::Responder;
use crate::access::{Model, Principal, Refusal, ViewType};
use crate::ber::Writer;
#[cfg(feature = "usm")]
use crate::dispatcher::{self, Accepted};
use crate::dispatcher::{Arrival, TakesRequests};
#[cfg(feature = "usm")]
use crate::engine::Report;
use crate::engine::{Dropped, count};
use crate::entity::{Foreign, Recipient, Request, Retrieval, Transaction};
#[cfg(feature = "usm")]
use crate::message::Body;
use crate::message::{MessageRef, PduRef, Version};
use crate::security::{CommunityState, SecurityModel, UnknownCommunity};
use crate::value::ValueRef;

/// A responder while it takes one request.
pub(crate) struct Answering<'r> {
    pub(super) responder: &'r Responder,
    pub(super) retrieval: &'r mut Retrieval,
    pub(super) patience: Patience,
}

#[cfg(all(feature = "manager", feature = "listener"))]
impl Responder {
    /// What takes requests, for a dispatcher that has others as well.
    pub(crate) fn answering<'r>(&'r self, retrieval: &'r mut Retrieval) -> Answering<'r> {
        Answering { responder: self, retrieval, patience: Patience::Any }
    }
}

impl TakesRequests for Answering<'_> {
    /// `None`: the response is in the writer.
    type Outcome = Option<Transaction>;

    #[inline]
    fn request(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        writer: &mut Writer,
    ) -> Result<Option<Transaction>, Dropped> {
        let Self { responder, retrieval, patience } = self;
        // The tables of this moment have what the member borrows.
        let table = responder.community_table.as_ref().map(|targets| targets.tables());
        let accepted = match (&responder.community_lookup, &table) {
            (Some(lookup), _) => lookup
                .find(message.community, arrival.origin)
                .map(|KnownCommunity { security_name, context }| Named {
                    security_name,
                    context,
                    elsewhere: None,
                })
                .ok_or(UnknownCommunity),
            (None, Some(table)) => responder.member_of(table, message.community, &arrival),
            (None, None) => responder.communities.process_incoming(message, &mut Vec::new()).map(
                |CommunityMember { security_name, context }| Named {
                    security_name,
                    context,
                    elsewhere: None,
                },
            ),
        };
        let Named { security_name, context, elsewhere } =
            accepted.map_err(|UnknownCommunity| Dropped::UnknownCommunity)?;
        let v1 = message.version == Version::V1;
        if v1 && pdu.varbinds.iter().any(|varbind| matches!(varbind.value, ValueRef::Counter64(_))) {
            return Err(Dropped::Counter64InV1);
        }
        let envelope = CommunityState { version: message.version, community: message.community };
        let limit = responder.max_message;
        let mut reply = Reply { writer, envelope: Envelope::Community(envelope), request: pdu, limit };
        let kind = view_type(pdu.header.kind).ok_or(Dropped::UnknownPdu)?;
        responder.counters.count_request(pdu.header.kind, message.version);
        let model = if v1 { Model::V1 } else { Model::V2C };
        let who = Principal::new(model, security_name).context(context).origin(arrival.origin);
        let recipient = || Recipient::Community(message.community.to_vec());
        let (body, community) = (&message.body, Some(message.community));
        if let Some(context_engine_id) = elsewhere {
            let foreign = Foreign { who: &who, context_engine_id, community, body, limit };
            return self.offer(&foreign, recipient).ok_or(Dropped::UnknownCommunity);
        }
        match responder.access().view(&who, context, kind) {
            Ok(view) => {
                let request = Request { pdu, view: &view, who: &who };
                responder.perform(&request, &mut reply, retrieval, *patience, recipient)
            }
            Err(Refusal::NoSuchContext) => {
                let context_engine_id = &responder.own_id();
                let foreign = Foreign { who: &who, context_engine_id, community, body, limit };
                self.offer(&foreign, recipient).ok_or(Dropped::UnknownContext)
            }
            Err(refusal) => {
                count(&responder.counters.bad_community_uses);
                log_refusal(&who, refusal, kind);
                responder.unauthorized(&mut reply).map(|()| None)
            }
        }
    }

    fn pass_on(&mut self, arrival: Arrival<'_>, message: &MessageRef<'_>) -> Option<Option<Transaction>> {
        let responder = self.responder;
        responder.forwarder.as_ref()?;
        let table = responder.community_table.as_ref()?.tables();
        let found = responder.member_of(&table, message.community, &arrival).ok()?;
        let model = if message.version == Version::V1 { Model::V1 } else { Model::V2C };
        let who = Principal::new(model, found.security_name).context(found.context).origin(arrival.origin);
        let (context_engine_id, limit) = (found.elsewhere?, responder.max_message);
        let (body, community) = (&message.body, Some(message.community));
        let foreign = Foreign { who: &who, context_engine_id, community, body, limit };
        self.offer(&foreign, || match message.pdu() {
            Some(pdu) if pdu.header.kind.is_confirmed() => Recipient::Community(message.community.to_vec()),
            _ => Recipient::Nobody,
        })
    }

    #[cfg(feature = "usm")]
    fn request_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: Accepted<'_>,
        answer: dispatcher::Answer<'_>,
        writer: &mut Writer,
    ) -> Result<Option<Transaction>, dispatcher::Refusal> {
        let scoped = accepted.scoped;
        let unknown = || dispatcher::Refusal::Report(Report::UnknownPduHandler);
        let kind = view_type(scoped.pdu.header.kind).ok_or_else(unknown)?;
        self.responder.counters.count_request(scoped.pdu.header.kind, Version::V3);
        let who = Principal::new(Model::USM, accepted.user)
            .level(accepted.level)
            .context(scoped.context_name)
            .origin(arrival.origin);
        let view = match self.responder.access().view(&who, scoped.context_name, kind) {
            Err(Refusal::NoSuchContext) => {
                let taken = self.pass_on_v3(arrival, &accepted, Some(&answer));
                return taken.ok_or(dispatcher::Refusal::Report(Report::UnknownContext));
            }
            view => view,
        };
        let Self { responder, retrieval, patience } = self;
        let dispatcher::Answer { state, header, limit } = answer;
        let (msg_id, context_engine_id) = (header.msg_id, scoped.context_engine_id);
        let mut reply = Reply { writer, envelope: Envelope::V3(state, header), request: &scoped.pdu, limit };
        let taken = match view {
            Ok(view) => {
                let request = Request { pdu: &scoped.pdu, view: &view, who: &who };
                let recipient =
                    || Recipient::User { msg_id, context_engine_id: context_engine_id.to_vec(), limit };
                responder.perform(&request, &mut reply, retrieval, *patience, recipient)
            }
            Err(refusal) => {
                log_refusal(&who, refusal, kind);
                responder.unauthorized(&mut reply).map(|()| None)
            }
        };
        Ok(taken?)
    }

    #[cfg(all(feature = "usm", feature = "manager"))]
    fn authenticate(
        &mut self,
        message: &crate::security::V3Message<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<crate::usm::EngineId, Report> {
        let senders = self.responder.trap_senders.as_ref().filter(|_| self.patience == Patience::Any);
        senders.ok_or(Report::UnknownEngineId)?.authenticate(message, plain)
    }

    #[cfg(feature = "usm")]
    fn pass_on_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: &Accepted<'_>,
        answer: Option<&dispatcher::Answer<'_>>,
    ) -> Option<Option<Transaction>> {
        let responder = self.responder;
        responder.forwarder.as_ref()?;
        let scoped = accepted.scoped;
        let context_engine_id = scoped.context_engine_id;
        let who = Principal::new(Model::USM, accepted.user)
            .level(accepted.level)
            .context(scoped.context_name)
            .origin(arrival.origin);
        let limit = answer.map_or(responder.max_message, |answer| answer.limit);
        let body = &Body::Pdu(scoped.pdu);
        let foreign = Foreign { who: &who, context_engine_id, community: None, body, limit };
        self.offer(&foreign, || match answer {
            Some(answer) if scoped.pdu.header.kind.is_confirmed() => Recipient::User {
                msg_id: answer.header.msg_id,
                context_engine_id: context_engine_id.to_vec(),
                limit,
            },
            _ => Recipient::Nobody,
        })
    }
}

/// Access control has refused a request as a whole.
#[cold]
fn log_refusal(who: &Principal<'_>, refusal: Refusal, view: ViewType) {
    let text = String::from_utf8_lossy;
    let (security_name, context) = (text(&who.security_name), text(&who.context_name));
    tracing::debug!(target: crate::logs::AGENT, ?security_name, ?context, ?view, %refusal, "access control refuses a request");
}
