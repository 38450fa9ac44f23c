//! Sending notifications, without sockets, clock or entropy of its own (RFC 3413 §3.3).

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::counters::OriginatorCounters;
use super::errand::{Errand, SendId};
use super::error::{NotifyError, QueueLimit};
use super::event::Event;
use super::lane::{Content, Lane, Letter, Limits, MAX_IN_FLIGHT};
use super::places::{Place, Places};
use super::receiver::{Community, Receiver, Security};
use super::report::{Delivered, NotifyReport};
use super::reports::{Reports, Slip, Ticket};
use super::selection::Selection;
use super::targets::Targets;
#[cfg(feature = "usm")]
use super::v3::{OwnEngine, Peers};
use super::views::Views;
use crate::access::{AccessControl, Vacm};
use crate::ber::{Writer, varbind_len};
use crate::engine::{Outcome, Random, StartError};
use crate::message::ErrorStatus;
use crate::net::TransportAddress;
use crate::value::{TimeTicks, VarBind};

/// Tells which address of the entity packets to a receiver have.
pub(super) type OwnAddress = Box<dyn Fn(&TransportAddress) -> Option<Ipv4Addr> + Send>;

/// Sends notifications to all that the tables select, at the same time.
///
/// Whoever owns it passes in [notifications](Self::notify), does what [`poll_errand`](Self::poll_errand) says and tells how
/// that went; and hears from [`poll_report`](Self::poll_report) what became of the notifications. Informs are exchanges like
/// requests: an [`Engine`](crate::engine::Engine) has them, perhaps beside the requests of a manager.
///
/// ```
/// use mibc_runtime::access::Vacm;
/// use mibc_runtime::originator::{Event, Originator, Targets};
/// use mibc_runtime::value::TimeTicks;
/// use std::sync::Arc;
/// use std::time::Instant;
///
/// # let mut seed = 1_u32;
/// # let random = move || { seed = seed.wrapping_mul(1_664_525).wrapping_add(1); seed };
/// let mut originator = Originator::new(Arc::new(Targets::new()), Arc::new(Vacm::new()), random);
/// let ticket = originator.notify(Instant::now(), &Event::cold_start(), TimeTicks(0));
/// // The tables select nobody.
/// let (done, report) = originator.poll_report().expect("a report");
/// assert_eq!((done, report.deliveries().len()), (ticket, 0));
/// ```
pub struct Originator<R> {
    pub(super) targets: Arc<Targets>,
    views: Views,
    limits: Limits,
    counters: Arc<OriginatorCounters>,
    pub(super) random: R,
    /// The last [`SendId`].
    last: u64,
    /// What is on its way.
    flights: HashMap<SendId, Flight>,
    errands: VecDeque<Errand>,
    pub(super) places: Places,
    lanes: HashMap<Place, Lane>,
    in_flight: usize,
    /// Lanes that wait for others to end.
    held: VecDeque<Place>,
    waiting: usize,
    waiting_octets: usize,
    reports: Reports,
    pub(super) writer: Writer,
    pub(super) own_address: OwnAddress,
    #[cfg(feature = "usm")]
    pub(super) own: Option<OwnEngine>,
    #[cfg(feature = "usm")]
    pub(super) peers: Peers,
}

/// A notification on its way to one receiver.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) place: Place,
    pub(super) receiver: Arc<Receiver>,
    pub(super) slip: Option<Slip>,
}

impl<R: Random> Originator<R> {
    /// Sends to whom `targets` say, what `access` lets them see. `random` makes the request-ids and msgIDs of traps.
    pub fn new(targets: Arc<Targets>, access: Arc<dyn AccessControl>, random: R) -> Self {
        Self {
            targets,
            views: Views::new(access),
            limits: Limits::default(),
            counters: Arc::default(),
            random,
            last: 0,
            flights: HashMap::new(),
            errands: VecDeque::new(),
            places: Places::default(),
            lanes: HashMap::new(),
            in_flight: 0,
            held: VecDeque::new(),
            waiting: 0,
            waiting_octets: 0,
            reports: Reports::default(),
            writer: Writer::new(),
            own_address: Box::new(|_| None),
            #[cfg(feature = "usm")]
            own: None,
            #[cfg(feature = "usm")]
            peers: Peers::default(),
        }
    }

