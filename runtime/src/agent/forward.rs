//! Messages of other contexts than the agent's, and what comes of them when they have been passed on (RFC 3413 §3.5).

use std::sync::Arc;
use std::time::Instant;

use super::answering::Answering;
use super::exchange::Exchange;
use super::reply::Reply;
use super::requests::Patience;
use super::responder::Responder;
use crate::access::View;
use crate::engine::{Dropped, Report};
use crate::entity::{Foreign, Forwarded, Forwarder, Recipient, Step, Transaction};

impl Responder {
    /// Asks `forwarder` about requests and notifications whose context is not of this engine. Who drives a responder by
    /// [`respond`](Self::respond), which cannot wait, has none.
    #[must_use]
    pub fn with_forwarder(mut self, forwarder: Arc<dyn Forwarder>) -> Self {
        self.forwarder = Some(forwarder);
        self
    }

    /// Answers a message that has been passed on.
    pub(super) fn passed_on<'x>(
        &self,
        transaction: &Transaction,
        outcome: Forwarded,
        now: Instant,
        exchange: &'x mut Exchange,
    ) -> Result<Step<'x>, Dropped> {
        if matches!(outcome, Forwarded::Refused) {
            self.counters.reports().count(Report::ProxyDrops);
        }
        let request = transaction.pdu();
        let is_told =
            request.header.kind.is_confirmed() && !matches!(transaction.recipient(), Recipient::Nobody);
        match outcome {
            Forwarded::Refused | Forwarded::Report { .. } if !(is_told && transaction.is_v3()) => {
                return Err(Dropped::NotForwarded);
            }
            Forwarded::Nothing if is_told => return Err(Dropped::NotForwarded),
            Forwarded::Refused | Forwarded::Report { .. } | Forwarded::Response { .. } if is_told => {}
            _ => return Ok(Step::Nothing),
        }
        #[cfg(feature = "usm")]
        let users = self.authority().map(|authority| authority.users());
        #[cfg(feature = "usm")]
        let (envelope, limit) = self.envelope(transaction, users.as_deref(), now)?;
        #[cfg(not(feature = "usm"))]
        let (envelope, limit) = self.envelope(transaction, now)?;
        let mut reply = Reply { writer: &mut exchange.buffers.writer, envelope, request: &request, limit };
        let written = match outcome {
            Forwarded::Response { status, index, varbinds } => reply.pass_back(status, index, &varbinds),
            Forwarded::Report { report, value } => reply.pass_report(report, value),
            _ => reply.report(Report::ProxyDrops, self.counters.reports().get(Report::ProxyDrops)),
        };
        self.written(written, &mut reply)?;
        exchange.response().map(Step::Response)
    }
}

impl Answering<'_> {
    /// Offers a message to the forwarder, if there is one.
    pub(super) fn offer(
        &self,
        message: &Foreign<'_>,
        to: impl FnOnce() -> Recipient,
    ) -> Option<Option<Transaction>> {
        let forwarder = self.responder.forwarder.as_ref().filter(|_| self.patience == Patience::Any)?;
        let forwarding = forwarder.forward(message)?;
        Some(Some(Transaction::forwarded(message, to(), forwarding, Arc::new(View::everything()))))
    }
}
