//! The listener without sockets: a datagram in, a notification and perhaps a datagram out.

use std::any::Any;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use super::duplicates::{Duplicates, Numbers};
use super::held::{Held, Ticket};
use super::notification::{Content, ReceivedNotification, Sender};
use crate::ber::{Anomalies, MAX_MESSAGE, TooLarge, Writer};
use crate::dispatcher::{Arrival, Dispatched, Dispatcher, Nobody, TakesNotifications};
use crate::engine::{Counters, Dropped, Report, count};
use crate::message::{
    Body, Decoder, ErrorStatus, MIN_MAX_SIZE, MessageRef, PduHeader, PduKind, PduRef, Version,
};
use crate::security::{Buffers, Communities, CommunityState, Protect, SecurityModel, UnknownCommunity};

/// Takes in datagrams of notifications. Holds no socket and reads no clock; `A` is what addresses are. Reports are
/// limited by source where that is a `TransportAddress`, a `SocketAddr` or an `IpAddr`.
#[derive(Debug)]
pub struct Receiver<A> {
    pub(super) buffers: Buffers,
    pub(super) state: State,
    #[cfg(feature = "usm")]
    pub(super) v3: Option<super::v3::Engines>,
    _addresses: std::marker::PhantomData<fn(A)>,
}

/// What lasts from message to message.
#[derive(Debug)]
pub(super) struct State {
    communities: Communities<()>,
    any_community: bool,
    duplicates: Duplicates,
    /// Informs that are acknowledged later, if that is wanted.
    held: Option<Held>,
    pub(super) counters: Arc<Counters>,
    pub(super) max_response: usize,
}

/// What comes of a datagram.
#[derive(Debug)]
#[non_exhaustive]
pub struct Handled<'r, A> {
    /// To be sent back to where the datagram came from: at once, unless there is a ticket.
    pub reply: Option<&'r [u8]>,
    /// To be delivered.
    pub notification: Option<ReceivedNotification<A>>,
    /// The reply acknowledges an inform [later](Receiver::acknowledge_later): it is to be kept until the inform is
    /// [settled](Receiver::settle). Without a notification, the datagram repeats an inform that has this ticket already,
    /// and the reply takes the place of the one that was kept.
    pub ticket: Option<Ticket>,
    /// The reply refuses a notification, for this reason. What a sender is told so that it can send one, such as the
    /// engine ID and its clock, is not a refusal.
    pub refused: Option<Dropped>,
}

/// The same, while buffers are in use.
pub(crate) struct Done<A> {
    pub(crate) replied: bool,
    pub(crate) notification: Option<ReceivedNotification<A>>,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) refused: Option<Dropped>,
}

/// Where a message came from and when, and whether there is room for what it says.
pub(super) struct Delivery<'a, A> {
    pub(super) now: Instant,
    pub(super) source: &'a A,
    pub(super) datagram: &'a [u8],
    pub(super) has_room: bool,
}

/// A receiver while it takes one notification.
pub(crate) struct Hearing<'r, A> {
    pub(super) state: &'r mut State,
    #[cfg(feature = "usm")]
    pub(super) senders: Option<&'r super::remote_engines::RemoteEngines>,
    pub(super) source: &'r A,
    pub(super) has_room: bool,
}

/// What tells senders apart.
pub trait Address: Any + Clone + Eq + Hash + fmt::Debug + Send + Sync {}

impl<A: Any + Clone + Eq + Hash + fmt::Debug + Send + Sync> Address for A {}

impl<A: Address> Receiver<A> {
    /// A receiver that takes SNMPv1 and SNMPv2c with these communities. `seed` is random.
    pub fn new(communities: impl IntoIterator<Item = Vec<u8>>, seed: u64) -> Self {
        Self {
            buffers: Buffers::new(Decoder::for_notifications()),
            state: State {
                communities: communities.into_iter().map(|community| (community, ())).collect(),
                any_community: false,
                duplicates: Duplicates::new(seed),
                held: None,
                counters: Arc::default(),
                max_response: MAX_MESSAGE,
            },
            #[cfg(feature = "usm")]
            v3: None,
            _addresses: std::marker::PhantomData,
        }
    }

    /// Takes SNMPv1 and SNMPv2c with every community, also the empty one.
    #[must_use]
    pub fn any_community(mut self) -> Self {
        self.state.any_community = true;
        self
    }

