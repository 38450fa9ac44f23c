//! The master agent's questions to one session, without the connection.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::pdu::{ByteOrder, Envelope, Flags, Kind, Response, Writer};

/// How many questions to a session may wait for their answers.
const MAX_OUTSTANDING: usize = 256;

/// After so many answers, one after the other, that have not come in time, a session is closed (RFC 2741 §7.2.5.1).
const MAX_TIMEOUTS: u32 = 3;

/// Why an answer is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("the session of the sub-agent is closed")]
    Closed,
    #[error("{MAX_OUTSTANDING} questions to the sub-agent wait for their answers")]
    Busy,
    #[error("the question does not fit a PDU")]
    TooLong,
    #[error("the sub-agent has not answered in time")]
    Timeout,
    #[error("the sub-agent's answer is not one to the question")]
    Nonsense,
}

/// What a session is asked, and answers.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) session_id: u32,
    order: ByteOrder,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_packet: u32,
    outstanding: BTreeMap<u32, Waiting>,
    /// Answers that have not come in time since the last one that has.
    timeouts: u32,
    is_closed: bool,
}

#[derive(Debug)]
struct Waiting {
    transaction_id: u32,
    answer: oneshot::Sender<Response>,
}

/// A question that has been written: its number, and where the answer will be.
pub(super) type Asked = (u32, oneshot::Receiver<Response>);

impl Link {
    pub(super) fn new(session_id: u32, order: ByteOrder) -> Self {
        Self { session_id, order, state: Mutex::default() }
    }

    /// Writes a question.
    pub(super) fn ask(
        &self,
        out: &mut Vec<u8>,
        kind: Kind,
        transaction_id: u32,
        context: &[u8],
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<Asked, NoAnswer> {
        let mut state = self.state();
        if state.is_closed {
            return Err(NoAnswer::Closed);
        }
        if state.outstanding.len() >= MAX_OUTSTANDING {
            return Err(NoAnswer::Busy);
        }
        let packet_id = state.next_packet();
        self.write(out, kind, (transaction_id, packet_id), context, write)?;
        let (answer, coming) = oneshot::channel();
        state.outstanding.insert(packet_id, Waiting { transaction_id, answer });
        Ok((packet_id, coming))
    }

    /// Writes something whose answer, if it has one, is of no interest.
    pub(super) fn tell(&self, out: &mut Vec<u8>, kind: Kind, transaction_id: u32) -> Result<(), NoAnswer> {
        let mut state = self.state();
        if state.is_closed {
            return Err(NoAnswer::Closed);
        }
        let packet_id = state.next_packet();
        self.write(out, kind, (transaction_id, packet_id), b"", |_| {})
    }

    /// Takes an answer. One that nobody waits for means nothing.
    pub(super) fn answered(&self, transaction_id: u32, packet_id: u32, response: Response) {
        let mut state = self.state();
        let is_it = |waiting: &Waiting| waiting.transaction_id == transaction_id;
        if !state.outstanding.get(&packet_id).is_some_and(is_it) {
            return;
        }
        state.timeouts = 0;
        let waiting = state.outstanding.remove(&packet_id);
        drop(state);
        if let Some(waiting) = waiting {
            // Who has asked may be gone.
            let _ = waiting.answer.send(response);
        }
    }

    /// Nobody waits for an answer any more.
    pub(super) fn forget(&self, packet_id: u32) {
        self.state().outstanding.remove(&packet_id);
    }

    /// An answer has not come in time; whether it is one too many.
    pub(super) fn timed_out(&self, packet_id: u32) -> bool {
        let mut state = self.state();
        state.outstanding.remove(&packet_id);
        state.timeouts += 1;
        state.timeouts >= MAX_TIMEOUTS
    }

    /// The session is over: nobody gets an answer.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let outstanding = std::mem::take(&mut state.outstanding);
        drop(state);
        drop(outstanding);
    }

    fn write(
        &self,
        out: &mut Vec<u8>,
        kind: Kind,
        (transaction_id, packet_id): (u32, u32),
        context: &[u8],
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<(), NoAnswer> {
        let to = Envelope { order: self.order, session_id: self.session_id, transaction_id, packet_id };
        let context = (!context.is_empty()).then_some(context);
        let mut writer = Writer::new(out, to, kind, Flags::default(), context);
        write(&mut writer);
        writer.finish().map_err(|_| NoAnswer::TooLong)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_packet(&mut self) -> u32 {
        self.last_packet = self.last_packet.wrapping_add(1);
        self.last_packet
    }
}