    /// With these limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Asks `own_address` for the IPv4 address that SNMPv1 traps to a receiver have as their agent-addr. Where it knows
    /// none, it is 0.0.0.0 (RFC 3584 §3.2).
    #[must_use]
    pub fn own_address(
        self,
        own_address: impl Fn(&TransportAddress) -> Option<Ipv4Addr> + Send + 'static,
    ) -> Self {
        Self { own_address: Box::new(own_address), ..self }
    }

    /// Makes it an engine of SNMPv3, which traps are of. `started` is when its time began to count, `salt` is random.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_state(self, state: crate::net::EngineState, started: Instant, salt: u64) -> Self {
        let authority =
            crate::security::Authority::new(state.engine_id, state.boots, started, salt, std::iter::empty());
        self.authority(Arc::new(authority))
    }

    /// Lets traps be of this engine.
    #[cfg(feature = "usm")]
    pub(crate) fn authority(self, authority: Arc<crate::security::Authority>) -> Self {
        Self { own: Some(OwnEngine::new(authority)), ..self }
    }

    /// Lets receivers that are not in the tables see everything where this, which is the access control, has no entry for
    /// them.
    pub(crate) fn vacm(mut self, vacm: Arc<Vacm>) -> Self {
        self.views.set_vacm(vacm);
        self
    }

    /// What has been done so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<OriginatorCounters> {
        &self.counters
    }

    /// Whether nothing waits, and nothing is on its way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Whether something waits for an address, or is on its way there.
    pub(crate) fn is_busy(&self, address: &TransportAddress) -> bool {
        self.places.find(&address.canonical()).is_some_and(|place| self.lanes.contains_key(&place))
    }

    /// Notifications that wait or are on their way, each counted for every receiver.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.waiting + self.in_flight
    }

    /// Sends a notification to all that the tables select. `up_time` is its sysUpTime.0, if it has none itself. The
    /// report comes when all receivers have been dealt with.
    pub fn notify(&mut self, now: Instant, event: &Event, up_time: TimeTicks) -> Ticket {
        let tables = self.targets.tables();
        let selection = tables.selection();
        let (ticket, slip) = self.reports.open(selection.receivers.len());
        self.accept(now, selection, &selection.receivers, event, up_time, Some(slip));
        ticket
    }

    /// The same without a report.
    pub fn post(&mut self, now: Instant, event: &Event, up_time: TimeTicks) {
        let tables = self.targets.tables();
        let selection = tables.selection();
        self.accept(now, selection, &selection.receivers, event, up_time, None);
    }

    /// Sends a notification to one receiver, whatever the tables say.
    pub(crate) fn notify_to(
        &mut self,
        now: Instant,
        receiver: Receiver,
        event: &Event,
        up_time: TimeTicks,
    ) -> Ticket {
        let tables = self.targets.tables();
        let (ticket, slip) = self.reports.open(1);
        self.accept(now, tables.selection(), &[Arc::new(receiver)], event, up_time, Some(slip));
        ticket
    }

    /// Passes on a notification to one receiver.
    #[cfg(feature = "manager")]
    pub(crate) fn forward(&mut self, now: Instant, receiver: &Arc<Receiver>, event: &Event) -> Ticket {
        let tables = self.targets.tables();
        let (ticket, slip) = self.reports.open(1);
        let receivers = std::slice::from_ref(receiver);
        self.accept(now, tables.selection(), receivers, event, TimeTicks(0), Some(slip));
        ticket
    }

    fn accept(
        &mut self,
        now: Instant,
        selection: &Selection,
        receivers: &[Arc<Receiver>],
        event: &Event,
        up_time: TimeTicks,
        slip: Option<Slip>,
    ) {
        let varbinds = event.all_varbinds(up_time);
        let content = Arc::new(Content {
            octets: varbinds.iter().map(octets).sum(),
            oid: event.oid.clone(),
            varbinds,
            context_engine_id: event.context_engine_id.clone(),
            context_name: event.context_name.clone(),
            received: event.received.clone(),
        });
        for (position, receiver) in receivers.iter().enumerate() {
            let slip = slip.map(|slip| slip.at(position));
            match self.address(selection, receiver, &content) {
                Ok(Some(community)) => {
                    let (content, receiver) = (Arc::clone(&content), Arc::clone(receiver));
                    self.enqueue(now, Letter { content, receiver, community: community.0, slip });
                }
                Ok(None) => self.settle(slip, receiver, Ok(Delivered::Filtered)),
                Err(error) => self.settle(slip, receiver, Err(error)),
            }
        }
    }

    /// Whether a receiver is to get a notification: filters, access control, and the community where there is one.
    fn address(
        &self,
        selection: &Selection,
        receiver: &Receiver,
        content: &Content,
    ) -> Result<Option<Stamp>, NotifyError> {
        let address = || receiver.address.clone();
        if let Security::Unusable(reason) = receiver.security {
            return Err(NotifyError::Unusable { address: address(), reason });
        }
        let names = content.varbinds.iter().map(|varbind| varbind.name.as_ref());
        // What is passed on is neither filtered nor subject to access control (RFC 3413 §3.5.2 (3)).
        let is_own = content.received.is_none();
        if is_own
            && receiver.filter.as_ref().is_some_and(|filter| !filter.passes(content.oid.as_ref(), names))
        {
            return Ok(None);
        }
        if is_own {
            self.views.check(receiver, content)?;
        }
        let Security::Community { community: Community::Table, .. } = receiver.security else {
            return Ok(Some(Stamp(None)));
        };
        let context = (&*content.context_engine_id, content.context_for(receiver));
        let found =
            selection.community(&receiver.security_name, context, self.own_engine_id(), &receiver.address);
        match found {
            Some(row) => Ok(Some(Stamp(Some(row)))),
            None => Err(NotifyError::NoCommunity { address: address() }),
        }
    }

    fn own_engine_id(&self) -> &[u8] {
        #[cfg(feature = "usm")]
        if let Some(own) = &self.own {
            return own.id().as_bytes();
        }
        &[]
    }

    fn enqueue(&mut self, now: Instant, letter: Letter) {
        let place = match self.places.find(&letter.receiver.address) {
            Some(place) if self.lanes.contains_key(&place) => place,
            // A lane is a use of its place.
            _ => self.places.enter(&letter.receiver.address),
        };
        let limits = self.limits;
        let lane = self.lanes.entry(place).or_default();
        let octets = self.waiting_octets + letter.content.octets;
        // What can leave at once needs no room.
        let waits = !lane.waiting.is_empty() || lane.in_flight >= limits.in_flight.max(1);
        let full = if !waits {
            None
        } else if lane.waiting.len() >= limits.queued {
            Some((lane.waiting.len(), QueueLimit::Receiver(limits.queued)))
        } else if self.waiting >= limits.queued_in_total {
            Some((self.waiting, QueueLimit::Total(limits.queued_in_total)))
        } else if octets > limits.octets_in_total {
            Some((self.waiting_octets, QueueLimit::Octets(limits.octets_in_total)))
        } else {
            None
        };
        if let Some((waiting, limit)) = full {
            let address = letter.receiver.address.clone();
            if !std::mem::replace(&mut lane.has_dropped, true) {
                tracing::warn!(target: crate::logs::NOTIFICATIONS, peer = %address, waiting, %limit, "notifications are dropped: too many wait");
            }
            let error = NotifyError::QueueFull { address, waiting, limit };
            self.settle(letter.slip, &letter.receiver, Err(error));
            return;
        }
        self.waiting += 1;
        self.waiting_octets = octets;
        lane.waiting.push_back(letter);
        self.advance(now, place);
    }

    /// Lets what waits for a receiver leave, as far as may be.
    fn advance(&mut self, now: Instant, place: Place) {
        loop {
            let Some(lane) = self.lanes.get_mut(&place) else { return };
            if lane.waiting.is_empty() {
                lane.has_dropped = false;
            }
            if lane.is_idle() {
                self.lanes.remove(&place);
                self.places.leave(place);
                return;
            }
            if lane.in_flight >= self.limits.in_flight.max(1) || lane.waiting.is_empty() {
                return;
            }
            if self.in_flight >= MAX_IN_FLIGHT {
                if !std::mem::replace(&mut lane.is_held, true) {
                    self.held.push_back(place);
                }
                return;
            }
            // The first finds out what the others need to know.
            #[cfg(feature = "usm")]
            if lane.in_flight > 0
                && let Some(first) = lane.waiting.front()
                && first.receiver.is_confirmed()
                && self.peers.is_unknown(place, first, self.own.as_ref().map(OwnEngine::id))
            {
                return;
            }
            let Some(letter) = lane.waiting.pop_front() else { return };
            lane.in_flight += 1;
            self.in_flight += 1;
            self.waiting -= 1;
            self.waiting_octets = self.waiting_octets.saturating_sub(letter.content.octets);
            let flight = Flight { place, receiver: Arc::clone(&letter.receiver), slip: letter.slip };
            self.last += 1;
            let id = SendId(self.last);
            match self.errand(now, &letter, place, id) {
                Ok(errand) => {
                    self.flights.insert(id, flight);
                    self.errands.push_back(errand);
                }
                Err(error) => self.land(now, flight, Err(error), false),
            }
        }
    }

    /// A notification is not on its way any more.
    fn land(&mut self, now: Instant, flight: Flight, result: Result<Delivered, NotifyError>, advances: bool) {
        self.settle(flight.slip, &flight.receiver, result);
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(lane) = self.lanes.get_mut(&flight.place) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        if !advances {
            return;
        }
        self.advance(now, flight.place);
        while self.in_flight < MAX_IN_FLIGHT
            && let Some(place) = self.held.pop_front()
        {
            if let Some(lane) = self.lanes.get_mut(&place) {
                lane.is_held = false;
            }
            self.advance(now, place);
        }
    }

    fn settle(&mut self, slip: Option<Slip>, receiver: &Receiver, result: Result<Delivered, NotifyError>) {
        self.counters.count(&result);
        match &result {
            Ok(delivered) => {
                tracing::trace!(target: crate::logs::NOTIFICATIONS, peer = %receiver.address, ?delivered, "a notification is delivered")
            }
            Err(error) => {
                tracing::debug!(target: crate::logs::NOTIFICATIONS, peer = %receiver.address, %error, "a notification is not delivered")
            }
        }
        if let Some(slip) = slip {
            self.reports.fill(slip, receiver, result);
        }
    }

    /// The next thing to do.
    pub fn poll_errand(&mut self) -> Option<Errand> {
        self.errands.pop_front()
    }

    /// The system has this trap.
    pub fn sent(&mut self, now: Instant, id: SendId) {
        self.done(now, id, |_| Ok(Delivered::Sent));
    }

    /// This trap or inform cannot be sent at all.
    pub fn send_failed(&mut self, now: Instant, id: SendId, source: io::Error) {
        self.done(now, id, |address| Err(NotifyError::Socket { address, source }));
    }

    /// The exchange of this inform has ended.
    pub fn ended(&mut self, now: Instant, id: SendId, outcome: Outcome<SocketAddr>) {
        self.done(now, id, |address| delivered(address, outcome));
    }

    /// There is no exchange for this inform.
    pub fn not_begun(&mut self, now: Instant, id: SendId, error: StartError) {
        self.done(now, id, |address| {
            Err(match error {
                StartError::TooLarge(limit) => NotifyError::TooLarge(limit),
                busy @ StartError::Busy => NotifyError::Socket { address, source: io::Error::other(busy) },
            })
        });
    }

    fn done(
        &mut self,
        now: Instant,
        id: SendId,
        result: impl FnOnce(TransportAddress) -> Result<Delivered, NotifyError>,
    ) {
        // Whoever hears of it twice hears nothing new.
        if let Some(flight) = self.flights.remove(&id) {
            let result = result(flight.receiver.address.clone());
            self.land(now, flight, result, true);
        }
    }

    /// The next report that is complete.
    pub fn poll_report(&mut self) -> Option<(Ticket, NotifyReport)> {
        self.reports.next()
    }
}

