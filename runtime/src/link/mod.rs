//! One transport, its engine, and the task that listens.
//!
//! While little is under way, callers send for themselves: a request costs no hop to another task on its
//! way out. When there is more, the task sends what callers have left together. One task per transport
//! takes in what arrives, wakes the callers it belongs to, and repeats what goes unanswered.

//!
//! Requests of a manager and informs of an agent are exchanges of one table here. An agent's traps leave by the same
//! transport ([`Link::post`]).

mod budget;
mod driver;

use budget::{Budget, Share, Shares};

use crate::ber::Rules;
#[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
use crate::engine::{Dropped, Exchanges};
use crate::engine::{Engine, ExchangeId, Outcome, Peer, StartError};
use crate::message::PduHeader;
use crate::net::{Origin, OsRandom, Outbox, Transport, TransportAddress};
use crate::value::VarBindRef;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Messages that are sent together at most.
const SEND_BATCH: usize = 32;

/// With this many exchanges under way or fewer, callers send for themselves.
const FEW: usize = 4;

/// What a peer without an IP address is called in its engine, which has no other: it is the one at the
/// other end of a connection.
const CONNECTED: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// A transport that exchanges requests for responses. Dropping it ends its task.
#[derive(Debug)]
pub(crate) struct Link {
    shared: Arc<Shared>,
    task: AbortHandle,
}

/// The links for UDP: one for each family.
#[derive(Clone, Debug, Default)]
pub(crate) struct UdpLinks {
    pub(crate) v4: Option<Arc<Link>>,
    pub(crate) v6: Option<Arc<Link>>,
}

impl UdpLinks {
    /// Whether one of them has been stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        self.v4.iter().chain(&self.v6).any(|link| link.is_stopped())
    }
}

#[derive(Debug)]
struct Shared {
    transport: Box<dyn Transport>,
    budget: Budget,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    engine: Engine<SocketAddr, OsRandom>,
    shares: Shares,
    /// Callers by the slots of their exchanges.
    callers: Vec<Option<Waker>>,
    /// Messages that the engine has given out and the transport has not taken yet, and the exchanges
    /// that they belong to.
    outbox: Outbox,
    leaving: VecDeque<Leaving>,
    /// Messages that belong to no exchange, and have not been looked at yet.
    posts: VecDeque<Unposted>,
    /// Messages that callers have left in the engine.
    left: usize,
    driver: Option<Waker>,
    /// When the driver's timer will wake it, if it is set.
    armed: Option<Instant>,
    closed: bool,
}

/// A message that the transport is to take next.
#[derive(Debug)]
enum Leaving {
    /// Of an exchange.
    Exchange(ExchangeId),
    /// Of none. Somebody may wait to hear that it has left.
    Post(oneshot::Sender<io::Result<()>>),
}

/// A message that nothing answers.
#[derive(Debug)]
struct Unposted {
    to: SocketAddr,
    message: Vec<u8>,
    done: oneshot::Sender<io::Result<()>>,
}

/// What becomes of a message that nothing answers: an error if it ends without the system having it. Whoever drops it does
/// not want it sent any more.
pub(crate) type Posted = oneshot::Receiver<io::Result<()>>;

impl Leaving {
    fn has_left(self) {
        if let Self::Post(done) = self {
            // Whoever has given up waiting has given up the message.
            let _ = done.send(Ok(()));
        }
    }

    fn is(&self, id: ExchangeId) -> bool {
        matches!(self, Self::Exchange(leaving) if *leaving == id)
    }
}

/// What a peer is called in its engine.
pub(crate) fn engine_address(peer: &TransportAddress) -> SocketAddr {
    peer.ip().unwrap_or(CONNECTED)
}

impl Link {
    /// Spawns the task of a transport.
    pub(crate) fn new(transport: Box<dyn Transport>, rules: Rules, runtime: &Handle) -> Self {
        let state = State {
            engine: Engine::new(OsRandom::new(), rules),
            shares: Shares::default(),
            callers: Vec::new(),
            outbox: Outbox::default(),
            leaving: VecDeque::new(),
            posts: VecDeque::new(),
            left: 0,
            driver: None,
            armed: None,
            closed: false,
        };
        let budget = Budget::new(transport.receive_buffer());
        let shared = Arc::new(Shared { transport, budget, state: Mutex::new(state) });
        let task = runtime.spawn(driver::drive(Arc::clone(&shared))).abort_handle();
        Self { shared, task }
    }

    /// The address that the transport is bound to, unless it is a connection.
    pub(crate) fn local_address(&self) -> Option<&TransportAddress> {
        self.shared.transport.local_address()
    }

    /// Adds what its engine has counted.
    #[cfg(feature = "manager")]
    pub(crate) fn add_counters(&self, counters: &crate::engine::Counters) {
        counters.add(self.shared.lock().engine.counters());
    }

