//! Exchanges as takers of responses, and an engine that has nothing else.

use std::time::Instant;

use super::applications::{Nobody, TakesResponses};
use super::arrival::Arrival;
use super::dispatcher::{Dispatched, Dispatcher};
use crate::ber::Anomalies;
use crate::engine::{Dropped, Engine, ExchangeId, Exchanges, Random};
use crate::message::{MessageRef, PduRef};

/// Exchanges that wait, and where the message in hand is from.
pub(crate) struct Waiting<'e, A, R> {
    pub(crate) exchanges: &'e mut Exchanges<A, R>,
    pub(crate) from: A,
}

impl<A: Copy + Eq, R: Random> TakesResponses for Waiting<'_, A, R> {
    type Outcome = ExchangeId;

    #[inline]
    fn respond(
        &mut self,
        now: Instant,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        anomalies: Anomalies,
    ) -> Result<ExchangeId, Dropped> {
        self.exchanges.respond(now, self.from, message, pdu, anomalies)
    }

    #[cfg(feature = "usm")]
    fn waits_for(&self, msg_id: i32) -> bool {
        self.exchanges.waits_for(msg_id)
    }

    #[cfg(feature = "usm")]
    fn respond_v3(
        &mut self,
        message: &crate::security::V3Message<'_>,
        decoder: &mut crate::message::Decoder,
        plain: &mut Vec<u8>,
    ) -> Result<ExchangeId, Dropped> {
        self.exchanges.respond_v3(self.from, message, decoder, plain)
    }

    fn note(&mut self, now: Instant, dropped: Dropped) {
        self.exchanges.note_dropped(now, self.from, dropped);
    }
}

impl<A: Copy + Eq, R: Random> Engine<A, R> {
    /// Takes in a datagram. An exchange that it ends is the next that
    /// [`poll_event`](Self::poll_event) gives; otherwise the reason is returned.
    ///
    /// # Errors
    /// The datagram ended no exchange; the error says why.
    pub fn handle_datagram(&mut self, now: Instant, from: A, datagram: &[u8]) -> Result<ExchangeId, Dropped> {
        let Self { exchanges, buffers, counters } = self;
        let mut dispatcher = Dispatcher {
            counters,
            #[cfg(feature = "usm")]
            engine: None,
            #[cfg(feature = "usm")]
            limit: crate::ber::MAX_MESSAGE,
            responses: Waiting { exchanges, from },
            requests: Nobody,
            notifications: Nobody,
        };
        match dispatcher.dispatch(Arrival::new(now, datagram), buffers)? {
            Dispatched::Response(id) => Ok(id),
            Dispatched::Request(never) | Dispatched::Notification(never) => match never {},
            // No engine could say so.
            Dispatched::Report(_) => Err(Dropped::UnknownRequest),
        }
    }
}