    /// The longest acknowledgement in octets, from 484 to 65,507, which is the default. To an inform that would take a
    /// longer one the answer is tooBig, and it is not delivered (RFC 3416 §4.2.7).
    #[must_use]
    pub fn max_response(mut self, octets: usize) -> Self {
        self.state.max_response = octets.clamp(MIN_MAX_SIZE as usize, MAX_MESSAGE);
        self
    }

    /// Leaves it to the caller when informs are acknowledged: what is handled has a [`ticket`](Handled::ticket) then.
    #[must_use]
    pub fn acknowledge_later(mut self) -> Self {
        self.state.held = Some(Held::default());
        self
    }

    /// An inform has been dealt with, and its acknowledgement is sent now; or it will not be dealt with. Then there is no
    /// answer, and a repetition of it is delivered as a new one.
    pub fn settle(&mut self, now: Instant, ticket: Ticket, dealt_with: bool) {
        let identity = self.state.held.as_mut().and_then(|held| held.remove(ticket));
        if let Some(identity) = identity.filter(|_| dealt_with) {
            self.state.duplicates.insert(now, identity);
            count(&self.state.counters.out_pkts);
        }
    }

    /// What has been counted so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.state.counters
    }

    /// What takes notifications, for a dispatcher that has others as well.
    #[cfg(all(feature = "manager", feature = "agent"))]
    pub(crate) fn hearing<'r>(&'r mut self, source: &'r A, has_room: bool) -> Hearing<'r, A> {
        Hearing {
            state: &mut self.state,
            #[cfg(feature = "usm")]
            senders: self.v3.as_ref().map(|v3| &v3.remote),
            source,
            has_room,
        }
    }

    /// Counts there.
    #[cfg(all(feature = "manager", feature = "agent"))]
    pub(crate) fn count_in(&mut self, counters: Arc<Counters>) {
        self.state.counters = counters;
    }

    /// Takes in a datagram. With `has_room` false nothing is delivered: an inform is not acknowledged, so that its
    /// sender repeats it; discovery is answered anyway.
    ///
    /// # Errors
    ///
    /// Nothing comes of the datagram. That is normal business on an open port, and has been counted.
    pub fn handle(
        &mut self,
        now: Instant,
        source: &A,
        datagram: &[u8],
        has_room: bool,
    ) -> Result<Handled<'_, A>, Dropped> {
        let Self { buffers, state, .. } = self;
        let counters = Arc::clone(&state.counters);
        let mut dispatcher = Dispatcher {
            counters: &counters,
            #[cfg(feature = "usm")]
            engine: self.v3.as_ref().map(|v3| &*v3.own),
            #[cfg(feature = "usm")]
            limit: state.max_response,
            responses: Nobody,
            requests: Nobody,
            notifications: Hearing {
                state,
                #[cfg(feature = "usm")]
                senders: self.v3.as_ref().map(|v3| &v3.remote),
                source,
                has_room,
            },
        };
        let done = match dispatcher.dispatch(Arrival::new(now, datagram).from(source), buffers)? {
            Dispatched::Notification(done) => done,
            Dispatched::Report(report) => {
                let is_question = matches!(report, Report::UnknownEngineId | Report::NotInTimeWindow);
                let refused = (!is_question).then_some(Dropped::Reported(report));
                Done { replied: true, notification: None, ticket: None, refused }
            }
            Dispatched::Response(never) | Dispatched::Request(never) => match never {},
        };
        let reply = if done.replied {
            let written = buffers.writer.finish();
            Some(written.map_err(|TooLarge { limit }| Dropped::Silent { limit })?)
        } else {
            None
        };
        let Done { notification, ticket, refused, .. } = done;
        Ok(Handled { reply, notification, ticket, refused })
    }
}

impl<'a, A> Delivery<'a, A> {
    pub(super) fn new(arrival: Arrival<'a>, source: &'a A, has_room: bool) -> Self {
        Self { now: arrival.now, source, datagram: arrival.octets, has_room }
    }
}

