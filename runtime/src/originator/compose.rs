//! From a notification to a message for one receiver.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

use super::error::NotifyError;
use super::event::Received;
use super::lane::{Content, Letter};
use super::originator::{Flight, Originator};
use super::places::Place;
use super::receiver::{Community, Security, Unusable};
#[cfg(feature = "usm")]
use super::v3::OwnEngine;
use crate::ber::{Rules, Writer};
use crate::engine::{ExchangeId, Peer, Random, StartError};
use crate::message::{Message, OwnedBody, PduHeader, PduKind, TrapV1, Version, trap_from_notification};
use crate::security::{CommunityState, Protect};
use crate::value::{IpAddress, VarBind, VarBindRef};

fn varbinds(content: &Content) -> impl DoubleEndedIterator<Item = VarBindRef<'_>> {
    content.varbinds.iter().map(VarBind::as_ref)
}

impl<R: Random> Originator<R> {
    /// Puts a notification on its way.
    pub(super) fn begin(&mut self, now: Instant, letter: &Letter, place: Place) -> Result<(), NotifyError> {
        let receiver = &letter.receiver;
        if receiver.is_confirmed() {
            let id = self.begin_inform(now, letter, place)?;
            self.informs.insert(id, flight(letter, place));
            return Ok(());
        }
        self.writer.set_limit(receiver.limit);
        self.writer.clear();
        self.write_trap(now, letter)?;
        let datagram = self.writer.finish()?.to_vec();
        self.traps.push(now, datagram, flight(letter, place));
        Ok(())
    }

    fn write_trap(&mut self, now: Instant, letter: &Letter) -> Result<(), NotifyError> {
        let content = &*letter.content;
        let header = PduHeader::new(PduKind::Trap, self.number());
        let pdu = |writer: &mut Writer| header.write(writer, varbinds(content));
        match &letter.receiver.security {
            Security::Community { version: Version::V1, .. } => {
                let trap = match &content.received {
                    Some(Received { trap: Some(trap) }) => TrapV1::clone(trap),
                    received => {
                        // An agent that speaks IPv6, or over the Unix domain, has no address to give, and that of a
                        // proxy is not the sender's (RFC 3584 §3.2).
                        let own = received.is_none().then(|| (self.own_address)(&letter.receiver.address));
                        let own = own.flatten().unwrap_or(Ipv4Addr::UNSPECIFIED);
                        trap_from_notification(&content.varbinds, IpAddress(own.octets()))?
                    }
                };
                let body = OwnedBody::TrapV1(trap);
                let community = community(letter).to_vec();
                Message { version: Version::V1, community, body }.write(&mut self.writer);
            }
            Security::Community { version, .. } => {
                let state = CommunityState { version: *version, community: community(letter) };
                state.generate(&(), &mut self.writer, pdu)?;
            }
            #[cfg(feature = "usm")]
            Security::V3(_) => {
                let msg_id = self.number();
                let own = self.own.as_mut().ok_or(NotifyError::NoEngine)?;
                own.write_trap(now, letter, msg_id, &mut self.writer, pdu)?;
            }
            Security::Unusable(reason) => return Err(self.unusable(letter, *reason)),
        }
        #[cfg(not(feature = "usm"))]
        let _ = now;
        Ok(())
    }

    fn begin_inform(
        &mut self,
        now: Instant,
        letter: &Letter,
        place: Place,
    ) -> Result<ExchangeId, NotifyError> {
        let (content, receiver) = (&*letter.content, &letter.receiver);
        let header = PduHeader::new(PduKind::Inform, 0);
        let begun = match &receiver.security {
            Security::Community { version, .. } => {
                let community = community(letter);
                // The engine knows no smaller messages than its own largest.
                self.writer.set_limit(receiver.limit);
                let state = CommunityState { version: *version, community };
                let longest = PduHeader::new(PduKind::Inform, i32::MAX);
                state.generate(&(), &mut self.writer, |writer| longest.write(writer, varbinds(content)))?;
                let peer = Peer {
                    address: place,
                    version: *version,
                    community: community.to_vec(),
                    retry: receiver.retry,
                    any_source: false,
                    any_community: false,
                    rules: Rules::Lenient,
                };
                self.engine.start(now, &peer, header, varbinds(content))
            }
            #[cfg(feature = "usm")]
            Security::V3(_) => {
                let own = self.own.as_ref().map(OwnEngine::id);
                let peer = self.peers.find(now, &mut self.places, place, letter, own);
                let peer = peer.ok_or_else(|| self.unusable(letter, Unusable::NoUser))?;
                self.engine.start_v3(now, &peer, header, varbinds(content))
            }
            Security::Unusable(reason) => return Err(self.unusable(letter, *reason)),
        };
        begun.map_err(|error| match error {
            StartError::TooLarge(limit) => NotifyError::TooLarge(limit),
            busy => {
                let address = receiver.address.clone();
                NotifyError::Socket { address, source: std::io::Error::other(busy) }
            }
        })
    }

    /// A positive number for a request-id or msgID.
    fn number(&mut self) -> i32 {
        ((self.engine.next_random() >> 1) as i32).max(1)
    }

    fn unusable(&self, letter: &Letter, reason: Unusable) -> NotifyError {
        NotifyError::Unusable { address: letter.receiver.address.clone(), reason }
    }
}

fn flight(letter: &Letter, place: Place) -> Flight {
    Flight { place, receiver: Arc::clone(&letter.receiver), slip: letter.slip }
}

/// The community string of a message.
fn community(letter: &Letter) -> &[u8] {
    match (&letter.receiver.security, &letter.community) {
        (Security::Community { community: Community::Given(given), .. }, _) => given,
        (_, Some(row)) => &row.name,
        (_, None) => &[],
    }
}
