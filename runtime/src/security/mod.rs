//! Security models behind one interface, as RFC 3411 §4.4 splits it: what makes a PDU of an incoming message, and
//! what makes a message of a PDU.
//!
//! A message takes the same way wherever it arrives, at a manager, an agent or a listener. Its version says which
//! message processing model takes it apart: [`Decoder::decode`](crate::message::Decoder::decode) for SNMPv1 and
//! SNMPv2c, [`V3Message::read`] for SNMPv3. A [`SecurityModel`] then says who sent it, and gives the state that the
//! answer is protected with. On the way out, [`Protect`] writes a whole message around a PDU: a response or Report
//! with the state of its request, a request or notification with a state made of the sender's own credentials.
//!
//! There are [`Communities`] for the older versions and the user-based security model for SNMPv3, in the shapes of
//! an engine that is [authoritative](Authority) and of one that is not. Which one serves is known at compile
//! time, or from the version, so that no message costs an allocation or a virtual call. A model that trusts its
//! transport (RFC 5591) is a third implementation: its message has the transport's state beside the octets.

#[cfg(feature = "usm")]
mod authority;
mod buffers;
mod community;
mod counters;
mod report;
mod report_counters;
#[cfg(feature = "usm")]
mod report_limit;
#[cfg(feature = "usm")]
mod reporting;
#[cfg(feature = "usm")]
mod user_based;
#[cfg(feature = "usm")]
mod v3_message;

#[cfg(feature = "usm")]
pub(crate) use authority::{Authority, Users};
pub(crate) use buffers::Buffers;
pub(crate) use community::{Communities, CommunityState, UnknownCommunity};
pub use counters::Counters;
pub(crate) use counters::count;
pub use report::Report;
pub use report_counters::ReportCounters;
#[cfg(feature = "usm")]
pub use report_limit::REPORTS_PER_SOURCE;
#[cfg(feature = "usm")]
pub(crate) use user_based::{UsmHeader, UsmState, unprotect};
#[cfg(feature = "usm")]
pub(crate) use v3_message::{Unread, V3Message};

use crate::ber::{TooLarge, Writer};

/// Processes incoming messages (RFC 3411 §4.4.2, processIncomingMsg).
pub(crate) trait SecurityModel {
    /// A message that has been taken apart, nothing of which is believed yet.
    type Message<'m>;
    /// Whom an accepted message is from (securityName), and what an answer to it takes (securityStateReference).
    type State<'s>
    where
        Self: 's;
    /// Why a message is not accepted.
    type Fault;

    /// Accepts a message or refuses it. What was encrypted is in `plain` afterwards, in the clear.
    fn process_incoming<'s>(
        &'s self,
        message: &Self::Message<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<Self::State<'s>, Self::Fault>;
}

/// Generates messages (RFC 3411 §4.4.1 and §4.4.3, generateRequestMsg and generateResponseMsg). The two differ only
/// in where the state comes from.
pub(crate) trait Protect {
    /// What a message says besides PDU and security.
    type Header<'h>;

    /// Writes a whole message, replacing whatever `writer` had, around the PDU that `write_pdu` writes.
    fn generate(
        &self,
        header: &Self::Header<'_>,
        writer: &mut Writer,
        write_pdu: impl FnOnce(&mut Writer),
    ) -> Result<(), TooLarge>;

    /// Octets of the message around the varbinds, at most.
    fn overhead(&self, header: &Self::Header<'_>) -> usize;
}
