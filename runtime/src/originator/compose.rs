//! From a notification to a message for one receiver.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::errand::{Errand, InformErrand, InformPeer, SendId, TrapErrand};
use super::error::NotifyError;
use super::event::Received;
use super::lane::Letter;
use super::originator::Originator;
use super::places::Place;
use super::receiver::{Community, Security, Unusable};
#[cfg(feature = "usm")]
use super::v3::OwnEngine;
use crate::ber::Rules;
use crate::engine::{Peer, Random};
use crate::message::Version;
use crate::net::TransportAddress;
use crate::trap::{self, Form, Unwritten};

impl<R: Random> Originator<R> {
    /// What takes a notification to its receiver.
    pub(super) fn errand(
        &mut self,
        now: Instant,
        letter: &Letter,
        place: Place,
        id: SendId,
    ) -> Result<Errand, NotifyError> {
        let to = letter.receiver.address.clone();
        if letter.receiver.is_confirmed() {
            let peer = self.peer(now, letter, place)?;
            let content = Arc::clone(&letter.content);
            return Ok(Errand::Inform(InformErrand { id, to, peer, content }));
        }
        self.writer.set_limit(letter.receiver.limit);
        self.writer.clear();
        self.write_trap(now, letter)?;
        let datagram = self.writer.finish()?.to_vec();
        Ok(Errand::Trap(TrapErrand { id, to, datagram }))
    }

    fn write_trap(&mut self, now: Instant, letter: &Letter) -> Result<(), NotifyError> {
        let content = &*letter.content;
        let (request_id, community) = (self.number(), community(letter));
        let form = match &letter.receiver.security {
            Security::Community { version: Version::V1, .. } => match &content.received {
                Some(Received { trap: Some(trap) }) => Form::V1AsItIs { community, trap },
                received => {
                    // An agent that speaks IPv6, or over the Unix domain, has no address to give, and that of a
                    // proxy is not the sender's (RFC 3584 §3.2).
                    let own = received.is_none().then(|| (self.own_address)(&letter.receiver.address));
                    Form::V1 { community, own: own.flatten().unwrap_or(Ipv4Addr::UNSPECIFIED) }
                }
            },
            Security::Community { .. } => Form::V2c { community },
            #[cfg(feature = "usm")]
            Security::V3(_) => {
                let msg_id = self.number();
                let own = self.own.as_mut().ok_or(NotifyError::NoEngine)?;
                own.form(now, letter, msg_id)?
            }
            Security::Unusable(reason) => return Err(unusable(letter, *reason)),
        };
        #[cfg(not(feature = "usm"))]
        let _ = now;
        trap::write(&mut self.writer, &form, request_id, &content.varbinds)?;
        Ok(())
    }

    /// Whom an inform goes to.
    fn peer(&mut self, now: Instant, letter: &Letter, place: Place) -> Result<InformPeer, NotifyError> {
        #[cfg(not(feature = "usm"))]
        let _ = (now, place);
        let receiver = &letter.receiver;
        match &receiver.security {
            Security::Community { version, .. } => Ok(InformPeer::Community(Peer {
                address: ip_of(&receiver.address),
                version: *version,
                community: community(letter).to_vec(),
                retry: receiver.retry,
                any_source: false,
                any_community: false,
                rules: Rules::Lenient,
                max_message: u16::try_from(receiver.limit).unwrap_or(u16::MAX),
            })),
            #[cfg(feature = "usm")]
            Security::V3(_) => {
                let own = self.own.as_ref().map(OwnEngine::id);
                let peer = self.peers.find(now, &mut self.places, place, letter, own);
                peer.map(InformPeer::V3).ok_or_else(|| unusable(letter, Unusable::NoUser))
            }
            Security::Unusable(reason) => Err(unusable(letter, *reason)),
        }
    }

    /// A positive number for a request-id or msgID.
    fn number(&mut self) -> i32 {
        ((self.random.next_u32() >> 1) as i32).max(1)
    }
}

/// What a receiver is called among exchanges. One without an IP address is the only one there.
pub(super) fn ip_of(address: &TransportAddress) -> SocketAddr {
    address.ip().unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0))
}

fn unusable(letter: &Letter, reason: Unusable) -> NotifyError {
    NotifyError::Unusable { address: letter.receiver.address.clone(), reason }
}

impl From<Unwritten> for NotifyError {
    fn from(error: Unwritten) -> Self {
        match error {
            Unwritten::NotV1(error) => Self::NotV1(error),
            Unwritten::TooLarge(error) => Self::TooLarge(error),
        }
    }
}

/// The community string of a message.
fn community(letter: &Letter) -> &[u8] {
    match (&letter.receiver.security, &letter.community) {
        (Security::Community { community: Community::Given(given), .. }, _) => given,
        (_, Some(row)) => &row.name,
        (_, None) => &[],
    }
}
