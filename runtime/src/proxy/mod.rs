//! Standing between managers and agents: the proxy forwarder of RFC 3413 §3.5, and agents whose subtrees are served as
//! one's own.
//!
//! [`AgentBuilder::proxy`](crate::agent::AgentBuilder::proxy) has an agent pass on requests and notifications of other
//! engines as snmpProxyTable of its [`Targets`](crate::originator::Targets) says
//! ([`ProxyEntry`](crate::originator::ProxyEntry)), between SNMPv1, SNMPv2c and SNMPv3 with the conversions of RFC 3584
//! §4.3 and §4.4. In front of an agent whose managers know nothing of contexts, a community with the engine ID of that
//! agent (snmpCommunityContextEngineID) says whom its requests are for.
//!
//! [`RemoteSubtree`] is the other thing: a handler whose variables are another agent's.
//!
//! What the standards leave open to a forwarder:
//!
//! - Of several rows that fit a message, the first by its name counts. A message may have a higher level than the
//!   parameters (snmpProxyTargetParamsIn) say.
//! - A target that does not answer costs what its row of snmpTargetAddrTable says, at most [`LONGEST`]. Meanwhile
//!   others are answered.
//! - A Report of a target stays here: it is about the user of the proxy, of whom the manager knows nothing. The manager
//!   reads that snmpProxyDrops has moved, as if the message could not be sent.
//! - An inform is acknowledged as soon as the first of its receivers has acknowledged it.
//! - A notification that does not begin with sysUpTime.0 and snmpTrapOID.0 is not passed on.
//! - GETBULK is cut off where its response would be too long for who asks.

mod forwarder;
mod set;
mod subtree;
mod translation;

pub use forwarder::LONGEST;
pub(crate) use forwarder::{Deliver, Proxy};
pub use subtree::RemoteSubtree;