impl<A: Address> TakesNotifications for Hearing<'_, A> {
    type Outcome = Done<A>;

    fn notify(
        &mut self,
        arrival: Arrival<'_>,
        message: &MessageRef<'_>,
        anomalies: Anomalies,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped> {
        if !self.state.any_community
            && let Err(UnknownCommunity) = self.state.communities.process_incoming(message, &mut Vec::new())
        {
            return Err(Dropped::UnknownCommunity);
        }
        let (version, community) = (message.version, message.community);
        let sender = || Sender::Community(community.to_vec());
        let from = KnownSender { version, identity: community, is_authentic: false, sender, anomalies };
        let Self { state, source, has_room, .. } = self;
        let delivery = Delivery::new(arrival, *source, *has_room);
        match &message.body {
            Body::TrapV1(trap) => {
                let content = Content::of_trap(*trap, Some(community), anomalies);
                state.trap_v1(delivery, from, arrival.octets, content)
            }
            Body::Pdu(pdu) => {
                let limit = state.max_response;
                let ack = Acknowledgement { state: CommunityState { version, community }, header: (), limit };
                state.notification(delivery, Arrived { from, pdu }, Some(ack), writer)
            }
        }
    }

    #[cfg(feature = "usm")]
    fn authenticate(
        &mut self,
        message: &crate::security::V3Message<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<crate::usm::EngineId, crate::engine::Report> {
        let senders = self.senders.ok_or(crate::engine::Report::UnknownEngineId)?;
        senders.process_incoming(message, plain)
    }

    #[cfg(feature = "usm")]
    fn notify_v3(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: crate::usm::EngineId,
        accepted: crate::dispatcher::Accepted<'_>,
        answer: Option<crate::dispatcher::Answer<'_>>,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped> {
        self.receive(arrival, engine_id, accepted, answer, writer)
    }

    #[cfg(feature = "usm")]
    fn odd_trap(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: crate::usm::EngineId,
        message: &crate::security::V3Message<'_>,
        decoder: &mut Decoder,
        plain: &[u8],
    ) -> Result<Done<A>, Dropped> {
        self.receive_trap_v1(arrival, engine_id, message, decoder, plain)
    }
}

impl State {
    /// A trap or an inform from a sender that is known by now. Without `ack` an inform is for somebody else.
    pub(super) fn notification<A, P>(
        &mut self,
        delivery: Delivery<'_, A>,
        arrived: Arrived<'_, impl Hash, impl FnOnce() -> Sender>,
        ack: Option<Acknowledgement<'_, P>>,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped>
    where
        A: Clone + Eq + Hash,
        P: Protect,
    {
        let Arrived { from, pdu } = arrived;
        let KnownSender { version, identity, is_authentic, sender, anomalies } = from;
        let PduHeader { kind, request_id, .. } = pdu.header;
        let is_inform = kind == PduKind::Inform;
        if !is_inform && kind != PduKind::Trap {
            return Err(Dropped::UnknownPdu);
        }
        if is_inform {
            match ack.ok_or(Dropped::OtherEngine)?.write(writer, pdu) {
                Ok(ErrorStatus::NO_ERROR) => {}
                Ok(_) => return Ok(self.replied(None)),
                Err(TooLarge { limit }) => return Err(Dropped::Silent { limit }),
            }
        }
        let content = Content::of_pdu(pdu.varbinds.iter().map(|varbind| varbind.to_varbind()));
        let notice = Notice {
            version,
            identity,
            is_authentic,
            same: (is_inform, request_id, pdu.varbinds.as_bytes()),
            is_inform,
            request_id: Some(request_id),
            sender,
            anomalies: anomalies.union(content.anomalies),
            content,
        };
        self.deliver(delivery, notice)
    }

    /// A trap in the PDU of SNMPv1; `same` is what a repetition has in common with it.
    pub(super) fn trap_v1<A: Clone + Eq + Hash>(
        &mut self,
        delivery: Delivery<'_, A>,
        from: KnownSender<impl Hash, impl FnOnce() -> Sender>,
        same: impl Hash,
        content: Content,
    ) -> Result<Done<A>, Dropped> {
        let KnownSender { version, identity, is_authentic, sender, anomalies } = from;
        // SNMPv1 traps have no request-id, so without a time nothing tells one trap from the next.
        let notice = Notice {
            version,
            identity,
            is_authentic,
            same,
            is_inform: false,
            request_id: None,
            sender,
            anomalies: anomalies.union(content.anomalies),
            content,
        };
        self.deliver(delivery, notice)
    }

    /// Hands a notification on, unless it has been here before.
    fn deliver<A: Clone + Eq + Hash>(
        &mut self,
        delivery: Delivery<'_, A>,
        notice: Notice<impl Hash, impl Hash, impl FnOnce() -> Sender>,
    ) -> Result<Done<A>, Dropped> {
        let Delivery { now, source, datagram, has_room } = delivery;
        let Notice { version, is_inform, content, .. } = notice;
        let up_time = content.up_time.map_or(0, |ticks| ticks.0);
        let numbers = Numbers { is_inform, request_id: notice.request_id, up_time };
        let sender = (source, version.number(), notice.identity);
        let identity = self.duplicates.identify(sender, notice.same, datagram, numbers, notice.is_authentic);
        if is_inform
            && let Some(held) = &self.held
            && let Some(ticket) = held.find(identity)
        {
            return Ok(Done { replied: true, notification: None, ticket: Some(ticket), refused: None });
        }
        if self.duplicates.contains(now, identity) {
            // The acknowledgement was lost, or the network has doubled the message.
            return if is_inform { Ok(self.replied(None)) } else { Err(Dropped::Duplicate) };
        }
        let held = self.held.as_mut().filter(|_| is_inform);
        if !has_room || held.as_ref().is_some_and(|held| held.is_full()) {
            return Err(Dropped::NoRoom);
        }
        let ticket = held.map(|held| held.insert(identity));
        if ticket.is_none() {
            self.duplicates.insert(now, identity);
        }
        let notification = ReceivedNotification {
            source: source.clone(),
            destination: None,
            version,
            is_inform,
            sender: (notice.sender)(),
            up_time: content.up_time,
            trap_oid: content.trap_oid,
            varbinds: content.rest,
            anomalies: notice.anomalies,
            received: now,
        };
        if is_inform && ticket.is_none() {
            return Ok(self.replied(Some(notification)));
        }
        Ok(Done { replied: is_inform, notification: Some(notification), ticket, refused: None })
    }

    /// The writer has what is to be sent back.
    pub(super) fn replied<A>(&self, notification: Option<ReceivedNotification<A>>) -> Done<A> {
        count(&self.counters.out_pkts);
        Done { replied: true, notification, ticket: None, refused: None }
    }
}

/// A PDU whose sender is known.
pub(super) struct Arrived<'m, I, S> {
    pub(super) from: KnownSender<I, S>,
    pub(super) pdu: &'m PduRef<'m>,
}

/// A sender that is known, and what was odd about its message.
pub(super) struct KnownSender<I, S> {
    pub(super) version: Version,
    /// What a repetition has in common with the first message, besides request-id and varbinds.
    pub(super) identity: I,
    /// Nobody else can have written its octets, and its sender writes them once.
    pub(super) is_authentic: bool,
    pub(super) sender: S,
    pub(super) anomalies: Anomalies,
}

/// A notification that may have been here before.
struct Notice<I, C, S> {
    version: Version,
    /// Who it is from.
    identity: I,
    is_authentic: bool,
    /// What a repetition has in common with it.
    same: C,
    is_inform: bool,
    request_id: Option<i32>,
    sender: S,
    content: Content,
    anomalies: Anomalies,
}

/// The response to an inform (RFC 3416 §4.2.7).
pub(super) struct Acknowledgement<'h, P: Protect> {
    pub(super) state: P,
    pub(super) header: P::Header<'h>,
    /// The longest message that both sides take.
    pub(super) limit: usize,
}

impl<P: Protect> Acknowledgement<'_, P> {
    /// Writes the response with the varbinds of the inform, or, if that is too large, tooBig; gives its status.
    fn write(&self, writer: &mut Writer, pdu: &PduRef<'_>) -> Result<ErrorStatus, TooLarge> {
        let request_id = pdu.header.request_id;
        if self.respond(writer, request_id, ErrorStatus::NO_ERROR, pdu.varbinds.as_bytes()).is_ok() {
            return Ok(ErrorStatus::NO_ERROR);
        }
        self.respond(writer, request_id, ErrorStatus::TOO_BIG, &[]).map(|()| ErrorStatus::TOO_BIG)
    }

    pub(super) fn respond(
        &self,
        writer: &mut Writer,
        request_id: i32,
        status: ErrorStatus,
        varbinds: &[u8],
    ) -> Result<(), TooLarge> {
        writer.set_limit(self.limit);
        self.state.generate(&self.header, writer, |writer| {
            let mark = writer.mark();
            writer.octets(varbinds);
            PduHeader::response(request_id, status, 0).wrap(writer, mark);
        })
    }
}
