//! One session with a master agent, without the connection: PDUs in, PDUs and events out.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mibc_runtime::logs;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::TimeTicks;

use crate::pdu::{
    Body, ByteOrder, CloseReason, DecodeError, Envelope, FrameError, Frames, Kind, Open, Pdu, Response,
    Status, Writer,
};

/// How a sub-agent presents itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    pub(super) order: ByteOrder,
    /// Seconds.
    pub(super) timeout: u8,
    pub(super) id: Oid,
    pub(super) description: Vec<u8>,
}

/// A session from its opening to its end. `T` says what was asked for.
#[derive(Debug)]
pub(super) struct Session<T> {
    order: ByteOrder,
    /// Once it is open.
    id: Option<u32>,
    last_packet: u32,
    asked: BTreeMap<u32, Asked<T>>,
    frames: Frames,
    /// What is to be sent.
    out: Vec<u8>,
    /// sysUpTime of the master agent, and when that was.
    up_time: Option<(u32, Instant)>,
    /// How long an answer may take.
    patience: Duration,
}

#[derive(Debug)]
struct Asked<T> {
    what: Ask<T>,
    until: Instant,
}

#[derive(Debug)]
enum Ask<T> {
    Open,
    Other(T),
}

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<T> {
    /// The session is open.
    Opened,
    /// An answer.
    Answer(T, Response),
    /// Something that the master agent asks for an SNMP request.
    Request(Pdu),
}

/// Why a session has ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ended {
    #[error("the master agent does not open a session: {0}")]
    Refused(Status),
    #[error("the master agent has closed the session: {0}")]
    Closed(CloseReason),
    #[error("the master agent has not answered in {0:?}")]
    Silent(Duration),
    #[error(transparent)]
    Frame(#[from] FrameError),
}

impl<T> Session<T> {
    /// Asks for a session.
    pub(super) fn open(identity: &Identity, now: Instant, patience: Duration) -> Self {
        let mut session = Self {
            order: identity.order,
            id: None,
            last_packet: 0,
            asked: BTreeMap::new(),
            frames: Frames::new(),
            out: Vec::new(),
            up_time: None,
            patience,
        };
        let Identity { timeout, id, description, .. } = identity.clone();
        session.send(&Body::Open(Open { timeout, id, description }), Ask::Open, now);
        session
    }

    pub(super) fn is_open(&self) -> bool {
        self.id.is_some()
    }

    /// How many answers are waited for.
    pub(super) fn asked(&self) -> usize {
        self.asked.len()
    }

    /// What is to be sent.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// What nobody has answered.
    pub(super) fn into_asked(self) -> impl Iterator<Item = T> {
        self.asked.into_values().filter_map(|asked| match asked.what {
            Ask::Open => None,
            Ask::Other(what) => Some(what),
        })
    }

    /// Asks the master agent for something.
    pub(super) fn ask(&mut self, body: &Body, what: T, now: Instant) -> bool {
        self.send(body, Ask::Other(what), now)
    }

    /// Says that the session ends.
    pub(super) fn close(&mut self, reason: CloseReason) {
        if let Some(session_id) = self.id.take() {
            let to = Envelope { session_id, ..self.envelope() };
            // It is short.
            let _ = Body::Close(reason).encode(to, &mut self.out);
        }
    }

