//! Who messages go to.

use std::convert::Infallible;
use std::time::Instant;

use super::arrival::Arrival;
use crate::ber::{Anomalies, Writer};
use crate::engine::Dropped;
use crate::message::{MessageRef, PduRef};

#[cfg(feature = "usm")]
pub(crate) use with_usm::{Accepted, Answer, Refusal};
#[cfg(feature = "usm")]
use {crate::engine::Report, crate::message::Decoder, crate::security::V3Message, crate::usm::EngineId};

/// Who takes responses and Reports: requests that wait.
pub(crate) trait TakesResponses {
    /// What comes of one.
    type Outcome;
    const IS_THERE: bool = true;

    /// A response of SNMPv1 or SNMPv2c.
    fn respond(
        &mut self,
        now: Instant,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        anomalies: Anomalies,
    ) -> Result<Self::Outcome, Dropped>;

    /// Whether a message of ours with this msgID is under way.
    #[cfg(feature = "usm")]
    fn waits_for(&self, msg_id: i32) -> bool;

    /// A message of SNMPv3 with such a msgID. Whether it is authentic and what it is, is for who has sent the request to
    /// say. [`Dropped::UnknownPdu`] if it is authentic and neither a response nor a Report.
    #[cfg(feature = "usm")]
    fn respond_v3(
        &mut self,
        message: &V3Message<'_>,
        decoder: &mut Decoder,
        plain: &mut Vec<u8>,
    ) -> Result<Self::Outcome, Dropped>;

    /// Something was dropped.
    fn note(&mut self, now: Instant, dropped: Dropped);
}

/// Who takes requests. What it answers is in the writer.
pub(crate) trait TakesRequests {
    /// What comes of one.
    type Outcome;

    /// A request of SNMPv1 or SNMPv2c.
    fn request(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        writer: &mut Writer,
    ) -> Result<Self::Outcome, Dropped>;

    /// A notification of SNMPv1 or SNMPv2c, where its community stands for a context that is not of this engine; `None` if
    /// it is not to be passed on.
    fn pass_on(&mut self, arrival: Arrival<'_>, message: &MessageRef<'_>) -> Option<Self::Outcome>;

    /// A request to a context of this engine, from a user that is known.
    #[cfg(feature = "usm")]
    fn request_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: Accepted<'_>,
        answer: Answer<'_>,
        writer: &mut Writer,
    ) -> Result<Self::Outcome, Refusal>;

    /// Whether a message that names another engine is authentic, for those who pass on its traps; gives that engine.
    #[cfg(feature = "usm")]
    fn authenticate(&mut self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<EngineId, Report> {
        let _ = (message, plain);
        Err(Report::UnknownEngineId)
    }

    /// A request or notification whose context is not of this engine, from a user that is known; `None` if it is not to be
    /// passed on.
    #[cfg(feature = "usm")]
    fn pass_on_v3(
        &mut self,
        arrival: Arrival<'_>,
        accepted: &Accepted<'_>,
        answer: Option<&Answer<'_>>,
    ) -> Option<Self::Outcome>;
}

/// Who takes notifications. What it acknowledges is in the writer.
pub(crate) trait TakesNotifications {
    /// What comes of one.
    type Outcome;

    /// Whether there is anybody.
    #[cfg(feature = "usm")]
    fn is_there(&self) -> bool {
        true
    }

    /// A trap or an inform of SNMPv1 or SNMPv2c.
    fn notify(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        anomalies: Anomalies,
        writer: &mut Writer,
    ) -> Result<Self::Outcome, Dropped>;

    /// Whether a message that names another engine is authentic; gives that engine.
    #[cfg(feature = "usm")]
    fn authenticate(&mut self, message: &V3Message<'_>, plain: &mut Vec<u8>) -> Result<EngineId, Report>;

    /// A notification from a user that is known at the engine that it names: with an `answer` this one, else the sender's.
    #[cfg(feature = "usm")]
    fn notify_v3(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        accepted: Accepted<'_>,
        answer: Option<Answer<'_>>,
        writer: &mut Writer,
    ) -> Result<Self::Outcome, Dropped>;

    /// A message that is authentic, with the Trap-PDU of SNMPv1 in it.
    #[cfg(feature = "usm")]
    fn odd_trap(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        message: &V3Message<'_>,
        decoder: &mut Decoder,
        plain: &[u8],
    ) -> Result<Self::Outcome, Dropped>;
}

/// Takes nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nobody;

impl TakesResponses for Nobody {
    type Outcome = Infallible;
    const IS_THERE: bool = false;

