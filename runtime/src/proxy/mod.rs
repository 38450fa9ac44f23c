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
//! - A Report about the clock or the engine ID of a target is dealt with here, as by a manager (RFC 3414 §2.3, §4). Any other
//!   is passed back over SNMPv3, signed as the request was; SNMPv1 and SNMPv2c have none, so there is no answer.
//! - A request that is longer than its target takes (snmpTargetAddrMMS) cannot be sent: snmpProxyDrops.
//! - An inform that comes again while it is passed on joins the first: its receivers get one, and both are acknowledged.
//! - An inform is acknowledged as soon as the first of its receivers has acknowledged it.
//! - A notification that does not begin with sysUpTime.0 and snmpTrapOID.0 is not passed on.
//! - GETBULK is cut off where its response would be too long for who asks.

mod forwarder;
mod in_flight;
mod set;
mod subtree;
mod translation;

pub use forwarder::LONGEST;
pub(crate) use forwarder::{Deliver, Proxy};
pub use subtree::RemoteSubtree;
