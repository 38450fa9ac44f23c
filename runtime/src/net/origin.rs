//! Where a message came from, and the way back.

use super::TransportAddress;
use super::listener::Accepted;
use crate::message::Level;
#[cfg(all(feature = "usm", any(feature = "agent", feature = "listener")))]
use std::any::Any;
use std::fmt;
use std::net::IpAddr;
#[cfg(all(feature = "usm", any(feature = "agent", feature = "listener")))]
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

/// The sender of a message, and what it takes to answer: which transport, and from which address.
#[derive(Clone)]
pub struct Origin {
    pub(super) peer: TransportAddress,
    pub(super) local: Option<Local>,
    /// The address that the transport listens on, if it is one.
    pub(super) bound: Option<IpAddr>,
    /// Whom the transport has authenticated, where it does such a thing.
    pub(super) identity: Option<Arc<TransportIdentity>>,
    /// The connection that it came by.
    pub(super) connection: Option<Weak<Accepted>>,
    /// Which one of an [`Intake`](super::Intake)'s transports.
    pub(super) transport: usize,
}

/// Whom a secure transport has authenticated a peer as (tmStateReference of RFC 5590 §5.2): what a transport security model
/// (RFC 5591) believes. No transport of this crate has one yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportIdentity {
    /// tmSecurityName.
    pub security_name: Vec<u8>,
    /// tmTransportSecurityLevel.
    pub level: Level,
}

/// The address of ours that a datagram was sent to, which answers are sent from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) address: IpAddr,
    /// The number of the interface that it came in by.
    pub(crate) interface: u32,
}

impl Origin {
    /// A peer to send to without having heard from it.
    pub(crate) fn to(peer: TransportAddress) -> Self {
        Self { peer, local: None, bound: None, identity: None, connection: None, transport: 0 }
    }

    /// The address of ours that a message was sent to, where the transport tells.
    #[must_use]
    pub fn local(&self) -> Option<IpAddr> {
        self.local.map(|local| local.address).or(self.bound)
    }

    /// The same sender, as whom its transport has authenticated it.
    #[must_use]
    pub fn with_identity(self, identity: Arc<TransportIdentity>) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// Whom the transport has authenticated the sender as, if it is a secure one.
    #[must_use]
    pub fn identity(&self) -> Option<&TransportIdentity> {
        self.identity.as_deref()
    }

    /// Which one of an [`Intake`](super::Intake)'s transports it came by.
    #[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
    pub(crate) fn transport(&self) -> usize {
        self.transport
    }

    /// The sender's address, and the transport that it came by.
    #[must_use]
    pub fn peer(&self) -> &TransportAddress {
        &self.peer
    }
}

/// The IP address of a sender, whatever form its transport has for it; of the Unix domain there is none.
#[cfg(all(feature = "usm", any(feature = "agent", feature = "listener")))]
pub(crate) fn source_of(origin: &dyn Any) -> Option<IpAddr> {
    let of_transport = |address: &TransportAddress| address.ip().map(|address| address.ip());
    let of_origin = || of_transport(origin.downcast_ref::<Origin>()?.peer());
    of_origin()
        .or_else(|| of_transport(origin.downcast_ref()?))
        .or_else(|| origin.downcast_ref::<SocketAddr>().map(SocketAddr::ip))
        .or_else(|| origin.downcast_ref().copied())
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("peer", &self.peer).field("local", &self.local).finish_non_exhaustive()
    }
}