/// The row of a community, where the tables say it.
struct Stamp(Option<Arc<super::rows::CommunityEntry>>);

fn delivered(address: TransportAddress, outcome: Outcome<SocketAddr>) -> Result<Delivered, NotifyError> {
    Err(match outcome {
        Outcome::Response(response) if response.error_status == ErrorStatus::NO_ERROR => {
            let (attempts, elapsed) = (response.attempts, response.elapsed);
            return Ok(Delivered::Acknowledged { attempts, elapsed });
        }
        Outcome::Response(response) => NotifyError::Refused { address, status: response.error_status },
        Outcome::TimedOut { attempts, elapsed, .. } => {
            NotifyError::Unacknowledged { address, attempts, elapsed }
        }
        Outcome::Refused { report, .. } => NotifyError::Report { address, report },
        Outcome::Undiscovered { attempts, .. } => NotifyError::Undiscovered { address, attempts },
        Outcome::Unsent(source) => NotifyError::Socket { address, source },
    })
}

/// What a varbind takes in memory, about.
fn octets(varbind: &VarBind) -> usize {
    let varbind = varbind.as_ref();
    size_of::<VarBind>() + varbind_len(varbind.name.as_ber(), varbind.value)
}

impl<R> fmt::Debug for Originator<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Originator")
            .field("waiting", &self.waiting)
            .field("in_flight", &self.in_flight)
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}
