//! A request that waits: what is left of it when its datagram is gone.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::failure::Failure;
use super::forwarder::{Foreign, Forward, Forwarding};
use super::query::{Handlers, Query};
use super::retrieval::{Progress, Retrieval};
use super::set::Set;
use crate::access::{Principal, View};
use crate::ber::VarBinds;
use crate::message::{Body, ErrorStatus, PduHeader, PduKind, PduRef, Version};

/// What comes of a datagram at once.
#[derive(Debug)]
pub enum Step<'x> {
    /// The response.
    Response(&'x [u8]),
    /// Something has to be waited for; other requests can be answered meanwhile.
    Wait(Transaction),
    /// A notification has been passed on, and needs no answer.
    Nothing,
}

/// A request that waits for handlers, or, if it is a SET, for those before it. It has been decoded, authenticated and
/// authorised, once; what is known already is not asked again.
///
/// Dropping it gives it up.
pub struct Transaction(Box<Parts>);

struct Parts {
    header: PduHeader,
    /// The content of its list of varbinds.
    octets: Vec<u8>,
    count: usize,
    handlers: Handlers,
    view: Arc<View>,
    who: Principal<'static>,
    to: Recipient,
    work: Work,
}

/// What it takes to answer.
pub(crate) enum Recipient {
    Community(Vec<u8>),
    /// Nobody waits for an answer.
    Nobody,
    /// By its engine ID and name, the context of the answer; the user is that of the principal.
    #[cfg(feature = "usm")]
    User {
        msg_id: i32,
        context_engine_id: Vec<u8>,
        limit: usize,
    },
}

/// What a request does.
#[derive(Debug)]
pub(crate) enum Work {
    Retrieval(Retrieval),
    Set(Set),
    Forward(Forward),
}

/// A request on its way to becoming a transaction.
pub(crate) struct Request<'r> {
    pub(crate) pdu: &'r PduRef<'r>,
    pub(crate) view: &'r Arc<View>,
    pub(crate) who: &'r Principal<'r>,
}

impl Request<'_> {
    pub(crate) fn v1(&self) -> bool {
        self.who.version == Version::V1
    }

    pub(crate) fn query<'q>(&'q self, handlers: &'q Handlers) -> Query<'q> {
        Query {
            handlers,
            view: self.view,
            who: self.who,
            v1: self.v1(),
            octets: self.pdu.varbinds.as_bytes(),
        }
    }
}

impl Transaction {
    pub(crate) fn new(request: &Request<'_>, handlers: Handlers, to: Recipient, work: Work) -> Self {
        Self(Box::new(Parts {
            header: request.pdu.header,
            octets: request.pdu.varbinds.as_bytes().to_vec(),
            count: request.pdu.varbinds.len(),
            handlers,
            view: Arc::clone(request.view),
            who: request.who.clone().into_owned(),
            to,
            work,
        }))
    }

    /// A message that is passed on.
    pub(crate) fn forwarded(
        message: &Foreign<'_>,
        to: Recipient,
        forwarding: Forwarding,
        view: Arc<View>,
    ) -> Self {
        let (header, varbinds) = match message.body {
            Body::Pdu(pdu) => (pdu.header, &pdu.varbinds),
            Body::TrapV1(trap) => (PduHeader::new(PduKind::Trap, 0), &trap.varbinds),
        };
        Self(Box::new(Parts {
            header,
            octets: varbinds.as_bytes().to_vec(),
            count: varbinds.len(),
            handlers: Handlers::default(),
            view,
            who: message.who.clone().into_owned(),
            to,
            work: Work::Forward(Forward::new(forwarding)),
        }))
    }

    /// Whether it is up to a [`Forwarder`](super::Forwarder) how long this one may wait.
    #[must_use]
    pub fn is_forwarded(&self) -> bool {
        matches!(self.0.work, Work::Forward(_))
    }

    /// In whose name the request comes.
    #[must_use]
    pub fn principal(&self) -> &Principal<'_> {
        &self.0.who
    }

    /// Waits until there is something to do about it: then it is for
    /// [`Responder::resume`](crate::agent::Responder::resume). Dropping the future loses nothing.
    pub async fn settled(&mut self) {
        poll_fn(|cx| self.poll_settled(cx)).await;
    }

    /// As [`settled`](Self::settled).
    pub fn poll_settled(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0.work {
            Work::Retrieval(retrieval) => retrieval.waits().poll(cx),
            Work::Set(set) => set.poll(cx),
            Work::Forward(forward) => forward.poll(cx),
        }
    }

    pub(crate) fn pdu(&self) -> PduRef<'_> {
        PduRef { header: self.0.header, varbinds: VarBinds::checked_before(&self.0.octets, self.0.count) }
    }

    pub(crate) fn recipient(&self) -> &Recipient {
        &self.0.to
    }

    pub(crate) fn is_v3(&self) -> bool {
        self.0.who.version == Version::V3
    }

    #[cfg(feature = "usm")]
    pub(crate) fn level(&self) -> crate::message::Level {
        self.0.who.level
    }

    /// What it does.
    pub(crate) fn work(&mut self) -> &mut Work {
        &mut self.0.work
    }

    /// Goes on with what has been waited for.
    pub(crate) fn go_on(&mut self) -> Progress {
        let (query, work) = self.parts();
        match work {
            Work::Retrieval(retrieval) => retrieval.go_on(&query),
            Work::Set(set) => set.advance(&query).into(),
            Work::Forward(forward) if forward.is_ready() => Progress::Done(Ok(())),
            Work::Forward(_) => Progress::Waiting,
        }
    }

    /// Gives up waiting.
    pub(crate) fn expire(&mut self) -> Progress {
        let (query, work) = self.parts();
        match work {
            Work::Retrieval(retrieval) => Progress::Done(Err(late(retrieval))),
            Work::Set(set) => {
                set.expire();
                set.advance(&query).into()
            }
            Work::Forward(forward) => {
                forward.expire();
                Progress::Done(Ok(()))
            }
        }
    }

    fn parts(&mut self) -> (Query<'_>, &mut Work) {
        let Parts { handlers, view, who, octets, work, .. } = &mut *self.0;
        let v1 = who.version == Version::V1;
        (Query { handlers, view, who, v1, octets }, work)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("kind", &self.0.header.kind)
            .field("request_id", &self.0.header.request_id)
            .field("varbinds", &self.0.count)
            .finish_non_exhaustive()
    }
}

impl From<Poll<Result<(), Failure>>> for Progress {
    fn from(poll: Poll<Result<(), Failure>>) -> Self {
        match poll {
            Poll::Ready(result) => Self::Done(result),
            Poll::Pending => Self::Waiting,
        }
    }
}

/// What a request that reads comes to when it may not wait any more.
pub(crate) fn late(retrieval: &Retrieval) -> Failure {
    let position = retrieval.first_open();
    tracing::debug!(target: crate::logs::AGENT, position, "a request has not got all it has waited for");
    Failure::at(ErrorStatus::GEN_ERR, position)
}