    /// Takes octets that have come.
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.frames.push(octets);
    }

    /// What has come, one after the other.
    ///
    /// # Errors
    ///
    /// The session is over.
    pub(super) fn next_event(&mut self, now: Instant) -> Result<Option<Event<T>>, Ended> {
        while let Some((header, payload)) = self.frames.next_frame()? {
            let pdu = Pdu::decode(&header, payload);
            let to = Envelope {
                order: header.order(),
                session_id: header.session_id,
                transaction_id: header.transaction_id,
                packet_id: header.packet_id,
            };
            match pdu {
                Err(error) => self.malformed(to, &error),
                Ok(Pdu { packet_id, session_id, body: Body::Response(response), .. }) => {
                    if let Some(event) = self.answered(packet_id, session_id, response, now)? {
                        return Ok(Some(event));
                    }
                }
                Ok(pdu) if Some(pdu.session_id) != self.id => {
                    self.refuse(to, pdu.body.kind(), Status::NOT_OPEN)
                }
                Ok(Pdu { body: Body::Close(reason), .. }) => {
                    self.id = None;
                    return Err(Ended::Closed(reason));
                }
                Ok(pdu) if pdu.body.kind().is_request() => return Ok(Some(Event::Request(pdu))),
                Ok(pdu) => self.refuse(to, pdu.body.kind(), Status::PROCESSING_ERROR),
            }
        }
        Ok(None)
    }

    /// When [`late`](Self::late) has to be asked.
    pub(super) fn deadline(&self) -> Option<Instant> {
        // All wait equally long: the first that was asked is the first that is late.
        self.asked.values().next().map(|asked| asked.until)
    }

    /// # Errors
    ///
    /// The master agent is not there any more.
    pub(super) fn late(&self, now: Instant) -> Result<(), Ended> {
        match self.deadline() {
            Some(until) if until <= now => Err(Ended::Silent(self.patience)),
            _ => Ok(()),
        }
    }

    /// sysUpTime of the master agent.
    pub(super) fn up_time(&self, now: Instant) -> Option<TimeTicks> {
        let (ticks, at) = self.up_time?;
        Some(TimeTicks(ticks.wrapping_add(to_ticks(now.saturating_duration_since(at)))))
    }

    fn envelope(&self) -> Envelope {
        let session_id = self.id.unwrap_or(0);
        Envelope { order: self.order, session_id, transaction_id: 0, packet_id: self.last_packet }
    }

    fn send(&mut self, body: &Body, what: Ask<T>, now: Instant) -> bool {
        self.last_packet = self.last_packet.wrapping_add(1);
        let sent = body.encode(self.envelope(), &mut self.out);
        if let Err(error) = sent {
            tracing::warn!(target: logs::AGENTX, %error, kind = %body.kind(), "not sent to the master agent");
            return false;
        }
        self.asked.insert(self.last_packet, Asked { what, until: now + self.patience });
        true
    }

    fn answered(
        &mut self,
        packet_id: u32,
        session_id: u32,
        response: Response,
        now: Instant,
    ) -> Result<Option<Event<T>>, Ended> {
        // What was not asked for means nothing (RFC 2741 §7.2.2).
        let Some(Asked { what, .. }) = self.asked.remove(&packet_id) else { return Ok(None) };
        self.up_time = Some((response.up_time, now));
        match what {
            Ask::Open if response.status.is_ok() => {
                self.id = Some(session_id);
                Ok(Some(Event::Opened))
            }
            Ask::Open => Err(Ended::Refused(response.status)),
            Ask::Other(what) => Ok(Some(Event::Answer(what, response))),
        }
    }

    /// An answer that cannot be read means nothing, anything else is told (RFC 2741 §7.2.2).
    fn malformed(&mut self, to: Envelope, error: &DecodeError) {
        tracing::debug!(target: logs::AGENTX, %error, "the master agent sends what cannot be read");
        if let Some(kind) = error.kind {
            self.refuse(to, kind, Status::PARSE_ERROR);
        }
    }

    fn refuse(&mut self, to: Envelope, kind: Kind, status: Status) {
        if !matches!(kind, Kind::Response | Kind::CleanupSet) {
            // It is short.
            let _ = Writer::response(&mut self.out, to, 0, status, 0).finish();
        }
    }
}

/// In hundredths of a second. Wraps after 497 days, as sysUpTime does.
pub(super) fn to_ticks(duration: Duration) -> u32 {
    (duration.as_millis() / 10) as u32
}