    /// Exchanges that are kept.
    pub(crate) fn outstanding(&self) -> usize {
        self.shared.lock().engine.len()
    }

    /// Ends the task; requests under way and later ones come to nothing.
    pub(crate) fn stop(&self) {
        self.shared.close();
        self.task.abort();
    }

    /// Whether the task has been ended, or its runtime.
    pub(crate) fn is_stopped(&self) -> bool {
        self.shared.lock().closed
    }

    /// Sends a request, as soon as its response has room; the future that comes of it gives what becomes
    /// of the request, and dropping that future forgets it.
    pub(crate) async fn start<'v, I>(
        self: &Arc<Self>,
        peer: &Peer<SocketAddr>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange<'static>, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let share = self.share(&header).await;
        self.begin(share, |engine, now| engine.start(now, peer, header, varbinds))
    }

    /// The same to an agent that speaks SNMPv3.
    #[cfg(feature = "usm")]
    pub(crate) async fn start_v3<'v, I>(
        self: &Arc<Self>,
        peer: &Arc<crate::engine::V3Peer<SocketAddr>>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange<'static>, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let share = self.share(&header).await;
        self.begin(share, |engine, now| engine.start_v3(now, peer, header, varbinds))
    }

    /// Leaves a message that nothing answers. It goes on its way with the next [`flush`](Self::flush), or earlier.
    #[cfg(feature = "agent")]
    pub(crate) fn post(&self, to: SocketAddr, message: Vec<u8>) -> Posted {
        let (done, posted) = oneshot::channel();
        let mut state = self.shared.lock();
        // Without the sender, whoever waits hears that nothing comes of it.
        if !state.closed {
            state.posts.push_back(Unposted { to, message, done });
        }
        posted
    }

    /// Sends what has been left.
    #[cfg(feature = "agent")]
    pub(crate) fn flush(&self) {
        let mut state = self.shared.lock();
        let driver = if self.shared.send_queued(&mut state) { None } else { state.driver.take() };
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    async fn share(&self, header: &PduHeader) -> Share<'_> {
        let budget = &self.shared.budget;
        if let Some(share) = budget.try_take(header) {
            return share;
        }
        let share = std::pin::pin!(budget.take(header));
        // The task is to give back in time what is held in vain.
        let driver = self.shared.lock().driver.take();
        if let Some(driver) = driver {
            driver.wake();
        }
        share.await
    }

    fn begin(
        self: &Arc<Self>,
        share: Share<'_>,
        start: impl FnOnce(&mut Engine<SocketAddr, OsRandom>, Instant) -> Result<ExchangeId, StartError>,
    ) -> Result<Exchange<'static>, StartError> {
        let now = now();
        let mut state = self.shared.lock();
        if state.closed {
            return Ok(Exchange { link: Arc::clone(self), id: None, legacy: None });
        }
        let id = start(&mut state.engine, now)?;
        state.shares.keep(now, id, share);
        state.left += 1;
        let sends = state.engine.len() <= FEW || state.left >= SEND_BATCH;
        let done = sends && self.shared.send_queued(&mut state);
        // Where others wait for a share, somebody has to see to it that this one is given back in time.
        let wakes = !done || state.is_due_earlier() || self.shared.budget.is_short();
        let wake = if wakes { state.driver.take() } else { None };
        drop(state);
        if let Some(driver) = wake {
            driver.wake();
        }
        Ok(Exchange { link: Arc::clone(self), id: Some(id), legacy: None })
    }
}

#[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
impl Link {
    /// Lets an exchange take in a message that somebody else has received.
    pub(crate) fn take_in_one(
        &self,
        octets: usize,
        take_in: impl FnOnce(&mut Exchanges<SocketAddr, OsRandom>) -> Result<ExchangeId, Dropped>,
    ) -> Result<(), Dropped> {
        let mut state = self.shared.lock();
        let taken = take_in(&mut state.engine.exchanges);
        if let Ok(id) = taken {
            state.shares.answered(&self.shared.budget, id, octets);
        }
        let mut woken: Vec<Waker> = std::iter::from_fn(|| state.next_caller()).collect();
        // The next attempt of an exchange is for the task to send.
        woken.extend(state.driver.take());
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        taken.map(drop)
    }

    /// Whether an exchange has sent a message of SNMPv3 with this msgID.
    #[cfg(feature = "usm")]
    pub(crate) fn waits_for(&self, msg_id: i32) -> bool {
        self.shared.lock().engine.exchanges.waits_for(msg_id)
    }

