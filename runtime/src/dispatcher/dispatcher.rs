//! Where a message goes.

use super::applications::{TakesNotifications, TakesRequests, TakesResponses};
use super::arrival::Arrival;
use super::count::count_dropped;
use crate::engine::{Counters, Dropped, Report};
use crate::message::{Body, PduKind};
use crate::security::{Buffers, count};

/// An engine while it deals with one message: who takes what, and what all have in common.
pub(crate) struct Dispatcher<'d, E, C, N> {
    pub(crate) counters: &'d Counters,
    /// This engine, if it is one of SNMPv3 that others know.
    #[cfg(feature = "usm")]
    pub(crate) engine: Option<&'d crate::security::Authority>,
    /// The longest message that it sends.
    #[cfg(feature = "usm")]
    pub(crate) limit: usize,
    pub(crate) responses: E,
    pub(crate) requests: C,
    pub(crate) notifications: N,
}

/// What has come of a message.
pub(crate) enum Dispatched<E, C, N> {
    Response(E),
    Request(C),
    Notification(N),
    /// The writer has a Report about it.
    #[cfg_attr(not(feature = "usm"), allow(dead_code))]
    Report(Report),
}

/// What has come of a message at its applications.
pub(super) type Result<E, C, N> = std::result::Result<
    Dispatched<
        <E as TakesResponses>::Outcome,
        <C as TakesRequests>::Outcome,
        <N as TakesNotifications>::Outcome,
    >,
    Dropped,
>;

impl<E: TakesResponses, C: TakesRequests, N: TakesNotifications> Dispatcher<'_, E, C, N> {
    /// Takes in one message. What is to be sent back at once is in the writer, whose limit is set.
    ///
    /// # Errors
    ///
    /// Nothing comes of it; it has been counted.
    #[inline]
    pub(crate) fn dispatch(&mut self, arrival: Arrival<'_>, buffers: &mut Buffers) -> Result<E, C, N> {
        count(&self.counters.in_pkts);
        let dispatched = self.take_in(arrival, buffers);
        if let Err(dropped) = &dispatched {
            count_dropped(self.counters, dropped);
            self.responses.note(arrival.now, *dropped);
        }
        dispatched
    }

    #[inline]
    fn take_in(&mut self, arrival: Arrival<'_>, buffers: &mut Buffers) -> Result<E, C, N> {
        #[cfg(feature = "usm")]
        if (E::IS_THERE || self.engine.is_some()) && crate::message::is_v3(arrival.octets) {
            return self.take_in_v3(arrival, buffers);
        }
        let Buffers { decoder, writer, .. } = buffers;
        let decoded = decoder.decode(arrival.octets).map_err(Dropped::malformed)?;
        let (message, anomalies) = (&decoded.message, decoded.anomalies);
        let pdu = match &message.body {
            Body::Pdu(pdu) if !matches!(pdu.header.kind, PduKind::Trap | PduKind::Inform) => pdu,
            _ => {
                if let Some(taken) = self.requests.pass_on(arrival, message) {
                    return Ok(Dispatched::Request(taken));
                }
                let taken = self.notifications.notify(arrival, message, anomalies, writer);
                return taken.map(Dispatched::Notification);
            }
        };
        match pdu.header.kind {
            PduKind::Response => {
                let taken = self.responses.respond(arrival.now, message, pdu, anomalies);
                taken.map(Dispatched::Response)
            }
            PduKind::Get | PduKind::GetNext | PduKind::GetBulk | PduKind::Set => {
                self.requests.request(arrival, message, pdu, writer).map(Dispatched::Request)
            }
            // Only SNMPv3 has Reports.
            PduKind::Trap | PduKind::Inform | PduKind::Report => Err(Dropped::UnknownPdu),
        }
    }
}
