//! What an originator wants done: a trap sent, or an inform exchanged for its acknowledgement.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::lane::Content;
use crate::engine::{Engine, ExchangeId, Peer, Random, StartError};
use crate::message::{PduHeader, PduKind};
use crate::net::TransportAddress;
use crate::value::{VarBind, VarBindRef};

/// Names a message that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SendId(pub(super) u64);

/// Something to do for an [`Originator`](super::Originator).
#[derive(Debug)]
#[non_exhaustive]
pub enum Errand {
    /// A trap is to be sent.
    Trap(TrapErrand),
    /// An inform is to be exchanged for its acknowledgement.
    Inform(InformErrand),
}

/// A trap to send. Say what became of it by [`sent`](super::Originator::sent) or
/// [`send_failed`](super::Originator::send_failed); what takes longer than [`TRAP_TIMEOUT`](super::TRAP_TIMEOUT) has failed.
#[derive(Debug)]
pub struct TrapErrand {
    /// Names it.
    pub id: SendId,
    /// Where to.
    pub to: TransportAddress,
    /// What.
    pub datagram: Vec<u8>,
}

/// An inform to begin. Say how its exchange has ended by [`ended`](super::Originator::ended), or why there is none by
/// [`not_begun`](super::Originator::not_begun).
pub struct InformErrand {
    /// Names it.
    pub id: SendId,
    /// Where to.
    pub to: TransportAddress,
    pub(super) peer: InformPeer,
    pub(super) content: Arc<Content>,
}

/// How an inform goes to its receiver. A receiver without an IP address is the only one of its table of exchanges.
#[derive(Clone)]
pub(crate) enum InformPeer {
    Community(Peer<SocketAddr>),
    #[cfg(feature = "usm")]
    V3(Arc<crate::engine::V3Peer<SocketAddr>>),
}

impl InformErrand {
    /// Begins the exchange in an engine.
    ///
    /// # Errors
    ///
    /// The inform does not fit a message, or the engine has too much to do.
    pub fn begin<R: Random>(
        &self,
        now: Instant,
        engine: &mut Engine<SocketAddr, R>,
    ) -> Result<ExchangeId, StartError> {
        match &self.peer {
            InformPeer::Community(peer) => engine.start(now, peer, self.header(), self.varbinds()),
            #[cfg(feature = "usm")]
            InformPeer::V3(peer) => engine.start_v3(now, peer, self.header(), self.varbinds()),
        }
    }

    pub(crate) fn peer(&self) -> &InformPeer {
        &self.peer
    }

    /// The request-id is for the engine to choose.
    pub(crate) fn header(&self) -> PduHeader {
        PduHeader::new(PduKind::Inform, 0)
    }

    pub(crate) fn varbinds(&self) -> impl DoubleEndedIterator<Item = VarBindRef<'_>> {
        self.content.varbinds.iter().map(VarBind::as_ref)
    }
}

/// Without the community.
impl fmt::Debug for InformErrand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformErrand").field("id", &self.id).field("to", &self.to).finish_non_exhaustive()
    }
}
