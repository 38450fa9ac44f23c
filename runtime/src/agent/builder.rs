//! Describing an agent before it listens.

use std::io;
use std::net::SocketAddr;

use tokio::net::{ToSocketAddrs, lookup_host};

use super::agent::{Agent, Listener};
use super::community::Community;
use super::responder::Responder;
use super::sink::Sink;
use crate::ber::MAX_MESSAGE;
use crate::net::bind_udp;

/// What an agent is made of; ends with [`bind`](Self::bind).
#[derive(Clone, Debug)]
pub struct AgentBuilder {
    communities: Vec<Community>,
    sinks: Vec<Sink>,
    max_response: usize,
}

/// Why an agent cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// No community was given, and there is no default.
    #[error(
        "an agent without a community answers nobody: give it one with `.community(Community::read_only(..))`"
    )]
    NoCommunity,
    /// The address to listen on is none, or its name does not resolve.
    #[error("the address to listen on does not resolve: {0}")]
    Address(#[source] io::Error),
    /// The system refuses the socket.
    #[error("cannot listen on {address}: {source}")]
    Socket {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

impl AgentBuilder {
    pub(super) fn new() -> Self {
        Self { communities: Vec::new(), sinks: Vec::new(), max_response: MAX_MESSAGE }
    }

    /// Adds a community. There is no default one.
    #[must_use]
    pub fn community(mut self, community: Community) -> Self {
        self.communities.push(community);
        self
    }

    /// Adds a receiver for [`Agent::notify`].
    #[must_use]
    pub fn sink(mut self, sink: Sink) -> Self {
        self.sinks.push(sink);
        self
    }

    /// The largest response in octets, from 484 to 65,507, which is the default.
    ///
    /// GETBULK fills responses up to it: 1,472 keeps them in one Ethernet frame, and limits what a forged source
    /// address can turn on others.
    #[must_use]
    pub fn max_response(mut self, octets: usize) -> Self {
        self.max_response = octets;
        self
    }

    /// Listens on every address that `addresses` resolves to. Port 0 lets the system choose.
    ///
    /// An IPv6 socket takes IPv6 alone: name both families to serve both.
    ///
    /// # Errors
    ///
    /// No community, an address that does not resolve, a socket that the system refuses.
    pub async fn bind(self, addresses: impl ToSocketAddrs) -> Result<Agent, BindError> {
        if self.communities.is_empty() {
            return Err(BindError::NoCommunity);
        }
        let mut listeners: Vec<Listener> = Vec::new();
        for address in lookup_host(addresses).await.map_err(BindError::Address)? {
            listeners.push(listen(address).map_err(|source| BindError::Socket { address, source })?);
        }
        if listeners.is_empty() {
            let none = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
            return Err(BindError::Address(none));
        }
        let responder = Responder::new(self.communities, self.max_response);
        Ok(Agent::new(responder, listeners, self.sinks))
    }
}

fn listen(address: SocketAddr) -> io::Result<Listener> {
    let socket = bind_udp(address)?;
    let address = socket.local_addr()?;
    Ok(Listener { socket, address })
}