    /// Remembers for a timeout that something came.
    pub(crate) fn note_dropped(&self, now: Instant, from: SocketAddr, dropped: Dropped) {
        self.shared.lock().engine.exchanges.note_dropped(now, from, dropped);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How far a request came that was given up: filled by its future when that is dropped.
#[derive(Debug, Default)]
pub(crate) struct Legacy(Mutex<Option<Outcome<SocketAddr>>>);

impl Legacy {
    /// Takes out what is in it.
    pub(crate) fn take(&self) -> Option<Outcome<SocketAddr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A request under way.
pub(crate) struct Exchange<'l> {
    link: Arc<Link>,
    id: Option<ExchangeId>,
    legacy: Option<&'l Legacy>,
}

impl<'l> Exchange<'l> {
    /// Leaves behind how far the request came, if it is given up.
    pub(crate) fn leaving(self, legacy: Option<&'l Legacy>) -> Self {
        let mut this = self;
        this.legacy = legacy;
        this
    }
}

impl Future for Exchange<'_> {
    /// `None` when the task has ended and no response can come any more.
    type Output = Option<Outcome<SocketAddr>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(id) = self.id else { return Poll::Ready(None) };
        let mut state = self.link.shared.lock();
        let outcome = state.engine.take(id);
        if outcome.is_none() && !state.closed {
            state.set_caller(id, Some(cx.waker()));
            return Poll::Pending;
        }
        self.link.shared.forget(&mut state, id);
        drop(state);
        self.id = None;
        Poll::Ready(outcome)
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut state = self.link.shared.lock();
            if let Some(Legacy(legacy)) = self.legacy {
                *legacy.lock().unwrap_or_else(PoisonError::into_inner) = state.engine.so_far(now(), id);
            }
            self.link.shared.forget(&mut state, id);
        }
    }
}

impl Shared {
    /// No response can come any more: callers are woken to see it.
    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let callers = std::mem::take(&mut state.callers);
        let posts = (std::mem::take(&mut state.posts), std::mem::take(&mut state.leaving));
        drop(state);
        drop(posts);
        self.budget.close();
        callers.into_iter().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, state: &mut State, id: ExchangeId) {
        state.engine.cancel(id);
        state.shares.give_back(&self.budget, id);
        state.set_caller(id, None);
    }

    /// Sends what the engine has to send; false when the transport takes no more for now.
    fn send_queued(&self, state: &mut State) -> bool {
        state.left = 0;
        loop {
            state.fill_outbox();
            if state.leaving.is_empty() {
                return true;
            }
            let result = self.transport.try_send(&mut state.outbox);
            if let Err(error) = &result
                && error.kind() == io::ErrorKind::WouldBlock
            {
                // A connection may have taken messages and not have written them whole: those have not left yet.
                return false;
            }
            let gone = state.leaving.len().saturating_sub(state.outbox.len());
            state.leaving.drain(..gone).for_each(Leaving::has_left);
            if let Err(error) = result {
                state.outbox.pop();
                if let Some(head) = state.leaving.pop_front() {
                    state.not_sent(head, error);
                }
            }
        }
    }
}

impl State {
    fn fill_outbox(&mut self) {
        // While a connection is being opened, or is slow, the repetition of a message adds nothing.
        let before = self.leaving.len();
        while self.leaving.len() < SEND_BATCH {
            if let Some(Unposted { to, message, done }) = self.posts.pop_front() {
                if !done.is_closed() {
                    self.outbox.push(Origin::to(TransportAddress::Udp(to)), &message);
                    self.leaving.push_back(Leaving::Post(done));
                }
                continue;
            }
            let Some(transmit) = self.engine.poll_transmit() else { return };
            if before > 0 && self.leaving.iter().take(before).any(|leaving| leaving.is(transmit.id)) {
                continue;
            }
            self.leaving.push_back(Leaving::Exchange(transmit.id));
            // A connection has one peer, however it is called.
            self.outbox.push(Origin::to(TransportAddress::Udp(transmit.to)), transmit.datagram);
        }
    }

    /// The system refuses to send a message.
    fn not_sent(&mut self, message: Leaving, error: io::Error) {
        match message {
            Leaving::Exchange(id) => self.engine.send_failed(id, error),
            Leaving::Post(done) => {
                let _ = done.send(Err(error));
            }
        }
    }

    fn set_caller(&mut self, id: ExchangeId, waker: Option<&Waker>) {
        if self.callers.len() <= id.slot() {
            self.callers.resize(id.slot() + 1, None);
        }
        if let Some(caller) = self.callers.get_mut(id.slot()) {
            match (caller.as_mut(), waker) {
                (Some(caller), Some(waker)) => caller.clone_from(waker),
                _ => *caller = waker.cloned(),
            }
        }
    }

    /// The caller of the next exchange that has ended.
    fn next_caller(&mut self) -> Option<Waker> {
        while let Some(id) = self.engine.poll_event() {
            if let Some(caller) = self.callers.get_mut(id.slot()).and_then(Option::take) {
                return Some(caller);
            }
        }
        None
    }

    /// True when the engine's next deadline comes before the driver would wake.
    fn is_due_earlier(&self) -> bool {
        match (self.engine.poll_timeout(), self.armed) {
            (Some(deadline), Some(armed)) => deadline < armed,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