    fn respond(
        &mut self,
        _: Instant,
        _: &MessageRef<'_>,
        _: &PduRef<'_>,
        _: Anomalies,
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }

    #[cfg(feature = "usm")]
    fn waits_for(&self, _: i32) -> bool {
        false
    }

    #[cfg(feature = "usm")]
    fn respond_v3(
        &mut self,
        _: &V3Message<'_>,
        _: &mut Decoder,
        _: &mut Vec<u8>,
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }

    fn note(&mut self, _: Instant, _: Dropped) {}
}

impl TakesRequests for Nobody {
    type Outcome = Infallible;

    fn request(
        &mut self,
        _: Arrival<'_>,
        _: &MessageRef<'_>,
        _: &PduRef<'_>,
        _: &mut Writer,
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }

    fn pass_on(&mut self, _: Arrival<'_>, _: &MessageRef<'_>) -> Option<Infallible> {
        None
    }

    #[cfg(feature = "usm")]
    fn request_v3(
        &mut self,
        _: Arrival<'_>,
        _: Accepted<'_>,
        _: Answer<'_>,
        _: &mut Writer,
    ) -> Result<Infallible, Refusal> {
        Err(Refusal::Report(Report::UnknownPduHandler))
    }

    #[cfg(feature = "usm")]
    fn pass_on_v3(&mut self, _: Arrival<'_>, _: &Accepted<'_>, _: Option<&Answer<'_>>) -> Option<Infallible> {
        None
    }
}

impl TakesNotifications for Nobody {
    type Outcome = Infallible;

    #[cfg(feature = "usm")]
    fn is_there(&self) -> bool {
        false
    }

    fn notify(
        &mut self,
        _: Arrival<'_>,
        _: &MessageRef<'_>,
        _: Anomalies,
        _: &mut Writer,
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }

    #[cfg(feature = "usm")]
    fn authenticate(&mut self, _: &V3Message<'_>, _: &mut Vec<u8>) -> Result<EngineId, Report> {
        Err(Report::UnknownEngineId)
    }

    #[cfg(feature = "usm")]
    fn notify_v3(
        &mut self,
        _: Arrival<'_>,
        _: EngineId,
        _: Accepted<'_>,
        _: Option<Answer<'_>>,
        _: &mut Writer,
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }

    #[cfg(feature = "usm")]
    fn odd_trap(
        &mut self,
        _: Arrival<'_>,
        _: EngineId,
        _: &V3Message<'_>,
        _: &mut Decoder,
        _: &[u8],
    ) -> Result<Infallible, Dropped> {
        Err(Dropped::UnknownPdu)
    }
}

#[cfg(feature = "usm")]
mod with_usm {
    use crate::ber::Anomalies;
    use crate::engine::{Dropped, Report};
    use crate::message::{Level, ScopedPduRef};
    use crate::security::{UsmHeader, UsmState};

    /// A message of SNMPv3 whose user is known.
    pub(crate) struct Accepted<'m> {
        /// securityName.
        pub(crate) user: &'m [u8],
        pub(crate) level: Level,
        pub(crate) scoped: &'m ScopedPduRef<'m>,
        pub(crate) anomalies: Anomalies,
    }

    /// What it takes to answer a message of SNMPv3 to this engine.
    pub(crate) struct Answer<'m> {
        /// What a response is protected with.
        pub(crate) state: UsmState<'m>,
        /// And what it says besides.
        pub(crate) header: UsmHeader<'m>,
        /// The longest response that both sides take.
        pub(crate) limit: usize,
    }

    /// Why an application does not take a message of SNMPv3.
    pub(crate) enum Refusal {
        /// Its sender is to hear it, if it may.
        Report(Report),
        /// Nothing comes of it.
        Drop(Dropped),
    }

    impl From<Dropped> for Refusal {
        fn from(dropped: Dropped) -> Self {
            Self::Drop(dropped)
        }
    }
}
