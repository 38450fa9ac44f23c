//! What an exchange over SNMPv3 has beyond others: attempts of its own making, and what Reports said.

use super::Report;
use super::request_ids::RequestIds;
use super::v3_peer::{Authority, V3Peer};
use crate::ber::Writer;
use crate::message::{PduHeader, PduKind};
use crate::security::{Protect, UsmHeader, UsmState};
use crate::usm::{EngineClock, Protection};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the true response may still take after an unauthenticated Report has said that there will be
/// none: who forges Reports must not end requests.
pub const REPORT_GRACE: Duration = Duration::from_millis(200);

/// The part of a waiting exchange that only SNMPv3 has.
#[derive(Debug)]
pub(super) struct V3Exchange<A> {
    pub(super) peer: Arc<V3Peer<A>>,
    /// The PDU; each attempt puts it into a message with its own msgID, time and salt.
    pub(super) pdu: Vec<u8>,
    /// msgIDs of all attempts: the response to any of them will do.
    pub(super) msg_ids: MsgIds,
    /// So many attempts, the first ones, were made before a Report was acted on: it has answered them all.
    pub(super) superseded: usize,
    /// An engine that an unauthenticated Report has told of. Only this exchange uses it until an authenticated
    /// message proves it.
    pub(super) trial: Option<Box<Authority>>,
    /// The last attempt was the question for the engine ID.
    pub(super) asking: bool,
    /// The engine ID has been asked for; once is enough.
    pub(super) discovered: bool,
    /// The clock has been set by a Report; once is enough.
    pub(super) resynchronised: bool,
    /// A clock that was a guess has been replaced by another guess; once is enough.
    pub(super) guessed_again: bool,
    /// Whether the engine is asked for its ID though it is known.
    pub(super) renewal: Renewal,
    /// What the last Report said that did not help, and the value of its counter.
    pub(super) report: Option<(Report, u32)>,
    /// No further attempt: the exchange ends with `report` unless a response comes in time.
    pub(super) refused: bool,
}

/// Discovery of an engine that is known: it may have another ID by now, or a clock that has gone back.
///
/// RFC 3414 has no other way out. §3.2 (7b) drops messages that are behind the known clock, and an engine whose boots
/// do not survive a restart stays behind for as long as it had been up before. So the manager begins anew with §4.
/// This costs no security: what the answer to the question says is used for only one exchange. The proven clock is
/// replaced only when an authentic message says so that carries the msgID of a request sent after the question. That
/// number is random and new, so nobody can have kept such a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    /// Nothing called for one.
    None,
    /// It is asked. Attempts take turns: the question, the request as it was.
    Asking,
    /// There was an answer; once is enough.
    Done,
}

/// The msgIDs of an exchange. Nearly all have one.
#[derive(Debug, Default)]
pub(super) struct MsgIds {
    first: Option<MsgId>,
    others: Vec<MsgId>,
}

/// The msgID of one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct MsgId {
    number: i32,
    /// The attempt was the question for the engine ID.
    pub(super) is_question: bool,
}

impl MsgIds {
    pub(super) fn push(&mut self, number: i32, is_question: bool) {
        let msg_id = MsgId { number, is_question };
        match self.first {
            None => self.first = Some(msg_id),
            Some(_) => self.others.push(msg_id),
        }
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = i32> {
        self.all().map(|msg_id| msg_id.number)
    }

    /// Which attempt had this msgID, from 0.
    pub(super) fn find(&self, number: i32) -> Option<(usize, MsgId)> {
        self.all().enumerate().find(|(_, msg_id)| msg_id.number == number)
    }

    fn all(&self) -> impl Iterator<Item = MsgId> {
        self.first.into_iter().chain(self.others.iter().copied())
    }
}

/// What the engine has for all its exchanges over SNMPv3.
#[derive(Debug)]
pub(super) struct V3State {
    pub(super) by_msg_id: RequestIds,
    /// Goes up with every encrypted message, from a random start.
    pub(super) salt: u64,
}

impl<A> V3Exchange<A> {
    pub(super) fn new(peer: Arc<V3Peer<A>>, pdu: Vec<u8>) -> Self {
        let renewal = if peer.is_doubtful() { Renewal::Asking } else { Renewal::None };
        Self {
            peer,
            pdu,
            msg_ids: MsgIds::default(),
            superseded: 0,
            trial: None,
            asking: false,
            discovered: false,
            resynchronised: false,
            guessed_again: false,
            renewal,
            report: None,
            refused: false,
        }
    }

    /// Writes the next attempt into `datagram`.
    pub(super) fn compose(
        &mut self,
        now: Instant,
        msg_id: i32,
        salt: u64,
        writer: &mut Writer,
        datagram: &mut Vec<u8>,
    ) -> io::Result<()> {
        writer.set_limit(self.peer.limit());
        let known = self.peer.authority_or_known(now);
        let authority = self.trial.as_deref().or(known.as_ref());
        self.asking = authority.is_none() || (self.renewal == Renewal::Asking && !self.asking);
        let sealed = match authority.filter(|_| !self.asking) {
            None => discover(writer, msg_id),
            Some(authority) => {
                let credentials = &self.peer.credentials;
                let context = self.peer.context_engine_id.as_deref().unwrap_or(&authority.engine_id);
                let header = UsmHeader {
                    msg_id,
                    reportable: true,
                    context_engine_id: context.as_bytes(),
                    context_name: &self.peer.context_name,
                };
                // Never a lower level than the user's: without its keys nothing is sent.
                let protection = authority.keys.protection(credentials.level());
                let state = UsmState {
                    engine_id: authority.engine_id.as_bytes(),
                    clock: authority.clock.read(now),
                    user: credentials.name(),
                    protection: protection.ok_or_else(|| io::Error::other("a key of the user is missing"))?,
                    salt,
                };
                state.generate(&header, writer, |w| w.octets(&self.pdu))
            }
        };
        let message = sealed.and_then(|()| writer.finish()).map_err(io::Error::other)?;
        datagram.clear();
        datagram.extend_from_slice(message);
        Ok(())
    }
}

/// The question for an engine ID (RFC 3414 §4): without user, engine and varbinds.
fn discover(writer: &mut Writer, msg_id: i32) -> Result<(), crate::ber::TooLarge> {
    let state = UsmState {
        engine_id: &[],
        clock: EngineClock { boots: 0, time: 0 },
        user: &[],
        protection: Protection::None,
        salt: 0,
    };
    let header = UsmHeader { msg_id, reportable: true, context_engine_id: &[], context_name: &[] };
    // The msgID is random, and known to nobody else: it serves as request-id as well.
    let pdu = PduHeader::new(PduKind::Get, msg_id);
    state.generate(&header, writer, |w| pdu.write(w, []))
}
