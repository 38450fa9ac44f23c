//! Messages for others than this entity: who passes them on, and what comes of it (RFC 3413 §3.5).

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::access::Principal;
use crate::engine::Report;
use crate::message::{Body, ErrorStatus};
use crate::value::VarBind;

/// Passes on requests and notifications whose context is not one of this entity: it is of another engine, or no context
/// here has its name. This is the interface of a proxy forwarder.
///
/// The message has been decoded and authenticated, once, and access control is not asked: whom it accepts messages from is
/// up to the forwarder (RFC 3413 §3.5.1.1 (1)). What it takes to answer is kept for it, and the answer is
/// written when the future that it gives is ready, whatever the version. Others are answered meanwhile.
///
/// ```
/// use mibc_runtime::agent::{Forwarded, Forwarder, Forwarding, Foreign};
/// use mibc_runtime::message::{Body, ErrorStatus};
///
/// /// Says that nothing is there.
/// struct Empty;
///
/// impl Forwarder for Empty {
///     fn forward(&self, message: &Foreign<'_>) -> Option<Forwarding> {
///         let Body::Pdu(pdu) = message.body else { return None };
///         let varbinds = pdu.varbinds.iter().map(|varbind| varbind.to_varbind()).collect();
///         let (status, index) = (ErrorStatus::GEN_ERR, 1);
///         Some(Box::pin(async move { Forwarded::Response { status, index, varbinds } }))
///     }
/// }
/// ```
pub trait Forwarder: Send + Sync {
    /// Takes on a message, or leaves it. One that is left is dealt with as if there were no forwarder: a notification is
    /// for the receiver of this entity, if it has one, and of a request the sender hears that its context is not known.
    ///
    /// It is called where messages are taken in, so it should copy what it needs and return at once. The future has to end
    /// by itself: a target that does not answer costs what the forwarder waits for it.
    fn forward(&self, message: &Foreign<'_>) -> Option<Forwarding>;
}

/// What a message comes to that is passed on.
pub type Forwarding = Pin<Box<dyn Future<Output = Forwarded> + Send>>;

/// A message whose context is not of this entity.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Foreign<'a> {
    /// In whose name it comes: security model, name and level, version, contextName, and where it is from.
    pub who: &'a Principal<'a>,
    /// contextEngineID: of the message, or what snmpCommunityTable has for its community; empty for this engine where it
    /// has no ID.
    pub context_engine_id: &'a [u8],
    /// The community string of its message; `None` in SNMPv3.
    pub community: Option<&'a [u8]>,
    /// The request, or the notification, which can also be a trap of SNMPv1.
    pub body: &'a Body<'a>,
    /// The longest message that its sender takes, in octets, as far as it says so.
    pub limit: usize,
}

/// What has come of a message that was passed on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Forwarded {
    /// There is a response: the sender gets one with this status and these varbinds, and the request-id of its own
    /// message. An inform is acknowledged by it. It must fit the sender's version already (RFC 3584 §4.3). After a trap it
    /// is without meaning.
    Response {
        /// error-status.
        status: ErrorStatus,
        /// error-index.
        index: i32,
        /// Its varbinds.
        varbinds: Vec<VarBind>,
    },
    /// The target answers with a Report. A sender of SNMPv3 gets the same one; others get nothing, since they have no
    /// Reports (RFC 3413 §3.5.1.3).
    Report {
        /// The counter.
        report: Report,
        /// Its value at the target.
        value: u32,
    },
    /// It cannot be passed on. snmpProxyDrops counts it, and a sender of SNMPv3 gets a Report that says so.
    Refused,
    /// There is nothing to send back: a trap has been passed on, or nobody has answered in time.
    Nothing,
}

/// A message while it is passed on.
pub(crate) struct Forward {
    forwarding: Option<Forwarding>,
    outcome: Option<Forwarded>,
}

impl Forward {
    pub(crate) fn new(forwarding: Forwarding) -> Self {
        Self { forwarding: Some(forwarding), outcome: None }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(forwarding) = &mut self.forwarding else { return Poll::Ready(()) };
        forwarding.as_mut().poll(cx).map(|outcome| {
            self.forwarding = None;
            self.outcome = Some(outcome);
        })
    }

    /// Waits no longer.
    pub(super) fn expire(&mut self) {
        self.forwarding = None;
    }

    pub(super) fn is_ready(&self) -> bool {
        self.forwarding.is_none()
    }

    /// What has come of it.
    pub(crate) fn take(&mut self) -> Forwarded {
        self.outcome.take().unwrap_or(Forwarded::Nothing)
    }
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
