//! Applications that may come and go.

#[cfg(feature = "usm")]
use super::applications::{Accepted, Answer, Refusal};
use super::applications::{TakesNotifications, TakesRequests};
use super::arrival::Arrival;
use crate::ber::{Anomalies, Writer};
use crate::engine::Dropped;
use crate::message::{MessageRef, PduRef};

#[cfg(feature = "usm")]
use {crate::engine::Report, crate::message::Decoder, crate::security::V3Message, crate::usm::EngineId};

impl<C: TakesRequests> TakesRequests for Option<C> {
    type Outcome = C::Outcome;

    fn request(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        writer: &mut Writer,
    ) -> Result<C::Outcome, Dropped> {
        self.as_mut().ok_or(Dropped::UnknownPdu)?.request(arrival, message, pdu, writer)
    }

    fn pass_on(&mut self, arrival: Arrival<'_>, message: &MessageRef<'_>) -> Option<C::Outcome> {
        self.as_mut()?.pass_on(arrival, message)
    }

    #[cfg(feature = "usm")]
    fn request_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: Accepted<'_>,
        answer: Answer<'_>,
        writer: &mut Writer,
    ) -> Result<C::Outcome, Refusal> {
        let nobody = Refusal::Report(Report::UnknownPduHandler);
        self.as_mut().ok_or(nobody)?.request_v3(arrival, accepted, answer, writer)
    }

    #[cfg(feature = "usm")]
    fn authenticate(&mut self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<EngineId, Report> {
        self.as_mut().ok_or(Report::UnknownEngineId)?.authenticate(message, plain)
    }

    #[cfg(feature = "usm")]
    fn pass_on_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: &Accepted<'_>,
        answer: Option<&Answer<'_>>,
    ) -> Option<C::Outcome> {
        self.as_mut()?.pass_on_v3(arrival, accepted, answer)
    }
}

impl<N: TakesNotifications> TakesNotifications for Option<N> {
    type Outcome = N::Outcome;

    #[cfg(feature = "usm")]
    fn is_there(&self) -> bool {
        self.is_some()
    }

    fn notify(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        anomalies: Anomalies,
        writer: &mut Writer,
    ) -> Result<N::Outcome, Dropped> {
        self.as_mut().ok_or(Dropped::UnknownPdu)?.notify(arrival, message, anomalies, writer)
    }

    #[cfg(feature = "usm")]
    fn authenticate(&mut self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<EngineId, Report> {
        self.as_mut().ok_or(Report::UnknownEngineId)?.authenticate(message, plain)
    }

    #[cfg(feature = "usm")]
    fn notify_v3(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        accepted: Accepted<'_>,
        answer: Option<Answer<'_>>,
        writer: &mut Writer,
    ) -> Result<N::Outcome, Dropped> {
        let notifications = self.as_mut().ok_or(Dropped::UnknownPdu)?;
        notifications.notify_v3(arrival, engine_id, accepted, answer, writer)
    }

    #[cfg(feature = "usm")]
    fn odd_trap(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        message: &V3Message<'_>,
        decoder: &mut Decoder,
        plain: &[u8],
    ) -> Result<N::Outcome, Dropped> {
        let notifications = self.as_mut().ok_or(Dropped::UnknownPdu)?;
        notifications.odd_trap(arrival, engine_id, message, decoder, plain)
    }
}
