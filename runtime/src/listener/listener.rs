//! The listener on its sockets.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use super::acknowledgement::{Acknowledgement, Later};
use super::builder::ListenerBuilder;
use super::notification::ReceivedNotification;
use super::receiver::{Handled, Receiver};
use crate::engine::{Counters, Dropped};
use crate::net::{Drops, Intake, Outbox, Outlet, TransportAddress};

/// A notification in the queue, and the room that its message takes there.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) notification: ReceivedNotification,
    /// Of an inform that is acknowledged later.
    pub(super) acknowledgement: Option<Acknowledgement>,
    pub(super) _octets: OwnedSemaphorePermit,
}

/// Receives notifications. Dropping it ends its task, which closes its sockets as soon as the runtime comes to it;
/// [`close`](Self::close) waits for that. What is in its queue is lost then.
///
/// It is a [`Stream`] of [`ReceivedNotification`]s; [`next`](Self::next) needs no stream adapters.
#[derive(Debug)]
pub struct Listener {
    queue: mpsc::Receiver<Waiting>,
    drops: Drops,
    /// What was read and had no room in the queue, where nobody holds back reading.
    lost: Arc<AtomicU64>,
    addresses: Vec<TransportAddress>,
    #[cfg(feature = "usm")]
    engine_id: Option<crate::usm::EngineId>,
    counters: Arc<Counters>,
    /// Dropped when nothing more is to be received.
    stop: Option<oneshot::Sender<()>>,
    /// The one that receives; it ends with the set.
    task: JoinSet<()>,
    /// Those who receive, if it is not the listener.
    _keeper: Option<Keeper>,
}

/// What keeps the sockets of a listener that others receive for.
pub(super) type Keeper = Arc<dyn std::any::Any + Send + Sync>;

/// How long what waits in the system's buffers is still taken in once a listener is to [finish](Listener::finish).
const GRACE: Duration = Duration::from_millis(500);

impl Listener {
    /// Begins to describe a listener.
    pub fn builder() -> ListenerBuilder {
        ListenerBuilder::new()
    }

    /// With room for so many notifications, whose messages are of so many octets.
    pub(super) fn start(
        receiver: Receiver<TransportAddress>,
        intake: Intake,
        room: (usize, usize),
        manner: Manner,
    ) -> Self {
        let (sender, queue) = mpsc::channel(room.0.clamp(1, Semaphore::MAX_PERMITS));
        let limit = room.1.clamp(1, Semaphore::MAX_PERMITS);
        let octets = Octets { limit, free: Arc::new(Semaphore::new(limit)) };
        let (stop, stopped) = oneshot::channel();
        let mut listener = Self {
            queue,
            drops: intake.drops(),
            lost: Arc::default(),
            addresses: intake.local_addresses().cloned().collect(),
            #[cfg(feature = "usm")]
            engine_id: receiver.engine_id(),
            counters: Arc::clone(receiver.counters()),
            stop: Some(stop),
            task: JoinSet::new(),
            _keeper: None,
        };
        listener
            .task
            .spawn(Work { receiver, intake, queue: sender, octets, manner, stopped, end: None }.run());
        listener
    }

    /// One for which somebody else receives.
    #[cfg(all(feature = "manager", feature = "agent"))]
    pub(super) fn join(
        receiver: Receiver<TransportAddress>,
        addresses: &[TransportAddress],
        drops: Drops,
        room: (usize, usize),
        keeper: Keeper,
    ) -> (Self, super::role::ListenerRole) {
        let lost = Arc::new(AtomicU64::new(0));
        let (sender, queue) = mpsc::channel(room.0.clamp(1, Semaphore::MAX_PERMITS));
        let limit = room.1.clamp(1, Semaphore::MAX_PERMITS);
        let octets = Octets { limit, free: Arc::new(Semaphore::new(limit)) };
        let (stop, stopped) = oneshot::channel();
        let listener = Self {
            queue,
            drops,
            lost: Arc::clone(&lost),
            addresses: addresses.to_vec(),
            #[cfg(feature = "usm")]
            engine_id: receiver.engine_id(),
            counters: Arc::clone(receiver.counters()),
            stop: Some(stop),
            task: JoinSet::new(),
            _keeper: Some(keeper),
        };
        (listener, super::role::ListenerRole { receiver, queue: sender, octets, lost, stopped })
    }

    /// The next notification; `None` when a socket is broken, or after [`finish`](Self::finish) when all have been taken.
    /// Cancelling it loses nothing.
    pub async fn next(&mut self) -> Option<ReceivedNotification> {
        poll_fn(|context| self.poll_queue(context)).await
    }

    /// The next notification, if one waits already.
    pub fn try_next(&mut self) -> Option<ReceivedNotification> {
        self.try_next_unacknowledged().map(acknowledged)
    }

    /// As [`next`](Self::next), with the acknowledgement of an inform where that is
    /// [left to the application](ListenerBuilder::acknowledge_later).
    pub async fn next_unacknowledged(&mut self) -> Option<(ReceivedNotification, Option<Acknowledgement>)> {
        poll_fn(|context| self.poll_unacknowledged(context)).await
    }

