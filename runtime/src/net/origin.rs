//! Where a message came from, and the way back.

use super::TransportAddress;
use std::net::IpAddr;

/// The sender of a message, and what it takes to answer: which transport, and from which address.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(super) peer: TransportAddress,
    pub(super) local: Option<Local>,
    /// Which one of an [`Intake`](super::Intake)'s transports.
    pub(super) transport: usize,
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
        Self { peer, local: None, transport: 0 }
    }

    /// The sender's address.
    pub(crate) fn peer(&self) -> &TransportAddress {
        &self.peer
    }

    /// The address of ours that the message was sent to, where the system tells.
    pub(crate) fn local(&self) -> Option<Local> {
        self.local
    }
}