    /// As [`next_unacknowledged`](Self::next_unacknowledged), for those who poll.
    pub fn poll_unacknowledged(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(ReceivedNotification, Option<Acknowledgement>)>> {
        self.queue.poll_recv(context).map(|waiting| {
            let waiting = waiting?;
            Some((waiting.notification, waiting.acknowledgement))
        })
    }

    /// As [`try_next`](Self::try_next), with the acknowledgement.
    pub fn try_next_unacknowledged(&mut self) -> Option<(ReceivedNotification, Option<Acknowledgement>)> {
        match self.queue.try_recv() {
            Ok(waiting) => Some((waiting.notification, waiting.acknowledgement)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    fn poll_queue(&mut self, context: &mut Context<'_>) -> Poll<Option<ReceivedNotification>> {
        self.poll_unacknowledged(context).map(|next| next.map(acknowledged))
    }

    /// Receives nothing more but what is here already: what is in the queue, and what waits in the system's buffers, as
    /// far as it can be read within half a second. [`next`](Self::next) gives all of it, and then `None`.
    pub fn finish(&mut self) {
        self.stop = None;
    }

    /// Waits until the listener has ended after [`finish`](Self::finish): all that it had has been taken, and all informs are
    /// acknowledged or left.
    pub async fn ended(mut self) {
        while self.task.join_next().await.is_some() {}
    }

    /// Ends it, and waits until its sockets are closed and its addresses free. What is in its queue is lost.
    pub async fn close(mut self) {
        self.task.shutdown().await;
    }

    /// Where it listens, with the port that the system has chosen if that was left to it; of several IP addresses the
    /// first, and 0.0.0.0:0 if there are none.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addrs().next().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// The addresses that it listens on, with the ports that the system has chosen.
    pub fn local_addresses(&self) -> impl Iterator<Item = &TransportAddress> {
        self.addresses.iter()
    }

    /// Those of them that are IP addresses.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.addresses.iter().filter_map(TransportAddress::ip)
    }

    /// The engine ID that senders of informs find out; `None` without users.
    #[cfg(feature = "usm")]
    pub fn engine_id(&self) -> Option<crate::usm::EngineId> {
        self.engine_id
    }

    /// What has been counted so far. It can be kept beside the listener, and outlives it.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// How many messages have been lost since they came faster than they could be taken: while the queue is full
    /// nothing is read, and the kernel drops what has no room in its buffer. Traps among them are lost; informs were
    /// not acknowledged, so that their senders repeat them.
    ///
    /// In an [`Entity`](crate::whole::Entity) reading goes on, since others wait for what comes as well. Each notification
    /// that has no room in the queue is counted here, and each repetition of an inform.
    ///
    /// The kernel is asked anew each time, which reads a table of all UDP sockets: ask once in a while, not for
    /// each notification. Other systems than Linux do not tell.
    pub fn overflows(&self) -> u64 {
        self.drops.count() + self.lost.load(Ordering::Relaxed)
    }
}

impl Stream for Listener {
    type Item = ReceivedNotification;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ReceivedNotification>> {
        self.poll_queue(context)
    }
}

/// A notification that is given away without a word about its acknowledgement.
fn acknowledged(next: (ReceivedNotification, Option<Acknowledgement>)) -> ReceivedNotification {
    if let Some(acknowledgement) = next.1 {
        acknowledgement.send();
    }
    next.0
}

/// How a listener goes about its work.
pub(super) struct Manner {
    /// For informs that are acknowledged later, if that is wanted.
    pub(super) later: Option<Later>,
    /// How long reading rests after traps.
    pub(super) rest: Duration,
    /// Who is told of messages that nothing comes of.
    pub(super) on_dropped: Option<OnDropped>,
}

/// Is told of a message that nothing comes of: where it came from, and why.
pub(super) type OnDropped = Arc<dyn Fn(&TransportAddress, &Dropped) + Send + Sync>;

impl Manner {
    #[cold]
    fn drops(&self, source: &TransportAddress, reason: &Dropped) {
        if let Some(on_dropped) = &self.on_dropped {
            on_dropped(source, reason);
        }
    }
}

/// A queue that was full is filled again when a part of it is free, so that its two ends need not take turns for each
/// notification: one of so many parts.
const PARTS: usize = 16;

/// What the listener's task has.
struct Work {
    receiver: Receiver<TransportAddress>,
    intake: Intake,
    queue: mpsc::Sender<Waiting>,
    octets: Octets,
    manner: Manner,
    stopped: oneshot::Receiver<()>,
    /// When it is over, once it is to finish.
    end: Option<Instant>,
}

/// The room that is left in the queue, in octets of messages.
pub(super) struct Octets {
    limit: usize,
    pub(super) free: Arc<Semaphore>,
}

impl Octets {
    /// What a message takes: no more than there is at all.
    pub(super) fn of(&self, datagram: &[u8]) -> u32 {
        u32::try_from(datagram.len().min(self.limit)).unwrap_or(u32::MAX)
    }
}

impl Work {
    /// Waits for messages, or for what is to be sent; false if no message is to come any more.
    fn poll_receive(&mut self, context: &mut Context<'_>, outbox: &mut Outbox) -> Poll<bool> {
        if self.end.is_none() && Pin::new(&mut self.stopped).poll(context).is_ready() {
            self.end = Some(Instant::now() + GRACE);
        }
        if self.end.is_some_and(|end| Instant::now() >= end) {
            return Poll::Ready(false);
        }
        match self.intake.poll_receive(context) {
            Poll::Pending if self.end.is_some() => Poll::Ready(false),
            // Nothing has been received then.
            Poll::Pending => self.poll_settled(context, outbox).map(|_| true),
            received => received.map(|received| received.is_ok()),
        }
    }

    /// Waits for acknowledgements; false if none is to come any more.
    fn poll_settled(&mut self, context: &mut Context<'_>, outbox: &mut Outbox) -> Poll<bool> {
        match &mut self.manner.later {
            Some(later) => later.poll(context, &mut self.receiver, outbox),
            None => Poll::Pending,
        }
    }

    /// Takes in what arrives, until a socket breaks, nobody wants it any more or it is to finish. While the queue is full
    /// nothing is read.
    async fn run(mut self) {
        let outlet = self.intake.outlet();
        let mut outbox = Outbox::default();
        while poll_fn(|context| self.poll_receive(context, &mut outbox)).await {
            let mut replies = false;
            for (datagram, origin) in self.intake.messages() {
                let source = origin.peer();
                // Room first: what is acknowledged is delivered.
                let octets = self.octets.of(datagram);
                let (place, octets) = match (
                    self.queue.try_reserve(),
                    Arc::clone(&self.octets.free).try_acquire_many_owned(octets),
                ) {
                    (Ok(place), Ok(octets)) => (place, octets),
                    (place, permit) => {
                        // They are given back before waiting, so that nothing is held by one who waits.
                        drop((place, permit));
                        outlet.send(&mut outbox).await;
                        let several = (self.queue.max_capacity() / PARTS).max(1);
                        let room = async {
                            drop(self.queue.reserve_many(several).await.ok()?);
                            let place = self.queue.reserve().await.ok()?;
                            let permit = Arc::clone(&self.octets.free).acquire_many_owned(octets).await;
                            Some((place, permit.ok()?))
                        };
                        let mut room = pin!(room);
                        // Informs are acknowledged meanwhile: that may be what room comes from.
                        loop {
                            let found = poll_fn(|context| match room.as_mut().poll(context) {
                                Poll::Ready(room) => Poll::Ready(Some(room)),
                                Poll::Pending => match &mut self.manner.later {
                                    Some(later) => {
                                        later.poll(context, &mut self.receiver, &mut outbox).map(|_| None)
                                    }
                                    None => Poll::Pending,
                                },
                            });
                            match found.await {
                                Some(Some(found)) => break found,
                                Some(None) => return,
                                None => outlet.send(&mut outbox).await,
                            }
                        }
                    }
                };
                match self.receiver.handle(Instant::now(), source, datagram, true) {
                    Ok(Handled { reply, notification, ticket, refused }) => {
                        if let Some(reason) = refused {
                            self.manner.drops(source, &reason);
                        }
                        replies |= reply.is_some();
                        let ticket = ticket.and_then(|ticket| Some((ticket, self.manner.later.as_mut()?)));
                        let mut acknowledgement = None;
                        match (reply, ticket) {
                            (Some(reply), Some((ticket, later))) => {
                                later.keep(ticket, origin.clone(), reply);
                                acknowledgement =
                                    notification.as_ref().and_then(|_| later.acknowledgement(ticket));
                            }
                            (Some(reply), None) => outbox.push(origin.clone(), reply),
                            (None, _) => {}
                        }
                        if let Some(mut notification) = notification {
                            notification.destination = self.intake.destination(origin);
                            place.send(Waiting { notification, acknowledgement, _octets: octets });
                        }
                    }
                    Err(reason) => {
                        if let Dropped::Malformed(_) = reason {
                            outlet.hang_up(origin);
                        }
                        tracing::debug!(target: crate::logs::LISTENER, peer = %source, %reason, "a message was dropped");
                        self.manner.drops(source, &reason);
                    }
                }
            }
            outlet.send(&mut outbox).await;
            let is_idle = self.manner.later.as_ref().is_none_or(Later::is_idle);
            if self.manner.rest.is_zero() {
                continue;
            }
            if self.intake.is_full() {
                // Others have their turn, also where there is always more.
                yield_now().await;
            } else if is_idle && !replies {
                self.intake.rest();
                sleep(self.manner.rest).await;
            }
        }
        self.settle_rest(outlet, outbox).await;
    }

    /// Sends the acknowledgements of what has been delivered, after the last message.
    async fn settle_rest(mut self, outlet: Outlet, mut outbox: Outbox) {
        let Some(later) = &mut self.manner.later else { return };
        later.finish();
        // Who takes notifications sees their end now.
        drop(self.queue);
        while poll_fn(|context| later.poll(context, &mut self.receiver, &mut outbox)).await {
            outlet.send(&mut outbox).await;
        }
    }
}
